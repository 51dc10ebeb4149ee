import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';

import type { Log } from '../../log.ts';
import type { Database } from '../../storage/database.ts';
import { heldFiles, refuseFile, releaseFile } from '../../storage/files.ts';
import type { ScanConfig } from '../files-config.ts';
import { objectKey, type ObjectStore } from '../object-store.ts';
import { scanByCommand } from './command.ts';
import { scanByIcap } from './icap.ts';

/** Looks through files that are held back. What waits stands in the database, so that a restart loses nothing. */
export type Scanning = {
  /** Whether new files are held back. */
  on: boolean;
  /** There may be more to look through. */
  wake(): void;
  stop(): Promise<void>;
};

export type Verdict = 'clean' | 'infected';
/** @throws when it can't be told: the file stays held, and is tried again. */
export type Scan = (bytes: Buffer, signal: AbortSignal) => Promise<Verdict>;

export type OnScanned = (outcome: Verdict | 'failed') => void;

type Options = {
  db: Database;
  store: ObjectStore;
  log: Log;
  scan: ScanConfig;
  workFolder: string;
  retryMs?: number;
  onScanned?: OnScanned;
};

const RETRY_MS = 30_000;
const AT_ONCE = 50;

export function startScanning({ db, store, log, scan: config, workFolder, retryMs = RETRY_MS, onScanned }: Options): Scanning {
  // What was held by an earlier configuration stays so until somebody can look through it.
  if (config.kind === 'none') return { on: false, wake() {}, stop: () => Promise.resolve() };
  const scan = config.kind === 'icap' ? scanByIcap(config.url) : scanByCommand(config.command, workFolder);
  const stopping = new AbortController();
  let running: Promise<void> | null = null;
  let again = false;

  async function one({ id, sha256 }: { id: string; sha256: Buffer }): Promise<boolean> {
    try {
      const bytes = await buffer(await store.read(objectKey(sha256)));
      if (!createHash('sha256').update(bytes).digest().equals(sha256)) throw new Error('its bytes are not as they were stored');
      const verdict = await scan(bytes, stopping.signal);
      await db.transact((tx) => (verdict === 'clean' ? releaseFile(tx, id) : refuseFile(tx, id, 'infected')));
      onScanned?.(verdict);
      if (verdict === 'infected') log.warn('file-infected', { file: id });
      return true;
    } catch (error) {
      if (!stopping.signal.aborted) onScanned?.('failed');
      if (!stopping.signal.aborted)
        log.warn('scan-failed', { file: id, reason: error instanceof Error ? error.message : 'unknown' });
      return false;
    }
  }

  async function all(): Promise<void> {
    const failed = new Set<string>();
    for (;;) {
      again = false;
      const held = await db.read((reader) => heldFiles(reader, AT_ONCE + failed.size));
      const fresh = held.filter(({ id }) => !failed.has(id));
      for (const file of fresh) {
        if (stopping.signal.aborted) return;
        if (!(await one(file))) failed.add(file.id);
      }
      if (fresh.length === 0 && !again) return;
    }
  }

  function wake(): void {
    again = true;
    if (running || stopping.signal.aborted) return;
    running = all()
      .catch((error: unknown) => {
        if (!stopping.signal.aborted) log.warn('scan-failed', { reason: error instanceof Error ? error.message : 'unknown' });
      })
      .finally(() => {
        running = null;
      });
  }

  const timer = setInterval(wake, retryMs);
  wake();
  return {
    on: true,
    wake,
    async stop() {
      clearInterval(timer);
      stopping.abort();
      await running;
    },
  };
}
