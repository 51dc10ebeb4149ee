import { mkdir, readFile, rm, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';

import { FileStore } from '@tus/file-store';
import { Server } from '@tus/server';

import { AppError, type ErrorCode } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';

import { PROBLEM_TYPE, problemOf, type Problem } from '../http/problems.ts';
import type { Log } from '../log.ts';
import type { Database } from '../storage/database.ts';
import { findUpload, setUploadState, unfinishedUploads, type Upload } from '../storage/uploads.ts';
import { isRefusal } from './identify.ts';
import type { TakeFile, Taken } from './take-file.ts';
import { createUploadLocks } from './upload-locks.ts';

export const UPLOAD_PATH = '/api/v1/uploads';
/** An upload that isn't whole by then is gone. */
export const UPLOAD_MS = 24 * 60 * 60 * 1_000;
/** Uploads in pieces, by tus 1.0. Who may do what is asked before a call gets here. */
export type Uploads = {
  /** `id`: which upload it is about, also one that it begins. */
  handle(id: string | null, request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Makes files of what came whole before this process, or the call that brought it, was cut off. */
  finishInterrupted(): Promise<void>;
};

type Parts = { db: Database; log: Log; take: TakeFile; folder: string; mostBytes: number };

export async function createUploads({ db, log, take, folder, mostBytes }: Parts): Promise<Uploads> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const underWay = new Map<string, Promise<Taken>>();
  /** Of the calls that are being dealt with. */
  const ids = new WeakMap<object, string>();

  const locks = createUploadLocks(db, (error) => {
    log.warn('upload-hold-failed', { reason: error instanceof Error ? error.message : 'unknown' });
  });

  /** By one node: the others, which may see the same bytes, leave it alone meanwhile. */
  async function finishOnce(upload: Upload, patienceMs?: number): Promise<Taken> {
    const release = await locks.hold(upload.id, 'finish', undefined, patienceMs);
    if (!release) throw new AppError('unavailable', 'A file is being made of this upload. Ask for its state in a while.');
    try {
      return await takeWhole(upload);
    } finally {
      await release();
    }
  }

  async function takeWhole(upload: Upload): Promise<Taken> {
    const { id } = upload;
    await db.transact((tx) => setUploadState(tx, id, 'processing'));
    try {
      return await take(upload, await readFile(join(folder, id)));
    } catch (error) {
      const reason = error instanceof AppError ? error.details?.['reason'] : undefined;
      if (isRefusal(reason)) {
        await db.transact((tx) => setUploadState(tx, id, 'refused', reason));
      }
      throw error;
    }
  }

  function finish(upload: Upload, patienceMs?: number): Promise<Taken> {
    const known = underWay.get(upload.id);
    if (known) return known;
    const finishing = finishOnce(upload, patienceMs).finally(() => underWay.delete(upload.id));
    underWay.set(upload.id, finishing);
    return finishing;
  }

  /** Only when tus is done with it. */
  async function discardSettled(id: string): Promise<void> {
    const upload = await db.read((reader) => findUpload(reader, id));
    if (upload?.state === 'done' || upload?.state === 'refused') await discard(folder, id);
  }

  const server = new ProblemServer({
    path: UPLOAD_PATH,
    datastore: new FileStore({ directory: folder, expirationPeriodInMilliseconds: UPLOAD_MS }),
    maxSize: mostBytes,
    locker: locks.locker,
    relativeLocation: true,
    // Other sites' pages don't call here.
    allowedOrigins: () => false,
    namingFunction(request) {
      const id = ids.get(request.runtime!.node!.req);
      if (id === undefined) throw new AppError('bad-request', 'This call begins no upload.');
      return id;
    },
    generateUrl: (_request, { id }) => `${UPLOAD_PATH}/${id}`,
    async onUploadFinish(request, { id }) {
      const upload = await db.read((reader) => findUpload(reader, id));
      if (!upload) throw new AppError('not-found', 'There is no such upload.');
      const { fact, state } = await finish(upload);
      const headers = { 'Content-Type': 'application/json', 'Upload-State': state };
      // A call that also began it is answered by 201 and where it is.
      return { headers, body: JSON.stringify(fact), ...(request.method === 'PATCH' ? { status_code: 200 } : {}) };
    },
    onResponseError: (_request, error) => toldOf(error, log),
  });

  return {
    async handle(id, request, response) {
      if (id !== null) ids.set(request, id);
      await server.handle(request, response);
      if (id !== null) await discardSettled(id);
    },
    async finishInterrupted() {
      for (const upload of await db.read(unfinishedUploads)) {
        if (underWay.has(upload.id) || (await sizeOf(join(folder, upload.id))) !== upload.bytes) continue;
        try {
          await finish(upload, 0);
          await discardSettled(upload.id);
        } catch (error) {
          if (error instanceof AppError) log.warn('upload-not-finished', { upload: upload.id, code: error.code });
          else throw error;
        }
      }
    },
  };
}

/** As everywhere: a problem (RFC 9457). */
function toldOf(error: Error | { status_code: number; body: string }, log: Log): { status_code: number; body: string } {
  if (error instanceof AppError) return bodyOf(problemOf(error));
  if ('status_code' in error && error.status_code < 500) return bodyOf(problemOfTus(error.status_code, error.body));
  // An extension of tus that isn't offered here: nothing of ours failed.
  if ('status_code' in error && error.status_code === 501) return bodyOf(problemOfTus(400, error.body));
  const instance = `urn:uuid:${newId()}`;
  log.error('upload-failed', { instance, reason: error instanceof Error ? (error.stack ?? error.message) : error.body });
  const told = new AppError('internal', 'The server made a mistake. What came so far is kept; go on from where it stopped.');
  return bodyOf(problemOf(told, { instance }));
}

function bodyOf(problem: Problem): { status_code: number; body: string } {
  return { status_code: problem.status, body: JSON.stringify(problem) };
}

const TUS_CODES: Record<number, ErrorCode> = {
  403: 'forbidden',
  404: 'not-found',
  409: 'conflict',
  410: 'gone',
  413: 'too-large',
};

/** What tus itself says, in its own words. */
function problemOfTus(status: number, text: string): Problem {
  return problemOf(new AppError(TUS_CODES[status] ?? 'bad-request', text.trim()), { status });
}

/** Also what it refuses before it asks what to say of it. */
class ProblemServer extends Server {
  override write(...[context, headers, status, body = '']: Parameters<Server['write']>): ReturnType<Server['write']> {
    if (status < 400) return super.write(context, headers, status, body);
    headers.set('Content-Type', PROBLEM_TYPE);
    return super.write(context, headers, status, body.startsWith('{') ? body : JSON.stringify(problemOfTus(status, body)));
  }
}

/** What came of an upload, and what tus keeps beside it. */
export async function discard(folder: string, id: string): Promise<void> {
  await rm(join(folder, id), { force: true });
  await rm(join(folder, `${id}.json`), { force: true });
}

async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
