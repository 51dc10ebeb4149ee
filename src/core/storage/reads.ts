import type { ThreadName } from '#shared/ids.ts';

import type { Store } from './database.ts';

export type CursorRow = { account: string; seq: number; at: number };

/** Cursors only rise. Returns whether this one did. */
export function raiseCursor(
  store: Store,
  conversation: string,
  thread: ThreadName,
  account: string,
  seq: number,
  at: number,
): boolean {
  return (
    store.run(
      `INSERT INTO read_cursors (conversation, thread, account, seq, at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (conversation, thread, account) DO UPDATE SET seq = excluded.seq, at = excluded.at
       WHERE excluded.seq > seq`,
      conversation,
      thread,
      account,
      seq,
      at,
    ) > 0
  );
}

export function ownCursor(store: Store, conversation: string, thread: ThreadName, me: string): number {
  const row = store.get<{ seq: number }>(
    `SELECT seq FROM read_cursors WHERE conversation = ? AND thread = ? AND account = ?`,
    conversation,
    thread,
    me,
  );
  return row?.seq ?? 0;
}

export function othersCursors(store: Store, conversation: string, thread: ThreadName, me: string): CursorRow[] {
  return store.all<CursorRow>(
    `SELECT account, seq, at FROM read_cursors WHERE conversation = ? AND thread = ? AND account <> ? ORDER BY at`,
    conversation,
    thread,
    me,
  );
}

export type ReadToTell = { conversation: string; thread: ThreadName; seq: number };

/** The own cursor that the server is to be told of; kept until it confirms. */
export function addReadToTell(store: Store, read: ReadToTell): void {
  store.run(
    `INSERT INTO reads_to_tell (conversation, thread, seq) VALUES (?, ?, ?)
     ON CONFLICT (conversation, thread) DO UPDATE SET seq = max(seq, excluded.seq)`,
    read.conversation,
    read.thread,
    read.seq,
  );
}

export function readsToTell(store: Store, limit: number): ReadToTell[] {
  return store.all<ReadToTell>(`SELECT conversation, thread, seq FROM reads_to_tell LIMIT ?`, limit);
}

export function forgetReadsToTell(store: Store, told: readonly ReadToTell[]): void {
  store.transact(() => {
    for (const { conversation, thread, seq } of told) {
      store.run(`DELETE FROM reads_to_tell WHERE conversation = ? AND thread = ? AND seq <= ?`, conversation, thread, seq);
    }
  });
}
