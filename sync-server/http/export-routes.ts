import { z } from 'zod';

import { THREADS } from '#shared/ids.ts';

import { accessToThread } from '../storage/access.ts';
import { openTranscript, TRANSCRIPT_FORMATS, TRANSCRIPT_TYPES } from '../transcript/open-transcript.ts';
import { endpoint, type Endpoint } from './endpoint.ts';
import type { Routes } from './http.ts';
import { idParams, notFound } from './routing.ts';

const exported = {
  method: 'GET',
  path: '/api/v1/conversations/:id/export',
  tag: 'Conversations',
  summary: 'A thread as a file, to keep or to hand over',
  notes:
    '`json` is one line, as `docs/import-format.md` has it, with all else in further fields; `pdf` is for people. It comes as a stream: one that breaks off is not whole.',
  access: 'staff',
  params: idParams,
  query: z.object({ format: z.enum(TRANSCRIPT_FORMATS).default('json'), thread: z.enum(THREADS).default('all') }),
  type: 'application/json',
  also: { 200: { about: 'With `format=pdf`, a PDF', type: 'application/pdf' } },
} as const satisfies Endpoint;

export const exportRoutes: Routes = (app, { db, files }, answer) => {
  endpoint(app, answer, exported, async ({ caller, params: { id: conversation }, query: { format, thread }, reply }) => {
    const place = { conversation, thread };
    if (!(await db.read((reader) => accessToThread(reader, caller.account, conversation, thread)))) throw notFound();
    const { stream, fileName } = await openTranscript({ db, store: files.store, now: Date.now }, place, format);
    return reply
      .type(TRANSCRIPT_TYPES[format])
      .header('content-disposition', `attachment; filename="${fileName}"`)
      .header('cache-control', 'private, no-store')
      .header('x-content-type-options', 'nosniff')
      .send(stream);
  });
};
