import type { EventValue } from '#shared/documents.ts';
import type { Fact, MessageFact } from '#shared/facts.ts';
import type { ThreadName } from '#shared/ids.ts';

import { indexWords } from '../projection/words.ts';
import type { Store } from './database.ts';

/** Writes the rows of a thread. Each function may be repeated and called in any order: the rows end up the same. */
export type Place = { conversation: string; thread: ThreadName };
export type Stamp = { key: string; author: string; seq: number; acceptedAt: number };

const IDS_PER_MS = 1_024;

/** The next free row id of this millisecond, so that rows sort by time. */
function nextId(store: Store, at: number): number {
  for (let first = Math.max(1, Math.floor(at)) * IDS_PER_MS; ; first += IDS_PER_MS) {
    const highest = store.get<{ id: number | null }>(
      `SELECT max(id) AS id FROM items WHERE id >= ? AND id < ?`,
      first,
      first + IDS_PER_MS,
    );
    const id = highest?.id == null ? first : highest.id + 1;
    if (id < first + IDS_PER_MS) return id;
  }
}

function writeWords(store: Store, id: number, text: string): void {
  store.run(`DELETE FROM item_words WHERE rowid = ?`, id);
  if (text !== '') store.run(`INSERT INTO item_words (rowid, words) VALUES (?, ?)`, id, indexWords(text));
}

/** An own message that waits in the outbox. */
export function putQueuedMessage(store: Store, place: Place, key: string, author: string, fact: MessageFact): void {
  const id = nextId(store, fact.sentAt);
  store.run(
    `INSERT INTO items (id, conversation, thread, key, kind, author, text, mentions, attachments, reply_to, sent_at)
     VALUES (?, ?, ?, ?, 'message', ?, ?, ?, ?, ?, ?)`,
    id,
    place.conversation,
    place.thread,
    key,
    author,
    fact.text,
    JSON.stringify(fact.mentions),
    JSON.stringify(fact.attachments),
    fact.replyTo ?? null,
    fact.sentAt,
  );
  writeWords(store, id, fact.text);
}

export function deleteQueuedMessage(store: Store, place: Place, key: string): void {
  const row = store.get<{ id: number }>(
    `DELETE FROM items WHERE conversation = ? AND thread = ? AND key = ? AND seq IS NULL RETURNING id`,
    place.conversation,
    place.thread,
    key,
  );
  if (row) store.run(`DELETE FROM item_words WHERE rowid = ?`, row.id);
}

/** Returns whether it was not here before as an accepted message. */
export function putMessage(store: Store, place: Place, stamp: Stamp, fact: MessageFact, me: string): boolean {
  const held = store.get<{ id: number; seq: number | null }>(
    `SELECT id, seq FROM items WHERE conversation = ? AND thread = ? AND key = ?`,
    place.conversation,
    place.thread,
    stamp.key,
  );
  if (held?.seq != null) return false;
  const id = held?.id ?? nextId(store, stamp.acceptedAt);
  const values = [
    stamp.seq,
    stamp.author,
    fact.text,
    JSON.stringify(fact.mentions),
    Number(fact.mentions.includes(me) && stamp.author !== me),
    JSON.stringify(fact.attachments),
    fact.replyTo ?? null,
    fact.sentAt,
    stamp.acceptedAt,
  ];
  if (held) {
    store.run(
      `UPDATE items SET seq = ?, author = ?, text = ?, mentions = ?, mentions_me = ?, attachments = ?, reply_to = ?,
         sent_at = ?, accepted_at = ? WHERE id = ?`,
      ...values,
      id,
    );
  } else {
    store.run(
      `INSERT INTO items (seq, author, text, mentions, mentions_me, attachments, reply_to, sent_at, accepted_at,
         id, conversation, thread, key, kind) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'message')`,
      ...values,
      id,
      place.conversation,
      place.thread,
      stamp.key,
    );
  }
  writeWords(store, id, fact.text);
  store.run(
    `DELETE FROM bare_stamps WHERE conversation = ? AND thread = ? AND key = ?`,
    place.conversation,
    place.thread,
    stamp.key,
  );
  for (const row of factsOn(store, place, stamp.key, `kind IN ('edit', 'remove')`)) {
    applyToTarget(store, place, { ...row, acceptedAt: row.accepted_at }, JSON.parse(row.fact) as Fact, me);
  }
  return true;
}

type FactRow = { key: string; author: string; seq: number; accepted_at: number; fact: string };

function factsOn(store: Store, place: Place, target: string, condition: string): FactRow[] {
  return store.all<FactRow>(
    // Left to itself SQLite reads all facts of the thread: it holds the primary key for as good as the index.
    `SELECT key, author, seq, accepted_at, fact FROM facts INDEXED BY facts_target
     WHERE conversation = ? AND thread = ? AND target = ? AND ${condition} ORDER BY seq`,
    place.conversation,
    place.thread,
    target,
  );
}

