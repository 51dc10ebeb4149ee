import { z } from 'zod';

import { fileResponse, fileStateResponse } from '#shared/api/files.ts';
import { AppError } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';

import { isRefusal, REFUSALS } from '../files/identify.ts';
import { accessToThread } from '../storage/access.ts';
import { checkOpen } from '../storage/closed.ts';
import { findFile } from '../storage/files.ts';
import { findUpload } from '../storage/uploads.ts';
import { endpoint, type Endpoint } from './endpoint.ts';
import { fileName, threadName } from './file-name.ts';
import type { Routes } from './http.ts';
import { idParams, notFound } from './routing.ts';

const tag = 'Files';

const send = {
  method: 'POST',
  path: '/api/v1/conversations/:id/files',
  tag,
  summary: 'Sends a file as it is, in one call',
  notes: 'Its answer is what stands in a message’s `attachments`. Refused files have `details.reason`.',
  access: 'signed-in',
  params: idParams,
  query: z.object({ thread: threadName, name: fileName }),
  bytes: 'application/octet-stream',
  status: 201,
  gives: fileResponse,
  errors: ['conflict'],
} as const satisfies Endpoint;

/** How far a file is. What isn't whole, or was refused at once, only its sender knows. */
const stateOf = {
  method: 'GET',
  path: '/api/v1/files/:id/state',
  tag,
  summary: 'How far a file is',
  notes: 'What isn’t whole, or was refused at once, only its sender knows.',
  access: 'signed-in',
  params: idParams,
  gives: fileStateResponse,
} as const satisfies Endpoint;

export const fileRoutes: Routes = (app, { db, files }, answer) => {
  void app.register(async (inside) => {
    // The body is bytes here, whatever it says it is.
    inside.removeAllContentTypeParsers();
    inside.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

    endpoint(
      inside,
      answer,
      send,
      async ({ caller: { account }, params: { id: conversation }, query: { thread, name }, request: { body } }) => {
        if (!(await db.read((reader) => accessToThread(reader, account, conversation, thread)))) throw notFound();
        await db.read((reader) => checkOpen(reader, conversation, thread));
        if (!Buffer.isBuffer(body) || body.length === 0) throw new AppError('bad-request', 'The body holds no file.');
        const { fact } = await files.take({ id: newId(), conversation, thread, account, name }, body);
        return fact;
      },
      { bodyLimit: files.mostBytes },
    );
  });

  endpoint(app, answer, stateOf, async ({ caller: { account }, params: { id } }) => {
    const found = await db.read(async (reader) => {
      const file = await findFile(reader, id);
      if (file) {
        const { fact, state, reason } = file;
        return (await accessToThread(reader, account, file.conversation, file.thread)) ? { id, state, reason, file: fact } : null;
      }
      const upload = await findUpload(reader, id);
      if (upload?.account !== account || !(await accessToThread(reader, account, upload.conversation, upload.thread)))
        return null;
      // Whole just now.
      const state = upload.state === 'done' ? ('processing' as const) : upload.state;
      return { id, state, reason: upload.reason, file: null };
    });
    if (!found) throw notFound();
    const { reason, ...rest } = found;
    return { ...rest, ...(isRefusal(reason) ? { reason, message: REFUSALS[reason] } : {}) };
  });
};
