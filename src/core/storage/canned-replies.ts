import type { CannedReply } from '#shared/thread-views.ts';

import type { Store } from './database.ts';

/** By name, as people look for them. */
export function readCannedReplies(store: Store): CannedReply[] {
  return store.all<CannedReply>(`SELECT id, name, text FROM canned_replies ORDER BY name COLLATE NOCASE, id`);
}

export function putCannedReply(store: Store, reply: CannedReply): void {
  store.transact(() =>
    store.run(`INSERT OR REPLACE INTO canned_replies (id, name, text) VALUES (?, ?, ?)`, reply.id, reply.name, reply.text),
  );
}

export function removeCannedReply(store: Store, id: string): void {
  store.transact(() => store.run(`DELETE FROM canned_replies WHERE id = ?`, id));
}
