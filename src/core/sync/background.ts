import { AppError } from '#shared/errors.ts';

import type { Log } from '../platform.ts';

/** Work that nobody waits for: what fails is logged, and a connection's own retries go on meanwhile. */
export type Background = {
  onFailure: (error: unknown) => void;
  run: (work: Promise<unknown>) => void;
  /** The same for what is done at once. */
  attempt: (work: () => void) => void;
};

export function createBackground({ log, isStopped }: { log: Log; isStopped: () => boolean }): Background {
  const onFailure = (error: unknown): void => {
    if (isStopped() || (error instanceof AppError && error.code === 'offline')) return;
    log.warn('sync-failure', error instanceof AppError ? { code: error.code } : { error: String(error) });
    // A bug must be seen.
    if (!(error instanceof AppError)) log.error('sync-bug', { stack: error instanceof Error ? error.stack : undefined });
  };
  return {
    onFailure,
    run: (work) => void work.catch(onFailure),
    attempt(work) {
      try {
        work();
      } catch (error) {
        onFailure(error);
      }
    },
  };
}
