import type { EventValue } from '#shared/documents.ts';
import type { AttachmentFact, FactKind } from '#shared/facts.ts';
import type { ThreadName } from '#shared/ids.ts';

import { column } from './columns.ts';
import type { Transaction } from './database.ts';
import { writeTeamFacts, type TeamEntry } from './team-states.ts';

// Rows of one thread, put in the place of what is there. What they should be was worked out from the thread's documents.

type Place = { conversation: string; thread: ThreadName };

export type RebuiltEntry = {
  account: string;
  id: string;
  kind: FactKind;
  seq: number;
  document: number;
  client: number;
  clock: number;
  hash: Buffer;
  target: string | null;
  acceptedAt: number;
};

/** Entries whose rows are missing or wrong. Their places are made free first. */
export async function putEntries(tx: Transaction, { conversation, thread }: Place, rows: readonly RebuiltEntry[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.rows(
    `DELETE FROM entries e USING unnest($3::uuid[], $4::uuid[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[])
       AS r (account_id, id, seq, document_id, client_id, clock)
     WHERE (e.conversation_id = $1 AND e.thread = $2 AND ((e.account_id = r.account_id AND e.id = r.id) OR e.seq = r.seq))
       OR (e.document_id = r.document_id AND e.client_id = r.client_id AND e.clock = r.clock)`,
    [
      conversation,
      thread,
      column(rows, 'account'),
      column(rows, 'id'),
      column(rows, 'seq'),
      column(rows, 'document'),
      column(rows, 'client'),
      column(rows, 'clock'),
    ],
  );
  await tx.rows(
    `INSERT INTO entries (conversation_id, thread, account_id, id, kind, seq, document_id, client_id, clock, hash, target, accepted_at)
     SELECT $1, $2, account_id, id, kind, seq, document_id, client_id, clock, hash, target, to_timestamp(at / 1000)
     FROM unnest($3::uuid[], $4::uuid[], $5::text[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bytea[], $11::text[],
       $12::float8[]) AS r (account_id, id, kind, seq, document_id, client_id, clock, hash, target, at)`,
    [
      conversation,
      thread,
      column(rows, 'account'),
      column(rows, 'id'),
      column(rows, 'kind'),
      column(rows, 'seq'),
      column(rows, 'document'),
      column(rows, 'client'),
      column(rows, 'clock'),
      column(rows, 'hash'),
      column(rows, 'target'),
      column(rows, 'acceptedAt'),
    ],
  );
}

/** Rows of entries that no document holds. */
export async function dropEntries(tx: Transaction, place: Place, keys: readonly string[]): Promise<void> {
  await tx.rows(`DELETE FROM entries WHERE conversation_id = $1 AND thread = $2 AND account_id || '/' || id = ANY ($3::text[])`, [
    place.conversation,
    place.thread,
    keys,
  ]);
}

/** Whether the content of these entries is there still. */
export async function setEmptied(tx: Transaction, place: Place, keys: readonly string[], emptied: boolean): Promise<void> {
  await tx.rows(
    `UPDATE entries SET emptied = $4 WHERE conversation_id = $1 AND thread = $2 AND account_id || '/' || id = ANY ($3::text[])`,
    [place.conversation, place.thread, keys, emptied],
  );
}

export type RebuiltMessage = {
  seq: number;
  account: string;
  id: string;
  text: string;
  mentions: readonly string[];
  attachments: readonly AttachmentFact[];
  replyTo: string | null;
  sentAt: number;
  acceptedAt: number;
  editedAt: number | null;
  removedAt: number | null;
};
export type RebuiltReaction = { message: number; account: string; emoji: string; seq: number };

/** All messages of the thread, and who reacts to them. Rows that stay keep the number that JSON clients know them by. */
export async function replaceMessages(
  tx: Transaction,
  { conversation, thread }: Place,
  messages: readonly RebuiltMessage[],
  reactions: readonly RebuiltReaction[],
): Promise<void> {
  await tx.rows('DELETE FROM reactions WHERE conversation_id = $1 AND thread = $2', [conversation, thread]);
  const numbers = await tx.rows<{ account_id: string; id: string; number: number }>(
    'DELETE FROM messages WHERE conversation_id = $1 AND thread = $2 RETURNING account_id, id, number',
    [conversation, thread],
  );
  const numberOf = new Map(numbers.map(({ account_id, id, number }) => [`${account_id}/${id}`, number]));
  const values = messages.map((one) => ({
    ...one,
    number: numberOf.get(`${one.account}/${one.id}`) ?? null,
    reply_to: one.replyTo,
    sent: one.sentAt,
    accepted: one.acceptedAt,
    edited: one.editedAt,
    removed: one.removedAt,
  }));
  await tx.rows(
    `INSERT INTO messages (conversation_id, thread, seq, number, account_id, id, text, mentions, attachments, reply_to, sent_at, accepted_at,
       edited_at, removed_at) OVERRIDING SYSTEM VALUE
     SELECT $1, $2, seq, coalesce(number, nextval('messages_number_seq')), account, id, text, mentions, attachments, reply_to,
       to_timestamp(sent / 1000), to_timestamp(accepted / 1000), to_timestamp(edited / 1000), to_timestamp(removed / 1000)
     FROM jsonb_to_recordset($3::jsonb) AS r (seq bigint, number bigint, account uuid, id uuid, text text, mentions uuid[],
       attachments jsonb, reply_to text, sent float8, accepted float8, edited float8, removed float8) ORDER BY seq`,
    [conversation, thread, JSON.stringify(values)],
  );
  await tx.rows(
    `INSERT INTO reactions (conversation_id, thread, message_seq, account_id, emoji, seq)
     SELECT $1, $2, * FROM unnest($3::bigint[], $4::uuid[], $5::text[], $6::bigint[])`,
    [
      conversation,
      thread,
      column(reactions, 'message'),
      column(reactions, 'account'),
      column(reactions, 'emoji'),
      column(reactions, 'seq'),
    ],
  );
}

export type RebuiltEvent = { id: string; value: EventValue };

export async function replaceEvents(
  tx: Transaction,
  { conversation, thread }: Place,
  events: readonly RebuiltEvent[],
): Promise<void> {
  await tx.rows('DELETE FROM events WHERE conversation_id = $1 AND thread = $2', [conversation, thread]);
  await tx.rows(
    `INSERT INTO events (conversation_id, thread, seq, id, at, event)
     SELECT $1, $2, seq, id, to_timestamp(at / 1000), event FROM unnest($3::bigint[], $4::uuid[], $5::float8[], $6::jsonb[]) AS r (seq, id, at, event)`,
    [
      conversation,
      thread,
      events.map(({ value }) => value.seq),
      column(events, 'id'),
      events.map(({ value }) => value.at),
      events.map(({ value }) => JSON.stringify(value.event)),
    ],
  );
}

export type RebuiltDocument = {
  id: number;
  n: number;
  entries: number;
  clocks: ReadonlyMap<number, number>;
  deletes: readonly { client: number; clock: number }[];
  context: readonly { key: string; clock: number; value: unknown }[];
};

/** What the rows say of a document besides its log: how far it is, and what in it is deleted. */
export async function replaceDocumentRows(tx: Transaction, document: RebuiltDocument): Promise<void> {
  const { id, n, entries, clocks, deletes, context } = document;
  await tx.rows('UPDATE documents SET n = $2, entries = $3 WHERE id = $1', [id, n, entries]);
  for (const table of ['document_clocks', 'document_deletes', 'document_context']) {
    await tx.rows(`DELETE FROM ${table} WHERE document_id = $1`, [id]);
  }
  await tx.rows(
    'INSERT INTO document_clocks (document_id, client_id, next_clock) SELECT $1, * FROM unnest($2::bigint[], $3::bigint[])',
    [id, [...clocks.keys()], [...clocks.values()]],
  );
  await tx.rows(
    'INSERT INTO document_deletes (document_id, client_id, clock) SELECT $1, * FROM unnest($2::bigint[], $3::bigint[])',
    [id, column(deletes, 'client'), column(deletes, 'clock')],
  );
  await tx.rows(
    'INSERT INTO document_context (document_id, key, clock, value) SELECT $1, * FROM unnest($2::text[], $3::bigint[], $4::jsonb[])',
    [id, column(context, 'key'), column(context, 'clock'), context.map(({ value }) => JSON.stringify(value))],
  );
}

/** What the team's notes say, in their order. That somebody wrote from outside since, and so opened it again, is kept. */
export async function replaceTeamState(
  tx: Transaction,
  conversation: string,
  facts: readonly (TeamEntry & { acceptedAt: number })[],
): Promise<void> {
  await tx.rows('DELETE FROM labels WHERE conversation_id = $1', [conversation]);
  const [before] = await tx.rows<{ by: string | null; at: Date | null }>(
    'DELETE FROM team_states WHERE conversation_id = $1 RETURNING reopened_by AS by, reopened_at AS at',
    [conversation],
  );
  for (const fact of facts) await writeTeamFacts(tx, [fact], fact.acceptedAt);
  await tx.rows(
    `UPDATE team_states SET resolved = false, reopened_by = $2, reopened_at = $3
     WHERE conversation_id = $1 AND resolved AND resolved_at <= $3::timestamptz`,
    [conversation, before?.by ?? null, before?.at ?? null],
  );
}

/** Nobody writes into it until the end of the transaction. */
export async function lockDocument(tx: Transaction, id: number): Promise<void> {
  await tx.rows('SELECT FROM documents WHERE id = $1 FOR NO KEY UPDATE', [id]);
}

/** Where the thread goes on. A seq that was handed out is never handed out again. */
export async function raiseThread(
  tx: Transaction,
  { conversation, thread }: Place,
  { nextSeq, last }: { nextSeq: number; last: number | null },
): Promise<void> {
  await tx.rows(
    `UPDATE threads SET next_seq = greatest(next_seq, $3), last_message_seq = $4 WHERE conversation_id = $1 AND thread = $2`,
    [conversation, thread, nextSeq, last],
  );
}
