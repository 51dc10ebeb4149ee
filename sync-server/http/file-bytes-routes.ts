import { buffer } from 'node:stream/consumers';

import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { AppError } from '#shared/errors.ts';

import { isPhoto, isRefusal, refusedFile } from '../files/identify.ts';
import { THUMBNAIL_WIDTHS } from '../files/images/thumbnail-widths.ts';
import { objectKey } from '../files/object-store.ts';
import { thumbnailKey } from '../files/take-file.ts';
import type { ServerParts } from '../parts.ts';
import { accessToThread } from '../storage/access.ts';
import { findFile, type StoredFile } from '../storage/files.ts';
import { wantedOf } from './byte-range.ts';
import { endpoint, type Endpoint } from './endpoint.ts';
import { tellProblem } from './errors.ts';
import type { Routes } from './http.ts';
import { PROBLEM_TYPE, problemOf } from './problems.ts';
import { callerOf, idOf, idParams, notFound, parsed } from './routing.ts';

const linkQuery = z.object({ expires: z.string(), signature: z.string() });
const thumbnailQuery = z.object({ width: z.coerce.number().int().min(1).max(100_000).default(THUMBNAIL_WIDTHS[0]) });

const signedQuery = linkQuery.partial();
const notModified = { 304: { about: 'The caller has it already (`If-None-Match`).' } } as const;

const bytes = {
  method: ['GET', 'HEAD'],
  path: '/api/v1/files/:id',
  tag: 'Files',
  summary: 'A file’s bytes, always for saving',
  notes:
    'By a sign-in, or by a link that was signed here (`expires`, `signature`). 409 while it is held, 410 once it was refused or the link has ended.',
  access: 'link',
  params: idParams,
  query: signedQuery,
  headers: z.object({ range: z.string().optional(), 'if-range': z.string().optional(), 'if-none-match': z.string().optional() }),
  type: 'application/octet-stream',
  also: {
    ...notModified,
    206: { about: 'A part (`Range`).', type: 'application/octet-stream' },
    416: { about: 'The file has no such part.', type: PROBLEM_TYPE },
  },
  errors: ['gone', 'conflict', 'forbidden'],
} as const satisfies Endpoint;

const small = {
  method: ['GET', 'HEAD'],
  path: '/api/v1/files/:id/thumbnail',
  tag: 'Files',
  summary: 'A small image',
  notes: 'Its longer side has at most 320 or 1280 pixels.',
  access: 'link',
  params: idParams,
  query: thumbnailQuery.extend(signedQuery.shape),
  headers: z.object({ 'if-none-match': z.string().optional() }),
  type: 'image/webp',
  also: notModified,
  errors: ['gone', 'conflict', 'forbidden'],
} as const satisfies Endpoint;

