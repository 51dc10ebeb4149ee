import type { Store } from './database.ts';

/** Nothing of one's own waits in it, and nothing is half written. */
const IDLE = `queued = 0 AND not_sent = 0
  AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.conversation = conversations.id)
  AND NOT EXISTS (SELECT 1 FROM drafts WHERE drafts.conversation = conversations.id)
  AND NOT EXISTS (SELECT 1 FROM uploads WHERE uploads.conversation = conversations.id AND uploads.state <> 'sent')
  AND NOT EXISTS (SELECT 1 FROM reads_to_tell WHERE reads_to_tell.conversation = conversations.id)`;

/** Conversations in which nothing happened since `before` (ms since 1970), the oldest first. */
export function quietConversations(store: Store, before: number, limit: number): string[] {
  return store
    .all<{ id: string }>(`SELECT id FROM conversations WHERE at < ? AND ${IDLE} ORDER BY at, id LIMIT ?`, before, limit)
    .map((row) => row.id);
}

export function isQuiet(store: Store, id: string, before: number): boolean {
  return store.get(`SELECT 1 FROM conversations WHERE id = ? AND at < ? AND ${IDLE}`, id, before) !== undefined;
}
