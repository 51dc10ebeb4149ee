const BASE_MS = 250;
const MOST_MS = 15_000;

/** Full jitter: a random time up to a bound that doubles with each failure, so that a server that comes back is not stormed. */
export function retryDelay(failures: number, random: number): number {
  return Math.round(random * Math.min(MOST_MS, BASE_MS * 2 ** Math.min(failures, 10)));
}

/** One pending retry. */
export type Retry = {
  /** Calls `again` after a delay that grows with each failure since `succeeded`. */
  failed(again: () => void): void;
  /** The server said when to come back: from then on, spread at random over as long again. */
  hinted(afterMs: number, again: () => void): void;
  succeeded(): void;
  cancel(): void;
};

export function createRetry(random: () => number): Retry {
  let failures = 0;
  let timer: NodeJS.Timeout | null = null;
  const start = (delay: number, again: () => void): void => {
    if (timer) clearTimeout(timer);
    timer = setTimeout(() => {
      timer = null;
      again();
    }, delay);
  };
  return {
    failed: (again) => start(retryDelay(failures++, random()), again),
    hinted: (afterMs, again) => start(afterMs + random() * afterMs, again),
    succeeded: () => {
      failures = 0;
    },
    cancel: () => {
      if (timer) clearTimeout(timer);
      timer = null;
    },
  };
}
