import { AppError } from '#shared/errors.ts';

import type { Store } from '../storage/database.ts';
import { readSession } from '../storage/session.ts';
import { shareDrafts } from './shared-drafts.ts';

/** A pause in writing after which the other devices are told. */
const PAUSE_MS = 3_000;
/** Who writes without a pause is not waited for longer. */
const LONGEST_MS = 20_000;

/** When drafts go into the own document: not with each key. On this machine's disk they are before. */
export type DraftSharing = {
  /** Something was written. */
  wrote(): void;
  /** One looks away: what was written goes now. */
  flush(): void;
  close(): void;
};

export function createDraftSharing(deps: {
  store: Store;
  now: () => number;
  /** The own document has something to send. */
  onShared: () => void;
  onFailure: (error: unknown) => void;
}): DraftSharing {
  let timer: NodeJS.Timeout | null = null;
  let since: number | null = null;
  let closed = false;

  const flush = (): void => {
    if (timer) clearTimeout(timer);
    timer = null;
    since = null;
    if (closed) return;
    const session = readSession(deps.store);
    if (!session) return;
    try {
      if (shareDrafts({ store: deps.store, lease: session.clientId, now: deps.now() })) deps.onShared();
    } catch (error) {
      // It stays marked, and goes with the next one or the next start.
      if (!(error instanceof AppError)) throw error;
      deps.onFailure(error);
    }
  };

  return {
    wrote() {
      if (closed) return;
      const now = performance.now();
      since ??= now;
      if (timer) clearTimeout(timer);
      timer = setTimeout(flush, Math.max(0, Math.min(PAUSE_MS, since + LONGEST_MS - now)));
    },
    flush,
    close() {
      flush();
      closed = true;
    },
  };
}
