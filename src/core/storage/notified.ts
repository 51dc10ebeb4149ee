import type { ThreadName } from '#shared/ids.ts';

import type { Store } from './database.ts';

type Shown = { id: string; conversation: string; thread: ThreadName; seq: number };

/** Notes that a notification was shown. Returns false when it was before. */
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

/** The notifications of a thread up to `seq` that are still shown; they count as withdrawn from now on. */
export function withdrawUpTo(store: Store, conversation: string, thread: ThreadName, seq: number): string[] {
  return store
    .all<{ id: string }>(
      `UPDATE notified SET withdrawn = 1 WHERE conversation = ? AND thread = ? AND seq <= ? AND withdrawn = 0 RETURNING id`,
      conversation,
      thread,
      seq,
    )
    .map((row) => row.id);
}

/** All that may still be shown. */
export function notifiedIds(store: Store): string[] {
  return store.all<{ id: string }>(`SELECT id FROM notified WHERE withdrawn = 0`).map((row) => row.id);
}
