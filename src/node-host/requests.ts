import type { IncomingMessage, ServerResponse } from 'node:http';

import type { Core, Log } from '#core/platform.ts';
import { assetPath, fileHeaders, fileId } from '#shared/assets.ts';
import { AppError, type ErrorCode } from '#shared/errors.ts';

import { redirect, sendAsset, sendFile, sendPage } from './answers.ts';
import type { Door } from './door.ts';
import { takeFile } from './given-files.ts';
import type { OfferedFiles } from './offered-files.ts';

export type RequestDeps = {
  core: Pick<Core, 'file' | 'addFile'>;
  door: Door;
  rendererDir: string;
  /** Where the token leads to: `/`, or the page of a development server. */
  home: string;
  offered: OfferedFiles;
  log: Log;
};

const HOW_TO_GET_IN =
  'This address belongs to a Trialogue app that is running. Its window was opened with an address that works once. ' +
  'To get in again, stop the app and start it anew: it prints a new address.';

/** Answers one call. Never rejects: what goes wrong is logged and answered. */
export async function answerRequest(deps: RequestDeps, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    await route(deps, request, response);
  } catch (error) {
    if (response.headersSent) {
      // Half an answer cannot be taken back; a caller that went away is no failure of ours.
      if (!response.writableFinished) deps.log.info('host.answer-cut', { code: codeOf(error) });
      response.destroy();
      return;
    }
    deps.log.error('host.request-failed', { code: codeOf(error) });
    sendPage(response, 500, 'Something went wrong', 'What you wrote is kept. Load this page again, or restart the app.');
  }
}

async function route(deps: RequestDeps, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { door } = deps;
  if (!door.hostAllowed(request.headers.host)) {
    return sendPage(response, 421, 'Not here', 'This app answers on 127.0.0.1 and localhost alone.');
  }
  if (request.method === 'POST' && (await takeFile(deps, request, response))) return;
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD');
    return sendPage(response, 405, 'Not this way', 'This address can only be read.');
  }
  const url = URL.parse(request.url ?? '', 'http://127.0.0.1');
  if (!url) return sendPage(response, 400, 'Not understood', 'This is not an address of the app.');

  const inside = door.holdsCookie(request.headers.cookie);
  const token = url.pathname === '/' ? url.searchParams.get('token') : null;
  if (token !== null) {
    // A preview of the address must not use the token up.
    const cookie = inside || request.method === 'HEAD' ? null : door.exchange(token);
    if (cookie !== null) return redirect(response, deps.home, { 'set-cookie': cookie });
    if (inside) return redirect(response, deps.home);
  }
  if (!inside) return sendPage(response, 401, 'Trialogue is running', HOW_TO_GET_IN);
  const id = fileId(url.pathname);
  if (id !== null) return answerFile(deps, request, response, id);
  const offered = url.pathname.startsWith('/exports/') ? deps.offered.find(url.pathname) : null;
  if (offered && request.method === 'GET') {
    if (isFromElsewhere(deps, request)) return sendPage(response, 403, 'Not from there', 'Files open only from the app itself.');
    if (await offered.send(response)) return;
  }
  const path = assetPath(url.pathname);
  if (path !== null && (await sendAsset(response, deps.rendererDir, path))) return;
  sendPage(response, 404, 'Not found', 'There is no such page in this app.');
}

async function answerFile(deps: RequestDeps, request: IncomingMessage, response: ServerResponse, id: string): Promise<void> {
  if (isFromElsewhere(deps, request)) {
    return sendPage(response, 403, 'Not from there', 'Files open only from the app itself.');
  }
  let file: Awaited<ReturnType<Core['file']>>;
  try {
    file = await deps.core.file(id);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return sendPage(response, statusOf(error.code), 'This file can’t be shown', plain(error.message));
  }
  if (await sendFile(response, file.path, fileHeaders(file))) return;
  sendPage(response, 404, 'This file can’t be shown', 'It is no longer on this machine.');
}

function isFromElsewhere({ door }: RequestDeps, request: IncomingMessage): boolean {
  const site = request.headers['sec-fetch-site'];
  return door.fromElsewhere(typeof site === 'string' ? site : undefined);
}

function statusOf(code: ErrorCode): number {
  if (code === 'not-found') return 404;
  return code === 'forbidden' ? 403 : 503;
}

function plain(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

function codeOf(error: unknown): string {
  return error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.name) : 'unknown';
}
