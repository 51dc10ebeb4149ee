import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { fileResponse } from '#shared/api/files.ts';
import { AppError } from '#shared/errors.ts';
import { newId, UUID } from '#shared/ids.ts';

import { refusedFile, isRefusal } from '../files/identify.ts';
import { discard, UPLOAD_PATH } from '../files/uploads.ts';
import { accessToThread } from '../storage/access.ts';
import { checkOpen } from '../storage/closed.ts';
import { deleteUpload, findUpload, insertUpload, openUploads, type Upload } from '../storage/uploads.ts';
import { endpoint, type Endpoint } from './endpoint.ts';
import { fileName, threadName } from './file-name.ts';
import type { Routes } from './http.ts';
import { PROBLEM_TYPE } from './problems.ts';
import { callerOf, idOf, idParams, notFound, parsed } from './routing.ts';

/** What stands in `Upload-Metadata`. tus clients call a name `filename`. */
const metadata = z
  .object({ conversation: z.string().regex(UUID), thread: threadName, name: fileName.optional(), filename: fileName.optional() })
  .transform(({ name, filename, ...place }) => ({ ...place, name: name ?? filename ?? '' }))
  .refine(({ name }) => name !== '', { message: 'it has no name', path: ['name'] });

/** Uploads of one account that aren't whole. */
const OPEN_MOST = 50;
const VERSION = '1.0.0';

const tag = 'Files';
const version = { 'tus-resumable': z.literal(VERSION) };
const length = z.int().positive();
/** Of tus itself, for a header that is missing or not as it should be. */
const refusals = {
  400: { about: 'A header is missing or not as it should be.', type: PROBLEM_TYPE },
  412: { about: '`Tus-Resumable` is missing or another version.', type: PROBLEM_TYPE },
} as const;

const beginning = {
  method: 'POST',
  path: UPLOAD_PATH,
  tag,
  summary: 'Begins an upload in pieces (tus 1.0)',
  notes:
    '`Upload-Metadata` holds `conversation` (id), `thread` (`all` unless said) and `filename` or `name`, each with its value in base64. `Location` ends in the id that the file will have.',
  access: 'signed-in',
  headers: z.object({ ...version, 'upload-length': length, 'upload-metadata': z.string() }),
  bytes: 'application/offset+octet-stream',
  status: 201,
  also: refusals,
  errors: ['not-found', 'conflict', 'gone'],
} as const satisfies Endpoint;

const offset = {
  method: 'HEAD',
  path: `${UPLOAD_PATH}/:id`,
  tag,
  summary: 'How much of an upload came',
  access: 'signed-in',
  params: idParams,
  headers: z.object(version),
  also: refusals,
  errors: ['gone'],
} as const satisfies Endpoint;

const piece = {
  method: 'PATCH',
  path: `${UPLOAD_PATH}/:id`,
  tag,
  summary: 'Sends the next piece',
  notes: 'The last is answered 200 with the file, all others 204.',
  access: 'signed-in',
  params: idParams,
  headers: z.object({ ...version, 'upload-offset': z.int().nonnegative() }),
  bytes: 'application/offset+octet-stream',
  gives: fileResponse,
  also: {
    ...refusals,
    204: { about: 'Taken; more is to come.' },
    415: { about: 'The body is of another type.', type: PROBLEM_TYPE },
    423: { about: 'Another call sends a piece of it just now.', type: PROBLEM_TYPE },
  },
  errors: ['conflict', 'gone'],
} as const satisfies Endpoint;

const termination = {
  method: 'DELETE',
  path: `${UPLOAD_PATH}/:id`,
  tag,
  summary: 'Gives an upload up',
  access: 'signed-in',
  params: idParams,
  headers: z.object(version),
  status: 204,
  also: refusals,
  errors: ['conflict', 'gone'],
} as const satisfies Endpoint;

