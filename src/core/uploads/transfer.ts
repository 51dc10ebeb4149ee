import { fileStateResponse, type FileState } from '#shared/api/files.ts';
import { AppError } from '#shared/errors.ts';
import { attachmentFact, type AttachmentFact } from '#shared/facts.ts';
import type { ThreadName } from '#shared/ids.ts';

/** One signed-in call of the server's API. */
export type Call = (path: string, init: RequestInit, timeoutMs?: number) => Promise<Response>;

/** A piece has to come through within this time, also where a megabyte takes a minute. */
const PIECE_MS = 60_000;
const VERSION = { 'tus-resumable': '1.0.0' };

export type Appended = { kind: 'more'; offset: number } | { kind: 'whole'; file: AttachmentFact; held: boolean };

/** Sends a file in pieces: the part of tus 1.0 that is needed here. Every method throws AppError. */
export type Transfer = {
  /** The id that the server gives it. */
  begin(file: { conversation: string; thread: ThreadName; name: string; bytes: number }): Promise<string>;
  /** How far it is; `null` when the server does not know it any more. */
  state(remote: string): Promise<FileState | null>;
  /** How many bytes came; `null` as above. */
  offset(remote: string): Promise<number | null>;
  append(remote: string, offset: number, bytes: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<Appended>;
  giveUp(remote: string): Promise<void>;
};

export function createTransfer(call: Call): Transfer {
  return {
    async begin({ conversation, thread, name, bytes }) {
      const answer = await call('/uploads', {
        method: 'POST',
        headers: {
          ...VERSION,
          'upload-length': String(bytes),
          'upload-metadata': Object.entries({ conversation, thread, filename: name })
            .map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
            .join(','),
        },
      });
      const id = answer.headers.get('location')?.split('/').at(-1);
      if (!id) throw new AppError('unavailable', 'The server does not answer as it should. Try again later.');
      return id;
    },
    async state(remote) {
      return orGone(async () => fileStateResponse.parse(await (await call(`/files/${remote}/state`, {})).json()));
    },
    async offset(remote) {
      return orGone(async () => {
        const answer = await call(`/uploads/${remote}`, { method: 'HEAD', headers: VERSION });
        return Number(answer.headers.get('upload-offset'));
      });
    },
    async append(remote, offset, bytes, signal) {
      const answer = await call(
        `/uploads/${remote}`,
        {
          method: 'PATCH',
          headers: { ...VERSION, 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' },
          body: bytes,
          signal,
        },
        PIECE_MS,
      );
      if (answer.status === 204) return { kind: 'more', offset: Number(answer.headers.get('upload-offset')) };
      const file = attachmentFact.parse(await answer.json());
      return { kind: 'whole', file, held: answer.headers.get('upload-state') === 'held' };
    },
    async giveUp(remote) {
      await orGone(async () => call(`/uploads/${remote}`, { method: 'DELETE', headers: VERSION }));
    },
  };
}

async function orGone<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    // An answer to HEAD has no body that could hold a code.
    const gone = error instanceof AppError && (error.code === 'not-found' || error.code === 'gone' || statusOf(error) === 404);
    if (gone || (error instanceof AppError && statusOf(error) === 410)) return null;
    throw error;
  }
}

function statusOf(error: AppError): unknown {
  return error.details?.['status'];
}
