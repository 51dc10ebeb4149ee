import type { Log } from '../log.ts';
import { compact, documentsToCompact } from '../storage/compact.ts';
import type { Database } from '../storage/database.ts';
import { pruneFeed } from '../storage/feed.ts';

const ROWS_KEPT = 300;
const DOCUMENTS_AT_ONCE = 20;
/** Streams are pruned far less often than they grow. */
const PRUNE_EVERY = 60;

/** Keeps logs and streams short, one document at a time so that sockets are served in between. */
export function startCompaction(db: Database, log: Log, everyMs: number): { stop(): Promise<void> } {
  let stopped = false;
  let runs = 0;
  let running: Promise<void> = Promise.resolve();
  let timer = setTimeout(run, everyMs);

  async function once(): Promise<void> {
    for (const id of await db.read((reader) => documentsToCompact(reader, ROWS_KEPT, DOCUMENTS_AT_ONCE))) {
      if (stopped) return;
      await compact(db, id);
      await new Promise(setImmediate);
    }
    if (runs++ % PRUNE_EVERY === 0 && !stopped) await db.transact((tx) => pruneFeed(tx));
  }

  function run(): void {
    running = once()
      .catch((error: unknown) => log.warn('compaction-failed', { reason: error instanceof Error ? error.message : 'unknown' }))
      .finally(() => {
        if (!stopped) timer = setTimeout(run, everyMs);
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
