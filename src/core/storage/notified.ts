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

/** What of a thread was told and is neither read nor taken back, the oldest first. */
export function shownOf(store: Store, { conversation, thread }: Place): Shown[] {
  return store.all<Shown>(
    `SELECT id, conversation, thread, seq FROM notified WHERE conversation = ? AND thread = ? AND withdrawn = 0 ORDER BY seq`,
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
