import { setTimeout as wait } from 'node:timers/promises';

import type { Log } from '../log.ts';
import { compact, documentsToCompact } from '../storage/compact.ts';
import type { Database } from '../storage/database.ts';
import { createMerger } from './merger.ts';

const DOCUMENTS_AT_ONCE = 20;
/** Documents that grew elsewhere are looked for far less often than those that grew here. */
const SWEEP_EVERY = 60;

export type Compaction = {
  /** These documents grew: they are looked at in the next round. */
  grew(documents: readonly number[]): void;
  /** Waits for what is under way, for at most `graceMs`. */
  stop(graceMs: number): Promise<void>;
};

/** Keeps logs at `rows`, one document at a time; a thread of its own merges them, so that sockets are served meanwhile. */
export function startCompaction(db: Database, log: Log, { everyMs, rows }: { everyMs: number; rows: number }): Compaction {
  const grown = new Set<number>();
  const merger = createMerger();
  let stopped = false;
  let runs = 0;
  let running: Promise<void> = Promise.resolve();
  let timer = setTimeout(run, everyMs);

  async function once(): Promise<void> {
    const isSweep = runs++ % SWEEP_EVERY === 0;
    const among = [...grown];
    grown.clear();
    if (!isSweep && among.length === 0) return;
    const wanted = { among: isSweep ? null : among, limit: DOCUMENTS_AT_ONCE };
    for (const id of await db.read((reader) => documentsToCompact(reader, rows, wanted))) {
      if (stopped) return;
      await compact(db, id, merger.merge);
      await new Promise(setImmediate);
    }
  }

  function run(): void {
    running = once()
      .catch((error: unknown) => {
        // Cut off by the stop: it is done by the next start.
        if (!stopped) log.warn('compaction-failed', { reason: error instanceof Error ? error.message : 'unknown' });
      })
      .finally(() => {
        if (!stopped) timer = setTimeout(run, everyMs);
      });
  }

  return {
    grew(documents) {
      for (const id of documents) grown.add(id);
    },
    async stop(graceMs) {
      stopped = true;
      clearTimeout(timer);
      const late = new AbortController();
      await Promise.race([running, wait(graceMs, undefined, { signal: late.signal }).catch(() => {})]);
      late.abort();
      await merger.stop();
    },
  };
}
