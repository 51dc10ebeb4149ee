import { z } from 'zod';

import { fileResponse, fileStateResponse } from '#shared/api.ts';
import { AppError } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';

import { isRefusal, REFUSALS } from '../files/identify.ts';
import { accessToThread } from '../storage/access.ts';
import { checkOpen } from '../storage/closed.ts';
import { findFile } from '../storage/files.ts';
import { findUpload } from '../storage/uploads.ts';
import { fileName, threadName } from './file-name.ts';
import type { Routes } from './http.ts';
import { callerOf, idOf, notFound, parsed } from './routing.ts';

const uploadQuery = z.object({ thread: threadName, name: fileName });

export const fileRoutes: Routes = (app, { db, files }, answer) => {
  void app.register(async (inside) => {
    // The body is bytes here, whatever it says it is.
    inside.removeAllContentTypeParsers();
    inside.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

    inside.post('/api/v1/conversations/:id/files', { bodyLimit: files.mostBytes }, async (request, reply) => {
      const { account } = callerOf(request);
      const conversation = idOf(request);
      const { thread, name } = parsed(uploadQuery, request.query);
      if (!(await db.read((reader) => accessToThread(reader, account, conversation, thread)))) throw notFound();
      await db.read((reader) => checkOpen(reader, conversation, thread));
      const body = request.body;
      if (!Buffer.isBuffer(body) || body.length === 0) throw new AppError('bad-request', 'The body holds no file.');
      const { fact } = await files.take({ id: newId(), conversation, thread, account, name }, body);
      return reply.code(201).send(answer(fileResponse, fact));
    });
  });

  /** How far a file is. What isn't whole, or was refused at once, only its sender knows. */
  app.get('/api/v1/files/:id/state', async (request) => {
    const { account } = callerOf(request);
    const id = idOf(request);
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
    return answer(fileStateResponse, { ...rest, ...(isRefusal(reason) ? { reason, message: REFUSALS[reason] } : {}) });
  });
};