/** tus 1.0: creation (with upload), HEAD, PATCH, termination, expiration. Each call is made by who began the upload and still may. */
export const uploadRoutes: Routes = (app, { db, files }, answer) => {
  void app.register(async (inside) => {
    // Read by tus, as it comes.
    inside.removeAllContentTypeParsers();
    inside.addContentTypeParser('*', (_request, _payload, done) => done(null));

    endpoint(inside, answer, beginning, async ({ request, reply }) => {
      if (request.headers['tus-resumable'] !== VERSION) {
        await toTus(null, request, reply);
        return reply;
      }
      const upload = await begin(request);
      await toTus(upload.id, request, reply);
      // What tus refused to begin.
      const isBegun = reply.raw.statusCode < 400 || (await find(upload.id))?.state !== 'uploading';
      if (!isBegun) await end(upload.id);
      return reply;
    });

    endpoint(inside, answer, offset, async ({ request, reply }) => {
      const upload = await own(request);
      if (upload.state === 'done') return reply.headers(wholeHeaders(upload)).code(200).send('');
      await toTus(upload.id, request, reply);
      return reply;
    });

    endpoint(inside, answer, piece, async ({ request, reply }) => {
      const upload = await own(request);
      if (upload.state === 'done') {
        throw new AppError('conflict', 'This upload is whole. Ask for the state of its file.', { offset: upload.bytes });
      }
      await toTus(upload.id, request, reply);
      return reply;
    });

    endpoint(inside, answer, termination, async ({ request, reply }) => {
      const { id, state } = await own(request);
      if (state === 'done' || state === 'processing') {
        throw new AppError('conflict', 'This upload is whole, and can’t be taken back any more.');
      }
      await toTus(id, request, reply);
      if (reply.raw.statusCode < 400) await db.transact((tx) => deleteUpload(tx, id));
      return reply;
    });
  });

  const find = (id: string): Promise<Upload | null> => db.read((reader) => findUpload(reader, id));

  /** It answers by itself, also when it fails. */
  async function toTus(id: string | null, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    // What others have to say to a browser, of which tus knows nothing.
    for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) reply.raw.setHeader(name, value);
    reply.hijack();
    await files.uploads.handle(id, request.raw, reply.raw);
  }

  async function begin(request: FastifyRequest): Promise<Pick<Upload, 'id'>> {
    const { account } = callerOf(request);
    const place = parsed(metadata, readMetadata(request.headers['upload-metadata']));
    const bytes = Number(request.headers['upload-length']);
    if (!Number.isSafeInteger(bytes) || bytes <= 0) {
      throw new AppError('bad-request', 'Upload-Length has to say how many bytes will come.', { field: 'Upload-Length' });
    }
    if (bytes > files.mostBytes) {
      throw new AppError('too-large', `Files of up to ${Math.floor(files.mostBytes / 1024 / 1024)} MB can be sent here.`, {
        mostBytes: files.mostBytes,
      });
    }
    const may = await db.read((reader) => accessToThread(reader, account, place.conversation, place.thread));
    if (!may) throw notFound();
    await db.read((reader) => checkOpen(reader, place.conversation, place.thread));
    const upload = { id: newId(), account, bytes, ...place };
    await db.transact(async (tx) => {
      if ((await openUploads(tx, account)) >= OPEN_MOST) {
        throw new AppError('too-many-requests', 'Too many uploads are under way. Finish or cancel some of them first.');
      }
      await insertUpload(tx, upload);
    });
    return upload;
  }

  /** @throws AppError not-found, also of others' uploads; gone, of one that was refused */
  async function own(request: FastifyRequest): Promise<Upload> {
    const { account } = callerOf(request);
    const upload = await find(idOf(request));
    if (upload?.account !== account) throw notFound();
    if (!(await db.read((reader) => accessToThread(reader, account, upload.conversation, upload.thread)))) throw notFound();
    if (upload.state !== 'refused') return upload;
    const { message, details } = isRefusal(upload.reason) ? refusedFile(upload.reason) : notFound();
    throw new AppError('gone', message, details);
  }

  async function end(id: string): Promise<void> {
    await db.transact((tx) => deleteUpload(tx, id));
    await discard(files.uploadFolder, id);
  }
};

function wholeHeaders({ bytes }: Upload): Record<string, string> {
  return {
    'tus-resumable': VERSION,
    'upload-offset': String(bytes),
    'upload-length': String(bytes),
    'cache-control': 'no-store',
  };
}

/** `key base64,key base64`; what isn't so is as if it weren't there. */
function readMetadata(header: string | string[] | undefined): Record<string, string> {
  const pairs = String(header ?? '')
    .split(',')
    .map((pair) => pair.trim().split(' '));
  return Object.fromEntries(
    pairs.flatMap(([key, value]) => (key && value ? [[key, Buffer.from(value, 'base64').toString('utf8')]] : [])),
  );
}
