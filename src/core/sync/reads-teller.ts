import { AppError } from '#shared/errors.ts';
import { LIMITS } from '#shared/limits.ts';

import type { Store } from '../storage/database.ts';
import { forgetReadsToTell, readsToTell } from '../storage/reads.ts';
import type { ApiClient } from './api-client.ts';

/** The first one goes out almost at once, the next ones together. */
const SOON_MS = 60;
const PAUSE_MS = 1_000;

/** Tells the server of own read cursors, in batches, when there is a network. */
export type ReadsTeller = { look(): void; setOnline(online: boolean): void; stop(): void };

export function createReadsTeller(deps: { store: Store; api: ApiClient; onFailure: (error: unknown) => void }): ReadsTeller {
  const { store, api } = deps;
  let online = false;
  let timer: NodeJS.Timeout | null = null;
  let busy = false;
  let toldAt = -Infinity;

  const look = (): void => {
    if (!online || busy || timer) return;
    timer = setTimeout(
      () => {
        timer = null;
        busy = true;
        tell()
          .catch((error: unknown) => {
            if (!(error instanceof AppError && error.code === 'offline')) deps.onFailure(error);
            toldAt = performance.now() + PAUSE_MS * 4;
          })
          .finally(() => {
            busy = false;
            if (readsToTellSafely()) look();
          });
      },
      Math.max(SOON_MS, toldAt + PAUSE_MS - performance.now()),
    );
  };
  const readsToTellSafely = (): boolean => online && readsToTell(store, 1).length > 0;

  const tell = async (): Promise<void> => {
    const reads = readsToTell(store, LIMITS.readsPerCall);
    if (reads.length === 0) return;
    toldAt = performance.now();
    await api.tellReads(reads);
    if (online) forgetReadsToTell(store, reads);
  };

  return {
    look,
    setOnline(next) {
      online = next;
      look();
    },
    stop() {
      online = false;
      if (timer) clearTimeout(timer);
    },
  };
}
