import { AppError } from '#shared/errors.ts';
import type { AttachmentFact } from '#shared/facts.ts';
import { errorOf } from '#shared/file-rules.ts';
import type { RefusalRule } from '#shared/wire.ts';

import type { Log } from '../platform.ts';
import type { Store } from '../storage/database.ts';
import { ANEW, changeUpload, readUpload, type UploadRow } from '../storage/upload-rows.ts';
import type { OutgoingFolder } from './outgoing-folder.ts';
import type { Transfer } from './transfer.ts';

/** The first piece is small, so that a bad line gets something through; on a good one they grow. */
const PIECE = { first: 256 * 1024, least: 64 * 1024, most: 4 * 1024 * 1024, quickMs: 1_000 } as const;

export type Carried =
  /** It is where a message may name it, or it is gone. */
  | { kind: 'done' }
  /** Nobody will take it. */
  | { kind: 'refused'; rule: Extract<RefusalRule, 'attachment' | 'closed'> }
  /** Not now: the server looks at it, or it could not be reached. `afterMs`: when it says so itself. */
  | { kind: 'later'; afterMs?: number };

type Parts = {
  store: Store;
  folder: OutgoingFolder;
  transfer: Transfer;
  log: Log;
  /** Whether the organisation lets files be sent. */
  allowed: boolean;
  now: () => number;
  onProgress: (row: UploadRow) => void;
};

/** Takes one file on its way from where it is, until it is done or can't go on. What it reached stands in its row. */
export async function carry(parts: Parts, id: string, signal: AbortSignal): Promise<Carried> {
  const { store } = parts;
  try {
    return await go(parts, id, signal);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const row = readUpload(store, id);
    if (!row || signal.aborted) return { kind: 'done' };
    const rule = refusalOf(error);
    if (rule !== null) {
      store.transact(() => changeUpload(store, id, { state: 'refused', why: error.message }));
      return { kind: 'refused', rule };
    }
    parts.log.info('upload-interrupted', { code: error.code, sent: row.sent });
    const afterMs = error.details?.['retryAfterMs'];
    return { kind: 'later', ...(typeof afterMs === 'number' ? { afterMs } : {}) };
  }
}

/** Whether it makes no sense to try again by itself. */
function refusalOf(error: AppError): 'attachment' | 'closed' | null {
  if (error.details?.['rule'] === 'closed') return 'closed';
  if (error.code === 'too-large' || typeof error.details?.['reason'] === 'string') return 'attachment';
  return error.code === 'forbidden' ? 'attachment' : null;
}

async function go(parts: Parts, id: string, signal: AbortSignal): Promise<Carried> {
  const { store, folder, transfer } = parts;
  const row = readUpload(store, id);
  if (!row) return { kind: 'done' };
  if (!parts.allowed) throw errorOf({ kind: 'off' });
  if (!folder.has(id))
    throw new AppError('forbidden', 'This file isn’t on this computer any more. Take it out, or add it again.');
  let offset = 0;
  let remote = row.remote;
  if (remote !== null) {
    const told = await transfer.state(remote);
    if (signal.aborted) return { kind: 'done' };
    switch (told?.state) {
      case 'ready':
      case 'held':
        return told.file ? whole(parts, id, told.file, told.state === 'held') : { kind: 'later' };
      case 'refused':
        throw new AppError('gone', told.message ?? 'The server did not take this file.', { reason: told.reason ?? 'refused' });
      case 'processing':
        return { kind: 'later' };
      case 'uploading': {
        const came = await transfer.offset(remote);
        if (came === null) remote = null;
        else offset = came;
        break;
      }
      case undefined:
        // It lay there for too long.
        remote = null;
    }
  }
  if (remote === null) {
    store.transact(() => changeUpload(store, id, ANEW));
    remote = await begin(parts, row);
    const given = remote;
    // Given up meanwhile, or begun anew for another thread.
    if (signal.aborted || !store.transact(() => changeUpload(store, id, { remote: given }))) {
      await transfer.giveUp(remote);
      return { kind: 'done' };
    }
  }
  return pieces(parts, { ...row, remote }, offset, signal);
}

async function begin({ transfer }: Parts, row: UploadRow): Promise<string> {
  try {
    return await transfer.begin(row);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'not-found') throw error;
    throw new AppError('forbidden', 'You no longer take part in this conversation. The file was not sent.');
  }
}

async function pieces(parts: Parts, row: UploadRow & { remote: string }, from: number, signal: AbortSignal): Promise<Carried> {
  const { store, folder, transfer, now } = parts;
  let offset = from;
  let size: number = PIECE.first;
  for (;;) {
    const current = store.transactRepeatable(() => changeUpload(store, row.id, { state: 'uploading', sent: offset }));
    if (!current || signal.aborted) return { kind: 'done' };
    parts.onProgress({ ...row, state: 'uploading', sent: offset });
    const bytes = await folder.read(row.id, offset, size);
    const began = now();
    const answer = await transfer.append(row.remote, offset, bytes, signal);
    if (signal.aborted) return { kind: 'done' };
    if (answer.kind === 'whole') return whole(parts, row.id, answer.file, answer.held);
    // Whole, and the answer to its last piece was lost: its state is asked for.
    if (answer.offset >= row.bytes || bytes.length === 0) return { kind: 'later' };
    offset = answer.offset;
    size = now() - began < PIECE.quickMs ? Math.min(PIECE.most, size * 2) : Math.max(PIECE.least, size / 2);
  }
}

function whole({ store, now }: Parts, id: string, file: AttachmentFact, held: boolean): Carried {
  store.transact(() =>
    changeUpload(store, id, {
      state: held ? 'held' : 'ready',
      fact: JSON.stringify(file),
      remote: file.id,
      ready_at: readUpload(store, id)?.ready_at ?? now(),
    }),
  );
  return held ? { kind: 'later' } : { kind: 'done' };
}
