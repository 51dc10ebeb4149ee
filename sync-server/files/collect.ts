import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

import type { Log } from '../log.ts';
import type { Database, Transaction } from '../storage/database.ts';
import { isCollector, markUnnamed, removeUnnamed, takeGarbage } from '../storage/files.ts';
import { dropOldHolds } from '../storage/upload-holds.ts';
import { deleteUploadsBefore } from '../storage/uploads.ts';
import { THUMBNAIL_WIDTHS } from './images/thumbnail-widths.ts';
import { objectKey, type ObjectStore } from './object-store.ts';
import { thumbnailKey } from './take-file.ts';
import { UPLOAD_MS, type Uploads } from './uploads.ts';

/** So long a file may wait for its message. */
export const UNNAMED_MS = 24 * 60 * 60 * 1_000;
/** Longer than a commit that had looked at it takes. */
export const LEAVING_MS = 10 * 60 * 1_000;
const EVERY_MS = 10 * 60 * 1_000;
const FIRST_MS = 60 * 1_000;
const AT_ONCE = 1_000;
/** A store far away takes its time for each, and a server that stops doesn't wait long. */
const BYTES_AT_ONCE = 50;

export type CollectParts = { db: Database; store: ObjectStore; uploads: Uploads; folders: readonly string[]; log: Log };

const FROM_START = '00000000-0000-0000-0000-000000000000';

/**
 * One round: files that no message names leave, in two steps between which one may still turn up; then the bytes that nothing speaks of.
 * Only one node does so at a time. Gives where the next round goes on.
 */
export async function collect(
  parts: CollectParts,
  now: Date,
  after = FROM_START,
  isStopped: () => boolean = () => false,
): Promise<string> {
  const { db, store, uploads, folders, log } = parts;
  const before = (ms: number): Date => new Date(now.getTime() - ms);
  await uploads.finishInterrupted();
  for (const folder of folders) await removeOld(folder, before(UPLOAD_MS));

  const next = await alone(db, async (tx) => {
    await deleteUploadsBefore(tx, before(UPLOAD_MS));
    await dropOldHolds(tx);
    const gone = await removeUnnamed(tx, before(LEAVING_MS), AT_ONCE);
    if (gone > 0) log.info('files-collected', { count: gone });
    return { after: await markUnnamed(tx, { after, until: before(UNNAMED_MS), limit: AT_ONCE, now }) };
  });
  if (next !== null) await removeGarbage(db, store, isStopped);
  return next?.after ?? FROM_START;
}

/** Bytes that no file speaks of any more, and their thumbnails. False when another process is at it, which then does it. */
export async function removeGarbage(db: Database, store: ObjectStore, isStopped: () => boolean = () => false): Promise<boolean> {
  for (let more = true; more && !isStopped();) {
    const done = await alone(db, async (tx) => ({ more: await removeBytes(tx, store) }));
    if (done === null) return false;
    more = done.more;
  }
  return true;
}

/** `null`: another process collects just now. */
async function alone<T>(db: Database, work: (tx: Transaction) => Promise<T>): Promise<T | null> {
  return db.transact(async (tx) => ((await isCollector(tx)) ? work(tx) : null));
}

/** Under the lock of their rows: who brings the same bytes again waits, and then brings them anew. Gives whether there are more. */
async function removeBytes(tx: Transaction, store: ObjectStore): Promise<boolean> {
  const { hashes, more } = await takeGarbage(tx, BYTES_AT_ONCE);
  for (const sha256 of hashes) {
    const key = objectKey(sha256);
    await Promise.all([key, ...THUMBNAIL_WIDTHS.map((width) => thumbnailKey(key, width))].map((one) => store.delete(one)));
  }
  return more;
}

/** Uploads that nobody went on with, and copies that were left by a process that was killed. */
async function removeOld(folder: string, until: Date): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isFile() && (await stat(path)).mtime < until) await rm(path, { force: true });
  }
}

/** Collects now and then, until it is stopped. What it had begun is done again by the next start. */
export function startCollecting(parts: CollectParts): { stop(): Promise<void> } {
  let stopped = false;
  let after = FROM_START;
  let running: Promise<void> = Promise.resolve();
  let timer = setTimeout(run, FIRST_MS);

  function run(): void {
    running = collect(parts, new Date(), after, () => stopped)
      .then((next) => {
        after = next;
      })
      .catch((error: unknown) => {
        if (!stopped) parts.log.warn('collecting-failed', { reason: error instanceof Error ? error.message : 'unknown' });
      })
      .finally(() => {
        if (!stopped) timer = setTimeout(run, EVERY_MS);
      });
  }

  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
