import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

import { cacheControl, mediaType, PAGE_HEADERS } from '#shared/assets.ts';

export type Headers = Record<string, string>;

/** Sends a file of the built page; `false` when there is none of that name. */
export async function sendAsset(response: ServerResponse, rendererDir: string, path: string): Promise<boolean> {
  return sendFile(response, join(rendererDir, path), {
    ...PAGE_HEADERS,
    'content-type': mediaType(path),
    'cache-control': cacheControl(path),
  });
}

/** Sends a file of this disk; `false` when it isn't there. For `HEAD` Node leaves the body out by itself. */
export async function sendFile(response: ServerResponse, path: string, headers: Headers): Promise<boolean> {
  const found = await stat(path).catch(absent);
  if (!found?.isFile()) return false;
  response.writeHead(200, { ...headers, 'content-length': String(found.size) });
  await pipeline(createReadStream(path), response);
  return true;
}

function absent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
  throw error;
}

/** A plain page for a person. `title` and `words` are ours, never what somebody sent. */
export function sendPage(response: ServerResponse, status: number, title: string, words: string): void {
  response.writeHead(status, { ...PAGE_HEADERS, 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
  response.end(
    `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
      `<title>${title}</title><h1>${title}</h1><p>${words}</p></html>\n`,
  );
}

export function redirect(response: ServerResponse, location: string, headers: Headers = {}): void {
  response.writeHead(303, { ...PAGE_HEADERS, ...headers, location, 'cache-control': 'no-store' });
  response.end();
}
