import type { Store } from './database.ts';
import type { Place } from './items.ts';

/** Whom the mentions of a message don't reach, by name. May be told again, with more names. */
export function putUnreached(store: Store, place: Place, seq: number, names: readonly string[]): void {
  store.run(
    `INSERT OR REPLACE INTO unreached (conversation, thread, seq, names) VALUES (?, ?, ?, ?)`,
    place.conversation,
    place.thread,
    seq,
    JSON.stringify(names),
  );
}

export function readUnreached(store: Store, place: Place, seq: number): string[] {
  const row = store.get<{ names: string }>(
    `SELECT names FROM unreached WHERE conversation = ? AND thread = ? AND seq = ?`,
    place.conversation,
    place.thread,
    seq,
  );
  return row ? (JSON.parse(row.names) as string[]) : [];
}
