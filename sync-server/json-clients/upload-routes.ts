import type { FastifyRequest } from 'fastify';
import { z } from 'zod';

import { AppError } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import { chatUpload } from '#shared/json-clients.ts';

import { endpoint, type Endpoint } from '../http/endpoint.ts';
import { fileName } from '../http/file-name.ts';
import type { Routes } from '../http/http.ts';
import { notFound, parsed } from '../http/routing.ts';
import type { ServerParts } from '../parts.ts';
import { accessTo } from '../storage/access.ts';
import { openChat } from '../storage/chats.ts';
import { checkOpen } from '../storage/closed.ts';
import { numberParams, ofJsonClients } from './endpoints.ts';

/** What the form around a file may take. */
const FORM_BYTES = 64 * 1024;
const named = z.object({ name: fileName });

const uploadAt = (path: string) =>
  ({
    ...ofJsonClients,
    method: 'POST',
    path,
    summary: 'Sends a file as a form does; `send_message` may name it then',
    access: 'signed-in',
    params: numberParams,
    bytes: 'multipart/form-data',
    status: 201,
    gives: chatUpload,
    errors: ['conflict'],
  }) as const satisfies Endpoint;

/** A file as a form sends it; `send_message` may name it then. */
export const uploadRoutes: Routes = (app, parts, answer) => {
  const bodyLimit = parts.files.mostBytes + FORM_BYTES;
  app.addContentTypeParser('multipart/form-data', { parseAs: 'buffer', bodyLimit }, (_request, body, done) => done(null, body));
  for (const [path, asStaff] of [
    ['/api/agency/conversations/:id/upload', true],
    ['/api/conversations/:id/upload', false],
  ] as const) {
    endpoint(
      app,
      answer,
      uploadAt(path),
      async ({ caller: { account }, params: { id }, request }) =>
        upload({ account, number: Number(id), asStaff }, request, parts),
      { bodyLimit },
    );
  }
};

type By = { account: string; number: number; asStaff: boolean };

async function upload({ account, number, asStaff }: By, request: FastifyRequest, { db, files }: ServerParts) {
  const conversation = await db.read(async (reader) => {
    const chat = await openChat(reader, account, number);
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
  return { success: true as const, attachment_url: files.links.sign(fact.id), file: fact };
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
