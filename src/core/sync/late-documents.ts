import type { Store } from '../storage/database.ts';
import { readDocument } from '../storage/documents.ts';

/** How long a live socket may take to bring what the feed already told of. */
const GRACE_MS = 1_000;

/** Looks after a while whether these documents came as far as was told, and names those that did not. */
export type LateDocuments = { expect(names: readonly string[]): void; stop(): void };

export function createLateDocuments(store: Store, onLate: (names: string[]) => void): LateDocuments {
  const timers = new Set<NodeJS.Timeout>();
  return {
    expect(names) {
      if (names.length === 0) return;
      const timer = setTimeout(() => {
        timers.delete(timer);
        const late = names.filter((name) => {
          const row = readDocument(store, name);
          return row !== undefined && row.n < row.server_n;
        });
        if (late.length > 0) onLate(late);
      }, GRACE_MS);
      timers.add(timer);
    },
    stop() {
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
