import type { IncomingMessage, ServerResponse } from 'node:http';

import type { Core } from '#core/platform.ts';
import { PAGE_HEADERS } from '#shared/assets.ts';
import { AppError } from '#shared/errors.ts';
import { GIVE_PATH, givenStatus, readGivenFile } from '#shared/file-views.ts';

import type { Door } from './door.ts';

/**
 * Takes a file that the page gives, to be sent. Anything else than a call of our own page is refused: with the cookie, and with the
 * page's origin, which a browser sends with each POST. Returns `false` when the call is about something else.
 */
export async function takeFile(
  { core, door }: { core: Pick<Core, 'addFile'>; door: Door },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const url = URL.parse(request.url ?? '', 'http://127.0.0.1');
  if (url?.pathname !== GIVE_PATH) return false;
  const site = request.headers['sec-fetch-site'];
  const isOwn =
    door.holdsCookie(request.headers.cookie) &&
    door.originAllowed(request.headers.origin) &&
    !door.fromElsewhere(typeof site === 'string' ? site : undefined);
  const given = isOwn ? readGivenFile(url) : null;
  if (!given) {
    // What isn't read to its end would cut the answer off.
    request.resume();
    const error = isOwn
      ? new AppError('bad-request', 'This is not how a file is given.')
      : new AppError('forbidden', 'Files are taken from the app itself.');
    answer(response, givenStatus(error.code), { error: error.toShape() });
    return true;
  }
  try {
    answer(response, 201, { file: await core.addFile(given, request) });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    request.resume();
    answer(response, givenStatus(error.code), { error: error.toShape() });
  }
  return true;
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { ...PAGE_HEADERS, 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}
