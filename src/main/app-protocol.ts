import { readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';

import type { Core, Log } from '#core/platform.ts';
import { assetPath, cacheControl, fileHeaders, fileId, mediaType, PAGE_HEADERS } from '#shared/assets.ts';
import { AppError } from '#shared/errors.ts';
import { GIVE_PATH, givenStatus, readGivenFile } from '#shared/file-views.ts';

import { APP_SCHEME, isAppAddress } from './sender.ts';

/** Told to Electron before it is ready: a real origin, with fetch and code cache. */
export const APP_SCHEME_PRIVILEGES = {
  scheme: APP_SCHEME,
  privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
};

type Asked = Pick<Request, 'url' | 'method' | 'headers' | 'body'>;
export type AppProtocolDeps = { core: Pick<Core, 'file' | 'addFile'>; rendererDir: string; log: Log };

/** Answers `app://trialogue/…`: the built page and the files of messages. Never rejects. */
export function createAppProtocol(deps: AppProtocolDeps): (request: Asked) => Promise<Response> {
  return async (request) => {
    try {
      return await route(deps, request);
    } catch (error) {
      deps.log.error('shell.request-failed', { code: error instanceof Error ? error.name : 'unknown' });
      return empty(500);
    }
  };
}

async function route(deps: AppProtocolDeps, request: Asked): Promise<Response> {
  const url = URL.parse(request.url);
  if (!url || !isAppAddress(request.url)) return empty(request.method === 'GET' || request.method === 'HEAD' ? 404 : 405);
  if (request.method === 'POST' && url.pathname === GIVE_PATH) return takeFile(deps.core, url, request);
  if (request.method !== 'GET' && request.method !== 'HEAD') return empty(405);
  const id = fileId(url.pathname);
  if (id !== null) return messageFile(deps.core, id);
  const path = assetPath(url.pathname);
  if (path === null) return empty(404);
  const file = join(deps.rendererDir, path);
  if (!file.startsWith(deps.rendererDir + sep)) return empty(404); // `assetPath` refuses it already
  const headers = { ...PAGE_HEADERS, 'content-type': mediaType(path), 'cache-control': cacheControl(path) };
  return fromDisk(file, headers);
}

async function messageFile(core: Pick<Core, 'file'>, id: string): Promise<Response> {
  try {
    const file = await core.file(id);
    return await fromDisk(file.path, fileHeaders(file));
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return empty(error.code === 'not-found' ? 404 : 503);
  }
}

/** A file that the page gives, to be sent: only our own page's origin. */
async function takeFile(core: Pick<Core, 'addFile'>, url: URL, request: Asked): Promise<Response> {
  const origin = request.headers.get('origin');
  if (origin !== null && !isAppAddress(`${origin}/`)) return empty(403);
  const given = readGivenFile(url);
  if (!given || !request.body) return empty(400);
  try {
    return told(201, { file: await core.addFile(given, request.body) });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return told(givenStatus(error.code), { error: error.toShape() });
  }
}

function told(status: number, body: object): Response {
  return new Response(JSON.stringify(body), { status, headers: { ...PAGE_HEADERS, 'content-type': 'application/json' } });
}

/** Node's own `fs` reads inside the app's archive, too. */
async function fromDisk(path: string, headers: Record<string, string>): Promise<Response> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'EISDIR') return null;
    throw error;
  });
  return bytes === null ? empty(404) : new Response(bytes, { headers });
}

function empty(status: number): Response {
  return new Response(null, { status, headers: PAGE_HEADERS });
}
