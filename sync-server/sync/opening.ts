import type { Log } from '../log.ts';
import type { Database } from '../storage/database.ts';
import { openStarted } from '../storage/locks.ts';

export type Opening = { stop(): Promise<void> };

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
    async stop() {
      stopped = true;
      clearInterval(timer);
      await looking;
    },
  };
}