/** Bytes of files: for who may see their thread, or who has a link that was signed here and hasn't ended. */
export const fileBytesRoutes: Routes = (app, parts, answer) => {
  const { auth, files, db, log } = parts;
  void app.register(async (inside) => {
    inside.addHook('onRequest', async (request) => {
      if (!isLink(request)) request.caller = await auth.callerOf(request);
    });

    endpoint(inside, answer, bytes, async ({ request, reply }) => sendFile(parts, await fileFor(parts, request), request, reply));

    endpoint(inside, answer, small, async ({ request, reply }) => {
      const file = await fileFor(parts, request);
      const { width } = parsed(thumbnailQuery, request.query);
      if (!isPhoto(file.type)) throw notFound();
      const [small, large] = THUMBNAIL_WIDTHS;
      const made = await thumbnail(file, width <= small ? small : large);
      if (!made) throw notFound();
      const tag = `"${file.sha256.toString('hex')}.${made.width}"`;
      protect(reply, request).header('etag', tag).header('content-disposition', 'inline');
      if (wantedOf(request.headers, made.bytes.length, tag).kind === 'not-modified') return reply.code(304).send();
      void reply.type('image/webp').header('content-length', made.bytes.length);
      return reply.send(request.method === 'HEAD' ? '' : made.bytes);
    });
  });

  /** Made at the upload; of what was imported, at the first look. */
  async function thumbnail(file: StoredFile, width: number): Promise<{ width: number; bytes: Buffer } | null> {
    const key = objectKey(file.sha256);
    const wanted = thumbnailKey(key, width);
    if ((await files.store.size(wanted)) !== null) return { width, bytes: await buffer(await files.store.read(wanted)) };
    if ((await files.store.size(key)) === null) return null;
    const made = await files.images.thumbnails(await buffer(await files.store.read(key)));
    for (const one of made ?? []) await files.store.put(thumbnailKey(key, one.width), Buffer.from(one.bytes));
    const found = made?.find((one) => one.width === width);
    if (!found) log.warn('thumbnail-failed', { file: file.id });
    return found ? { width, bytes: Buffer.from(found.bytes) } : null;
  }

  async function fileFor({ files }: ServerParts, request: FastifyRequest): Promise<StoredFile> {
    const id = idOf(request);
    const link = isLink(request) ? parsed(linkQuery, request.query) : null;
    if (link) files.links.check(id, link);
    const file = await db.read(async (reader) => {
      const found = await findFile(reader, id);
      if (!found) return null;
      // Links are made for the thread `all` alone.
      if (link) return found.thread === 'all' ? found : null;
      return (await accessToThread(reader, callerOf(request).account, found.conversation, found.thread)) ? found : null;
    });
    if (!file) throw notFound();
    if (file.state === 'held') {
      throw new AppError('conflict', 'This file is still being looked through for viruses. Try again in a while.', {
        reason: 'held',
      });
    }
    if (file.state === 'refused') throw isRefusal(file.reason) ? refusedFile(file.reason) : notFound();
    return file;
  }
};

function isLink(request: FastifyRequest): boolean {
  return (request.query as Record<string, unknown>)['signature'] !== undefined;
}

async function sendFile({ files, log }: ServerParts, file: StoredFile, request: FastifyRequest, reply: FastifyReply) {
  const key = objectKey(file.sha256);
  const size = await files.store.size(key);
  if (size === null) {
    log.error('file-missing', { file: file.id });
    throw new AppError('unavailable', 'This file can’t be read just now. Ask whoever runs the server.');
  }
  const tag = `"${file.sha256.toString('hex')}"`;
  const wanted = wantedOf(request.headers, size, tag);
  protect(reply, request)
    .header('etag', tag)
    .header('accept-ranges', 'bytes')
    .header('content-disposition', `attachment; filename*=UTF-8''${encodeName(file.name)}`);
  if (wanted.kind === 'not-modified') return reply.code(304).send();
  if (wanted.kind === 'beyond') {
    const told = new AppError('bad-request', 'The file has no such part.');
    tellProblem(reply.header('content-range', `bytes */${size}`), problemOf(told, { status: 416 }));
    return reply;
  }
  const range = wanted.kind === 'part' ? wanted.range : null;
  reply.type(file.type).header('content-length', range ? range.to - range.from + 1 : size);
  if (range) reply.code(206).header('content-range', `bytes ${range.from}-${range.to}/${size}`);
  if (request.method === 'HEAD') return reply.send('');
  return reply.send(await files.store.read(key, range ?? undefined));
}

/** Nothing of it is ever run in a page, whatever it is. */
function protect(reply: FastifyReply, request: FastifyRequest): FastifyReply {
  return (
    reply
      .header('x-content-type-options', 'nosniff')
      .header('content-security-policy', "default-src 'none'; sandbox")
      // A link is there to be shown in another site's app.
      .header('cross-origin-resource-policy', isLink(request) ? 'cross-origin' : 'same-site')
      .header('cache-control', isLink(request) ? 'private, max-age=3600' : 'private, max-age=31536000, immutable')
  );
}

/** RFC 8187: `encodeURIComponent` leaves three that are not allowed there. */
function encodeName(name: string): string {
  return encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
