const BASE_MS = 250;
const MOST_MS = 15_000;

/** Full jitter: a random time up to a bound that doubles with each failure, so that a server that comes back is not stormed. */
export function retryDelay(failures: number, random: number): number {
  return Math.round(random * Math.min(MOST_MS, BASE_MS * 2 ** Math.min(failures, 10)));
}

/** Somebody who acts is not kept waiting longer than this, nor is the server asked more often. */
const HASTEN_MS = 1_000;

/** One pending retry. */
export type Retry = {
  /** Calls `again` after a delay that grows with each failure since `succeeded`. */
  failed(again: () => void): void;
  /** The server said when to come back: from then on, spread at random over as long again. */
  hinted(afterMs: number, again: () => void): void;
  /** Somebody waits for it now: a retry after a failure comes at once, or a second after that failure. */
  hasten(): void;
  succeeded(): void;
  cancel(): void;
};

export function createRetry(random: () => number): Retry {
  let failures = 0;
  let pending: { timer: NodeJS.Timeout; again: () => void; due: number; failedAt: number | null } | null = null;
  const cancel = (): void => {
    if (pending) clearTimeout(pending.timer);
    pending = null;
  };
  const start = (delay: number, again: () => void, failedAt: number | null): void => {
    cancel();
    const timer = setTimeout(() => {
      pending = null;
      again();
    }, delay);
    pending = { timer, again, due: performance.now() + delay, failedAt };
  };
  return {
    failed: (again) => start(retryDelay(failures++, random()), again, performance.now()),
    hinted: (afterMs, again) => start(afterMs + random() * afterMs, again, null),
    hasten() {
      if (pending === null || pending.failedAt === null) return;
      const { again, due, failedAt } = pending;
      start(Math.max(0, Math.min(due, failedAt + HASTEN_MS) - performance.now()), again, null);
    },
    succeeded: () => {
      failures = 0;
    },
    cancel,
  };
}
