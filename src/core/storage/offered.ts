import type { Fact } from '#shared/facts.ts';

import type { Store } from './database.ts';
import { deleteAcceptedRows, type Place } from './items.ts';
import { orphans } from './outbox.ts';

/** What the history of the server's database was called when this machine last listed its conversations; `null`: it never said. */
export function readTimeline(store: Store): string | null {
  const row = store.get<{ value: string }>(`SELECT value FROM settings WHERE name = 'timeline'`);
  return row ? (JSON.parse(row.value) as string) : null;
}

/** When this machine saw that the server was set back, in ms since 1970. */
export function readSetBackAt(store: Store): number {
  const row = store.get<{ value: string }>(`SELECT value FROM settings WHERE name = 'set-back-at'`);
  return row ? Number(row.value) : 0;
}

export function writeTimeline(store: Store, timeline: string): void {
  store.run(`INSERT OR REPLACE INTO settings (name, value) VALUES ('timeline', ?)`, JSON.stringify(timeline));
}

/** How far documents are here: the server was as far once. */
export function replicaHeads(store: Store): Map<string, number> {
  const rows = store.all<{ name: string; n: number }>(`SELECT name, n FROM documents WHERE n > 0`);
  return new Map(rows.map(({ name, n }) => [name, n]));
}

/**
 * The server was set back to a backup: what others wrote comes from it, and again from them; own entries are kept aside to be compared.
 * Replicas go, as clocks in them may be used again for something else. Part of the transaction that notes the new history.
 */
export function setBack(store: Store, me: string, now: number): void {
  store.run(
    `INSERT OR IGNORE INTO offered (key, conversation, thread, seq, fact, since)
     SELECT key, conversation, thread, seq,
       json_patch(json_object('kind', 'message', 'text', text, 'mentions', json(mentions), 'attachments', json(attachments), 'sentAt', sent_at),
         CASE WHEN reply_to IS NULL THEN '{}' ELSE json_object('replyTo', reply_to) END), ?
     FROM items WHERE author = ? AND kind = 'message' AND seq IS NOT NULL AND removed = 0
     UNION ALL SELECT key, conversation, thread, seq, fact, ? FROM facts WHERE author = ?`,
    now,
    me,
    now,
    me,
  );
  store.run(`INSERT OR REPLACE INTO settings (name, value) VALUES ('set-back-at', ?)`, String(now));
  // Seen from here on with the eyes of the server as it is: also what was found lacking at an earlier time.
  store.run(`UPDATE offered SET waits = 0`);
  deleteAcceptedRows(store);
  for (const table of ['documents', 'read_cursors', 'reads_to_tell', 'own_updates']) store.run(`DELETE FROM ${table}`);
  store.run(`UPDATE conversations SET last = NULL`);
  store.run(`UPDATE outbox SET document = NULL`);
  store.run(`INSERT OR IGNORE INTO own_outbox (key, value, at) SELECT key, value, at FROM own_values`);
}

export type OfferedRow = Place & { key: string; seq: number; fact: string; waits: number; since: number };

export function isOffering(store: Store): boolean {
  return store.get(`SELECT 1 FROM offered LIMIT 1`) !== undefined || orphans(store).length > 0;
}

/** Of threads of which all is here that the server has, in the order in which it had been accepted. */
export function comparableOffers(store: Store, limit: number): OfferedRow[] {
  return store.all<OfferedRow>(
    `SELECT * FROM offered AS o
     WHERE EXISTS (SELECT 1 FROM documents AS d WHERE d.conversation = o.conversation AND d.thread = o.thread)
       AND NOT EXISTS (SELECT 1 FROM documents AS d WHERE d.conversation = o.conversation AND d.thread = o.thread AND d.n < d.server_n)
     ORDER BY waits, conversation, thread, seq LIMIT ?`,
    limit,
  );
}

export function forgetOffer(store: Store, key: string): void {
  store.run(`DELETE FROM offered WHERE key = ?`, key);
}

/** The server lacks the message, too, that it speaks of. */
export function letOfferWait(store: Store, key: string): void {
  store.run(`UPDATE offered SET waits = 1 WHERE key = ?`, key);
}

/** Before all that waits in the queue, behind those that were put there so before. `place`: counted from the last one. */
export function offerAgain(store: Store, { key, conversation, thread }: OfferedRow, fact: Fact, id: number): void {
  store.run(
    `INSERT INTO outbox (id, key, conversation, thread, fact) VALUES (?, ?, ?, ?, ?)`,
    id,
    key,
    conversation,
    thread,
    JSON.stringify(fact),
  );
}

/** The first of `count` places before all that wait. */
export function firstPlaces(store: Store, count: number): number {
  const { first } = store.get<{ first: number }>(`SELECT coalesce(min(id), 1) AS first FROM outbox`)!;
  return Math.min(first, 1) - count;
}

/** Whether a message stands here that can be spoken of: accepted, or on its way. */
export function hasMessage(store: Store, place: Place, key: string): boolean {
  const { conversation, thread } = place;
  return (
    store.get(
      `SELECT 1 FROM items WHERE conversation = ? AND thread = ? AND key = ? AND kind = 'message' AND removed = 0`,
      conversation,
      thread,
      key,
    ) !== undefined
  );
}
