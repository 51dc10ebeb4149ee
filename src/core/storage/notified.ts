import type { ThreadName } from '#shared/ids.ts';

import type { Store } from './database.ts';

export type Shown = { id: string; conversation: string; thread: ThreadName; seq: number };
type Place = { conversation: string; thread: ThreadName };

/** Notes that somebody was told of this. Returns false when they were before. */
export function noteNotified(store: Store, shown: Shown): boolean {
  return (
    store.run(
      `INSERT OR IGNORE INTO notified (id, conversation, thread, seq) VALUES (?, ?, ?, ?)`,
      shown.id,
      shown.conversation,
      shown.thread,
      shown.seq,
    ) > 0
  );
}

/** Is of a message, rather than of what else one is told. */
const OF_MESSAGE = `told.id = told.conversation || '/' || told.thread || '/' || told.seq`;

/** How many messages of a thread before `seq` were told and are neither read nor taken back; the first and the last of them. */
export function toldBefore(
  store: Store,
  { conversation, thread }: Place,
  seq: number,
): { count: number; first: number | null; last: number | null } {
  return store.get<{ count: number; first: number | null; last: number | null }>(
    `SELECT count(*) AS count, min(seq) AS first, max(seq) AS last FROM notified AS told
     WHERE conversation = ? AND thread = ? AND seq < ? AND withdrawn = 0 AND ${OF_MESSAGE}`,
    conversation,
    thread,
    seq,
  )!;
}

/** Which of these messages were told and are neither read nor taken back. Looks at these alone, however many others were. */
export function toldAmong(
  store: Store,
  { conversation, thread }: Place,
  keys: Iterable<string>,
): (Shown & { removed: number })[] {
  return store.all<Shown & { removed: number }>(
    `SELECT told.id, told.conversation, told.thread, told.seq, items.removed
     FROM json_each(?) AS changed
     CROSS JOIN items ON items.conversation = ? AND items.thread = ? AND items.key = changed.value
     CROSS JOIN notified AS told ON told.conversation = items.conversation AND told.thread = items.thread AND told.seq = items.seq
     WHERE told.withdrawn = 0 AND ${OF_MESSAGE}`,
    JSON.stringify([...keys]),
    conversation,
    thread,
  );
}

export function readShown(store: Store, id: string): Shown | undefined {
  return store.get<Shown>(`SELECT id, conversation, thread, seq FROM notified WHERE id = ?`, id);
}

/** What was told of a thread up to `seq` is no more to be shown. */
export function withdrawUpTo(store: Store, { conversation, thread }: Place, seq: number): Shown[] {
  return store.all<Shown>(
    `UPDATE notified SET withdrawn = 1 WHERE conversation = ? AND thread = ? AND seq <= ? AND withdrawn = 0
     RETURNING id, conversation, thread, seq`,
    conversation,
    thread,
    seq,
  );
}

export function withdrawOne(store: Store, id: string): void {
  store.run(`UPDATE notified SET withdrawn = 1 WHERE id = ?`, id);
}

/** All that may still be shown. */
export function allShown(store: Store): Shown[] {
  return store.all<Shown>(`SELECT id, conversation, thread, seq FROM notified WHERE withdrawn = 0`);
}
