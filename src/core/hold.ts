import type { Store } from './storage/database.ts';
import { holdEntry, readOutboxEntry, releaseEntries, type OutboxRow } from './storage/outbox.ts';

/** How long what one sent can be taken back before it goes out. */
export const HOLD_MS = 5_000;

/**
 * Keeps own entries from going out for a while, so that they can be taken back. They are durable before that: what a crash finds held goes
 * out at the next start. Time is measured here and not by the clock, which may jump.
 */
export type Hold = {
  /** Inside the transaction that wrote the entry. */
  hold(key: string): void;
  /** It was taken back. */
  forget(key: string): void;
  /** Everything goes out now. */
  release(): void;
  close(): void;
};

export function createHold(deps: {
  store: Store;
  now: () => number;
  onReleased: (rows: OutboxRow[]) => void;
  holdMs?: number | undefined;
}): Hold {
  const { store, holdMs = HOLD_MS } = deps;
  const timers = new Map<string, NodeJS.Timeout>();
  const letGo = (keys: string[]): void => {
    for (const key of keys) clearTimeout(timers.get(key));
    for (const key of keys) timers.delete(key);
    releaseEntries(store, keys);
    deps.onReleased(keys.flatMap((key) => readOutboxEntry(store, key) ?? []));
  };
  const soon = (key: string, afterMs: number): void => {
    timers.set(
      key,
      setTimeout(() => {
        try {
          letGo([key]);
        } catch {
          // The disk takes nothing now, which the status says: it stays held, and is tried again.
          soon(key, holdMs);
        }
      }, afterMs),
    );
  };
  // Of a run that ended: whoever sent it can't take it back any more.
  releaseEntries(store, null);
  return {
    hold(key) {
      holdEntry(store, key, deps.now() + holdMs);
      soon(key, holdMs);
    },
    forget(key) {
      clearTimeout(timers.get(key));
      timers.delete(key);
    },
    release() {
      if (timers.size > 0) letGo([...timers.keys()]);
    },
    close() {
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    },
  };
}
