import type { FastifyRequest } from 'fastify';
import { z } from 'zod';

import { AppError } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import { chatUpload } from '#shared/json-clients.ts';

import { fileName } from '../http/file-name.ts';
import type { Answer, Routes } from '../http/http.ts';
import { callerOf, notFound, parsed } from '../http/routing.ts';
import type { ServerParts } from '../parts.ts';
import { accessTo } from '../storage/access.ts';
import { openChat } from '../storage/chats.ts';
import { checkOpen } from '../storage/closed.ts';

/** What the form around a file may take. */
const FORM_BYTES = 64 * 1024;
const named = z.object({ name: fileName });
const NUMBER = /^[1-9][0-9]{0,14}$/;

/** A file as a form sends it; `send_message` may name it then. */
export const uploadRoutes: Routes = (app, parts, answer) => {
  const bodyLimit = parts.files.mostBytes + FORM_BYTES;
  app.addContentTypeParser('multipart/form-data', { parseAs: 'buffer', bodyLimit }, (_request, body, done) => done(null, body));
  app.post('/api/agency/conversations/:id/upload', { bodyLimit }, async (request, reply) =>
    reply.code(201).send(await upload(request, parts, answer, true)),
  );
  app.post('/api/conversations/:id/upload', { bodyLimit }, async (request, reply) =>
    reply.code(201).send(await upload(request, parts, answer, false)),
  );
};

async function upload(request: FastifyRequest, { db, files }: ServerParts, answer: Answer, asStaff: boolean) {
  const { account } = callerOf(request);
  const { id } = request.params as { id: string };
  const conversation = await db.read(async (reader) => {
    const chat = NUMBER.test(id) ? await openChat(reader, account, Number(id)) : null;
    const access = chat && (await accessTo(reader, account, chat.conversation));
    return access?.threads.includes(asStaff ? 'team' : 'all') ? chat!.conversation : null;
  });
  if (conversation === null) throw notFound();
  await db.read((reader) => checkOpen(reader, conversation, 'all'));
  const file = await fileOf(request);
  if (file.size > files.mostBytes) throw new AppError('too-large', 'This file is larger than the server takes.');
  const { name } = parsed(named, { name: file.name });
  const bytes = Buffer.from(await file.arrayBuffer());
  const { fact } = await files.take({ id: newId(), conversation, thread: 'all', account, name }, bytes);
  return answer(chatUpload, { success: true, attachment_url: files.links.sign(fact.id), file: fact });
}

/** The first file of the form, whatever its field is called. */
async function fileOf({ headers, body }: FastifyRequest): Promise<File> {
  if (!Buffer.isBuffer(body)) throw new AppError('bad-request', 'Send the file as multipart/form-data.');
  let form: FormData;
  try {
    form = await new Response(new Uint8Array(body), { headers: { 'content-type': headers['content-type']! } }).formData();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new AppError('bad-request', 'The form can’t be read. Send the file as multipart/form-data.');
  }
  const file = [...form.values()].find((value) => value instanceof File);
  if (!file || file.size === 0) throw new AppError('bad-request', 'The form holds no file.');
  return file;
}
