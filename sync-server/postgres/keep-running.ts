import { setTimeout as wait } from 'node:timers/promises';

import type { Log } from '../log.ts';

/** How often it is looked whether Postgres is there. */
const LOOK_MS = 500;
/** The longest between two tries to start it, so that a disk that is full isn't made busier. */
const RETRY_MOST_MS = 15_000;

export type KeptRunning = {
  /** Looks no more, and waits for a start that is under way. */
  stop(): Promise<void>;
};

/** Starts Postgres again when it ends although nobody wanted that: killed for want of memory, say. */
export function keepRunning(postgres: { isRunning(): Promise<boolean>; start(): Promise<void>; log: Log }): KeptRunning {
  const { log } = postgres;
  const stopped = new AbortController();

  async function look(): Promise<void> {
    let retryMs = LOOK_MS;
    for (;;) {
      await wait(retryMs, undefined, { signal: stopped.signal, ref: false });
      try {
        if (await postgres.isRunning()) {
          retryMs = LOOK_MS;
          continue;
        }
        log.warn('postgres-gone');
        await postgres.start();
        log.info('postgres-restarted');
        retryMs = LOOK_MS;
      } catch (error) {
        retryMs = Math.min(RETRY_MOST_MS, retryMs * 2);
        log.error('postgres-restart-failed', { reason: error instanceof Error ? error.message : 'unknown', retryMs });
      }
    }
  }

  // It ends only when the wait is called off.
  const looking = look().catch(() => {});
  return {
    async stop() {
      stopped.abort();
      await looking;
    },
  };
}
