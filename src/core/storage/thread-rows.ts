import type { ThreadName } from '#shared/ids.ts';

import type { Store } from './database.ts';

export type ItemRow = {
  id: number;
  conversation: string;
  thread: ThreadName;
  key: string;
  kind: 'message' | 'event';
  seq: number | null;
  author: string | null;
  text: string;
  mentions: string;
  attachments: string;
  reply_to: string | null;
  sent_at: number;
  accepted_at: number | null;
  edited_seq: number;
  removed: number;
  event: string | null;
  /** Of the outbox, while the message waits there. */
  waits: number;
  rule: string | null;
  held: number;
};

type Place = { conversation: string; thread: ThreadName };

const COLUMNS = `items.id, items.conversation, items.thread, items.key, items.kind, items.seq, items.author, items.text,
  items.mentions, items.attachments, items.reply_to, items.sent_at, items.accepted_at, items.edited_seq, items.removed,
  items.event`;
const ACCEPTED = `SELECT ${COLUMNS}, 0 AS waits, NULL AS rule, 0 AS held FROM items`;
const ANY = `SELECT ${COLUMNS}, outbox.id IS NOT NULL AS waits, outbox.rule, coalesce(outbox.held, 0) AS held FROM items LEFT JOIN outbox ON outbox.key = items.key`;

/** Oldest first, the last `limit` with a `seq` below `before`. */
export function itemsBefore(store: Store, { conversation, thread }: Place, before: number, limit: number): ItemRow[] {
  return store
    .all<ItemRow>(
      `${ACCEPTED} WHERE conversation = ? AND thread = ? AND seq < ? ORDER BY seq DESC LIMIT ?`,
      conversation,
      thread,
      before,
      limit,
    )
    .reverse();
}

/** Oldest first, the first `limit` with a `seq` above `after`. */
export function itemsAfter(store: Store, { conversation, thread }: Place, after: number, limit: number): ItemRow[] {
  return store.all<ItemRow>(
    `${ACCEPTED} WHERE conversation = ? AND thread = ? AND seq > ? ORDER BY seq LIMIT ?`,
    conversation,
    thread,
    after,
    limit,
  );
}

/** Own messages that wait, in the order of the queue. */
export function queuedItems(store: Store, { conversation, thread }: Place): ItemRow[] {
  return store.all<ItemRow>(
    `${ANY} WHERE items.conversation = ? AND items.thread = ? AND items.seq IS NULL ORDER BY items.id`,
    conversation,
    thread,
  );
}

export function itemByKey(store: Store, { conversation, thread }: Place, key: string): ItemRow | undefined {
  return store.get<ItemRow>(
    `${ANY} WHERE items.conversation = ? AND items.thread = ? AND items.key = ?`,
    conversation,
    thread,
    key,
  );
}

export function itemById(store: Store, id: number): ItemRow | undefined {
  return store.get<ItemRow>(`${ANY} WHERE items.id = ?`, id);
}

export function lastSeq(store: Store, { conversation, thread }: Place): number {
  return (
    store.get<{ seq: number | null }>(
      `SELECT max(seq) AS seq FROM items WHERE conversation = ? AND thread = ?`,
      conversation,
      thread,
    )?.seq ?? 0
  );
}

/** The first message of others above a cursor. */
export function firstUnread(store: Store, { conversation, thread }: Place, cursor: number, me: string): number | null {
  const row = store.get<{ seq: number }>(
    `SELECT seq FROM items WHERE conversation = ? AND thread = ? AND seq > ? AND kind = 'message' AND removed = 0 AND author <> ?
     ORDER BY seq LIMIT 1`,
    conversation,
    thread,
    cursor,
    me,
  );
  return row?.seq ?? null;
}

/** Who reacted to a message with what, as it stands now, in the order in which it came. */
export function reactionsOn(store: Store, { conversation, thread }: Place, key: string): { emoji: string; account: string }[] {
  const rows = store.all<{ account: string; emoji: string; isOn: number }>(
    `SELECT author AS account, fact ->> 'emoji' AS emoji, fact ->> 'on' AS isOn FROM facts INDEXED BY facts_target
     WHERE conversation = ? AND thread = ? AND target = ? AND kind = 'react' ORDER BY seq`,
    conversation,
    thread,
    key,
  );
  const present = new Map<string, { emoji: string; account: string }>();
  for (const { account, emoji, isOn } of rows) {
    if (isOn === 0) present.delete(`${account} ${emoji}`);
    else if (!present.has(`${account} ${emoji}`)) present.set(`${account} ${emoji}`, { emoji, account });
  }
  return [...present.values()];
}

/** The first item that stands in the thread at `at` (ms since 1970) or later. */
export function firstSince(store: Store, { conversation, thread }: Place, at: number): number | null {
  const row = store.get<{ seq: number | null }>(
    `SELECT min(seq) AS seq FROM items WHERE conversation = ? AND thread = ? AND seq IS NOT NULL AND accepted_at >= ?`,
    conversation,
    thread,
    at,
  );
  return row?.seq ?? null;
}

/** Messages with files, newest first, those that wait before all. */
export function itemsWithFiles(store: Store, { conversation, thread }: Place, limit: number): ItemRow[] {
  return store.all<ItemRow>(
    `${ANY} WHERE items.conversation = ? AND items.thread = ? AND items.attachments <> '[]'
     ORDER BY items.seq IS NULL DESC, items.seq DESC, items.id DESC LIMIT ?`,
    conversation,
    thread,
    limit,
  );
}

/** What a message says about a file. */
export function findAttachment(store: Store, id: string): { name: string; type: string } | undefined {
  return store.get<{ name: string; type: string }>(
    `SELECT file.value ->> 'name' AS name, file.value ->> 'type' AS type
     FROM items, json_each(items.attachments) AS file
     WHERE items.attachments <> '[]' AND file.value ->> 'id' = ? LIMIT 1`,
    id,
  );
}

/** The accepted item of a place in a thread. */
export function itemAt(store: Store, { conversation, thread }: Place, seq: number): ItemRow | undefined {
  return store.get<ItemRow>(`${ACCEPTED} WHERE conversation = ? AND thread = ? AND seq = ?`, conversation, thread, seq);
}
