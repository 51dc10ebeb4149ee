import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

import { z } from 'zod';

import { fileResponse } from '#shared/api.ts';
import { AppError } from '#shared/errors.ts';
import { newId, THREADS } from '#shared/ids.ts';
import { LIMITS } from '#shared/limits.ts';

import { filePath, keepFile } from '../files/file-store.ts';
import { sniff } from '../files/sniff.ts';
import { accessToThread } from '../storage/access.ts';
import { findFile, insertFile } from '../storage/files.ts';
import type { Routes } from './http.ts';
import { callerOf, idOf, notFound, parsed } from './routing.ts';

const uploadQuery = z.object({
  thread: z.enum(THREADS).default('all'),
  // A name, not a path; and nothing that could break out of a header or hide its ending from the eye.
  name: z
    .string()
    .trim()
    .min(1)
    .max(255)
    .regex(/^[^/\\\p{Cc}\p{Bidi_Control}]+$/u, 'not a file name'),
});

export const fileRoutes: Routes = (app, { db, dataDir }, answer) => {
  void app.register(async (inside) => {
    // The body is bytes here, whatever it says it is.
    inside.removeAllContentTypeParsers();
    inside.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

    inside.post('/api/v1/conversations/:id/files', { bodyLimit: LIMITS.attachmentBytes }, async (request, reply) => {
      const { account } = callerOf(request);
      const conversation = idOf(request);
      const { thread, name } = parsed(uploadQuery, request.query);
      if (!(await db.read((reader) => accessToThread(reader, account, conversation, thread)))) throw notFound();
      const body = request.body;
      if (!Buffer.isBuffer(body) || body.length === 0) throw new AppError('bad-request', 'The body holds no file.');
      const sha256 = createHash('sha256').update(body).digest();
      await keepFile(dataDir, sha256, body);
      const { type, size } = sniff(body);
      const file = { id: newId(), conversation, thread, account, name, type, bytes: body.length, size, sha256 };
      return reply.code(201).send(answer(fileResponse, await db.transact((tx) => insertFile(tx, file))));
    });
  });

  app.get('/api/v1/files/:id', async (request, reply) => {
    const { account } = callerOf(request);
    const file = await db.read(async (reader) => {
      const found = await findFile(reader, idOf(request));
      return found && (await accessToThread(reader, account, found.conversation, found.thread)) ? found : null;
    });
    if (!file) throw notFound();
    const path = filePath(dataDir, file.sha256);
    const { size } = await stat(path);
    return reply
      .type(file.type)
      .header('content-length', size)
      .header('x-content-type-options', 'nosniff')
      .header('content-security-policy', "default-src 'none'; sandbox")
      .header('content-disposition', `attachment; filename*=UTF-8''${encodeName(file.name)}`)
      .header('cache-control', 'private, max-age=31536000, immutable')
      .send(createReadStream(path));
  });
};

/** RFC 8187: `encodeURIComponent` leaves three that are not allowed there. */
function encodeName(name: string): string {
  return encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