/** A fact that isn't a message. Returns the key of the message that it changes, if it speaks of one. */
export function putFact(store: Store, place: Place, stamp: Stamp, fact: Exclude<Fact, MessageFact>, me: string): string | null {
  const target = fact.kind === 'edit' || fact.kind === 'remove' ? fact.of : fact.kind === 'react' ? fact.to : null;
  // The words of what was removed are kept nowhere, also when the edit comes after the removal.
  if (fact.kind === 'edit' && factsOn(store, place, fact.of, `kind = 'remove'`).length > 0) return target;
  const isNew = store.run(
    `INSERT OR IGNORE INTO facts (conversation, thread, key, kind, target, author, seq, accepted_at, fact)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    place.conversation,
    place.thread,
    stamp.key,
    fact.kind,
    target,
    stamp.author,
    stamp.seq,
    stamp.acceptedAt,
    JSON.stringify(fact),
  );
  if (isNew > 0) applyToTarget(store, place, stamp, fact, me);
  return target;
}

function applyToTarget(store: Store, place: Place, stamp: Stamp, fact: Fact, me: string): void {
  if (fact.kind === 'edit') {
    const row = store.get<{ id: number; removed: number }>(
      `SELECT id, removed FROM items WHERE conversation = ? AND thread = ? AND key = ? AND author = ?`,
      place.conversation,
      place.thread,
      fact.of,
      stamp.author,
    );
    if (!row || row.removed === 1) return;
    const changed = store.run(
      `UPDATE items SET text = ?, mentions = ?, mentions_me = ?, edited_seq = ? WHERE id = ? AND edited_seq < ?`,
      fact.text,
      JSON.stringify(fact.mentions),
      Number(fact.mentions.includes(me) && stamp.author !== me),
      stamp.seq,
      row.id,
      stamp.seq,
    );
    if (changed > 0) writeWords(store, row.id, fact.text);
  } else if (fact.kind === 'remove') {
    removeMessage(store, place, fact.of, stamp.author);
  }
}

/** A removed message keeps its place and author; its words are deleted here as they are on the server. */
function removeMessage(store: Store, place: Place, key: string, author: string): void {
  const bare = store.get<{ seq: number; accepted_at: number }>(
    `DELETE FROM bare_stamps WHERE conversation = ? AND thread = ? AND key = ? RETURNING seq, accepted_at`,
    place.conversation,
    place.thread,
    key,
  );
  if (bare) {
    store.run(
      `INSERT OR IGNORE INTO items (id, conversation, thread, key, kind, seq, author, sent_at, accepted_at, removed)
       VALUES (?, ?, ?, ?, 'message', ?, ?, ?, ?, 1)`,
      nextId(store, bare.accepted_at),
      place.conversation,
      place.thread,
      key,
      bare.seq,
      author,
      bare.accepted_at,
      bare.accepted_at,
    );
  }
  const row = store.get<{ id: number }>(
    `UPDATE items SET removed = 1, text = '', mentions = '[]', mentions_me = 0, attachments = '[]', reply_to = NULL,
       edited_seq = 0, sent_at = accepted_at
     WHERE conversation = ? AND thread = ? AND key = ? AND author = ? AND seq IS NOT NULL RETURNING id`,
    place.conversation,
    place.thread,
    key,
    author,
  );
  if (row) store.run(`DELETE FROM item_words WHERE rowid = ?`, row.id);
  store.run(
    `DELETE FROM facts INDEXED BY facts_target WHERE conversation = ? AND thread = ? AND target = ? AND kind = 'edit'`,
    place.conversation,
    place.thread,
    key,
  );
}

/** An entry whose content is gone. It becomes a removed message once the `remove` that took it is here too. */
export function putBareStamp(store: Store, place: Place, stamp: Stamp): void {
  // An own message that was sent, and removed on another device, before its acceptance came here.
  const sent = store.run(
    `UPDATE items SET seq = ?, accepted_at = ? WHERE conversation = ? AND thread = ? AND key = ? AND seq IS NULL`,
    stamp.seq,
    stamp.acceptedAt,
    place.conversation,
    place.thread,
    stamp.key,
  );
  if (sent === 0 && knowsEntry(store, place, stamp.key)) return;
  if (sent === 0) keepBareStamp(store, place, stamp);
  for (const row of factsOn(store, place, stamp.key, `kind = 'remove'`)) removeMessage(store, place, stamp.key, row.author);
}

function keepBareStamp(store: Store, place: Place, stamp: Stamp): void {
  store.run(
    `INSERT OR IGNORE INTO bare_stamps (conversation, thread, key, seq, accepted_at) VALUES (?, ?, ?, ?, ?)`,
    place.conversation,
    place.thread,
    stamp.key,
    stamp.seq,
    stamp.acceptedAt,
  );
}

/** Returns whether it was not here before. */
export function putEvent(store: Store, place: Place, key: string, value: EventValue): boolean {
  return (
    store.run(
      `INSERT OR IGNORE INTO items (id, conversation, thread, key, kind, seq, sent_at, accepted_at, event)
       VALUES (?, ?, ?, ?, 'event', ?, ?, ?, ?)`,
      nextId(store, value.at),
      place.conversation,
      place.thread,
      key,
      value.seq,
      value.at,
      value.at,
      JSON.stringify(value.event),
    ) > 0
  );
}

/** Whether an entry stands here in any form: accepted, queued, a fact, or a bare stamp. */
export function knowsEntry(store: Store, place: Place, key: string): boolean {
  for (const table of ['items', 'facts', 'outbox'] as const) {
    const found = store.get(
      `SELECT 1 FROM ${table} WHERE conversation = ? AND thread = ? AND key = ?`,
      place.conversation,
      place.thread,
      key,
    );
    if (found !== undefined) return true;
  }
  return false;
}

/** Deletes every row that a replica can bring back. */
export function deleteAcceptedRows(store: Store): void {
  store.run(`DELETE FROM item_words WHERE rowid IN (SELECT id FROM items WHERE seq IS NOT NULL)`);
  store.run(`DELETE FROM items WHERE seq IS NOT NULL`);
  store.run(`DELETE FROM facts`);
  store.run(`DELETE FROM bare_stamps`);
}
