import { setTimeout as wait } from 'node:timers/promises';

import type { Log } from '../log.ts';
import type { Database } from '../storage/database.ts';
import { openStarted } from '../storage/locks.ts';

/** `stop` doesn't wait for Postgres longer than `graceMs`: what it does is done whole, or by the next start. */
export type Opening = { stop(graceMs: number): Promise<void> };

/**
 * Opens conversations whose job begins, and tells. It looks at once and every so often, at what is stored: nothing is lost by a
 * restart, and messages are taken by the clock whether it has looked or not.
 */
export function startOpening(db: Database, log: Log, { everyMs, now }: { everyMs: number; now: () => number }): Opening {
  let looking: Promise<void> | null = null;
  let stopped = false;

  function look(): void {
    looking ??= openStarted(db, now())
      .then(
        (opened) => {
          if (opened > 0) log.info('conversations-opened', { count: opened });
        },
        // Postgres is away: the next look finds the same.
        (error: unknown) => {
          if (!stopped) log.warn('opening-failed', { reason: error instanceof Error ? error.message : 'unknown' });
        },
      )
      .finally(() => {
        looking = null;
      });
  }

  look();
  const timer = setInterval(look, everyMs);
  return {
    async stop(graceMs) {
      stopped = true;
      clearInterval(timer);
      const late = new AbortController();
      await Promise.race([looking, wait(graceMs, undefined, { signal: late.signal }).catch(() => {})]);
      late.abort();
    },
  };
}
