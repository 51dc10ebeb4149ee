import type { EventValue } from '#shared/documents.ts';
import { targetOf, type Fact } from '#shared/facts.ts';
import type { ThreadName } from '#shared/ids.ts';

import { column } from './columns.ts';
import type { Transaction } from './database.ts';
import { Together } from './together.ts';

// Rows of what stands in threads, for whoever writes them: the commit of a batch, the import, and the demo. Each table in one statement,
// whatever their number. Times are ms since 1970.

type Place = { conversation: string; thread: ThreadName };
export type FactRow = Place & {
  account: string;
  id: string;
  fact: Fact;
  seq: number;
  documentId: number;
  client: number;
  clock: number;
  hash: Buffer;
  /** Its content was taken away by a removal. */
  emptied: boolean;
  acceptedAt: number;
  /** Of a message: see `MessageRow`. */
  number?: number;
};

export async function insertEntries(tx: Transaction, rows: readonly FactRow[]): Promise<void> {
  const writes = new Together();
  addEntries(writes, rows);
  await writes.run(tx);
}

export function addEntries(to: Together, rows: readonly FactRow[]): void {
  to.add(
    'new_entries',
    `INSERT INTO entries (conversation_id, thread, account_id, id, kind, seq, document_id, client_id, clock, hash, target, emptied, accepted_at)
     SELECT conversation_id, thread, account_id, id, kind, seq, document_id, client_id, clock, hash, target, emptied, to_timestamp(at / 1000)
     FROM unnest(${to.value(column(rows, 'conversation'))}::uuid[], ${to.value(column(rows, 'thread'))}::text[],
       ${to.value(column(rows, 'account'))}::uuid[], ${to.value(column(rows, 'id'))}::uuid[],
       ${to.value(rows.map(({ fact }) => fact.kind))}::text[], ${to.value(column(rows, 'seq'))}::bigint[],
       ${to.value(column(rows, 'documentId'))}::bigint[], ${to.value(column(rows, 'client'))}::bigint[],
       ${to.value(column(rows, 'clock'))}::bigint[], ${to.value(column(rows, 'hash'))}::bytea[],
       ${to.value(rows.map(({ fact }) => targetOf(fact)))}::text[], ${to.value(column(rows, 'emptied'))}::boolean[],
       ${to.value(column(rows, 'acceptedAt'))}::float8[])
       AS r (conversation_id, thread, account_id, id, kind, seq, document_id, client_id, clock, hash, target, emptied, at)`,
  );
}

export type MessageRow = Place & {
  account: string;
  id: string;
  seq: number;
  fact: Fact & { kind: 'message' };
  /** Kept from elsewhere; else the next is given. The caller has seen that it is free. */
  number?: number;
  acceptedAt: number;
  editedAt: number | null;
  removedAt: number | null;
};

export async function insertMessages(tx: Transaction, rows: readonly MessageRow[]): Promise<void> {
  const writes = new Together();
  addMessages(writes, rows);
  await writes.run(tx);
}

/** Their numbers rise in the order of the rows. */
export function addMessages(to: Together, rows: readonly MessageRow[]): void {
  if (rows.length === 0) return;
  const values = rows.map(({ conversation, thread, seq, number, account, id, fact, acceptedAt, editedAt, removedAt }) => ({
    conversation_id: conversation,
    thread,
    seq,
    number: number ?? null,
    account_id: account,
    id,
    text: fact.text,
    mentions: fact.mentions,
    attachments: fact.attachments,
    reply_to: fact.replyTo ?? null,
    sent: fact.sentAt,
    accepted: acceptedAt,
    edited: editedAt,
    removed: removedAt,
  }));
  to.add(
    'new_messages',
    `INSERT INTO messages (conversation_id, thread, seq, number, account_id, id, text, mentions, attachments, reply_to, sent_at, accepted_at,
       edited_at, removed_at) OVERRIDING SYSTEM VALUE
     SELECT conversation_id, thread, seq, coalesce(number, nextval('messages_number_seq')), account_id, id, text, mentions, attachments,
       reply_to, to_timestamp(sent / 1000), to_timestamp(accepted / 1000), to_timestamp(edited / 1000), to_timestamp(removed / 1000)
     FROM (SELECT * FROM ROWS FROM (jsonb_to_recordset(${to.value(JSON.stringify(values))}::jsonb) AS (conversation_id uuid, thread text, seq bigint, number bigint,
       account_id uuid, id uuid, text text, mentions uuid[], attachments jsonb, reply_to text, sent float8, accepted float8, edited float8,
       removed float8)) WITH ORDINALITY
       AS r (conversation_id, thread, seq, number, account_id, id, text, mentions, attachments, reply_to, sent, accepted, edited, removed,
         position)
     ORDER BY position) AS ordered`,
  );
}

export type ReactionPlace = Place & { message: number; account: string; emoji: string };

/** Who reacts to which message, by its seq; `seq`: of the entry that said so last. */
export async function putReactions(tx: Transaction, rows: readonly (ReactionPlace & { seq: number })[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.rows(
    `INSERT INTO reactions (conversation_id, thread, message_seq, account_id, emoji, seq)
     SELECT * FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::uuid[], $5::text[], $6::bigint[])
     ON CONFLICT (conversation_id, thread, message_seq, account_id, emoji) DO UPDATE SET seq = excluded.seq`,
    [...reactionColumns(rows), column(rows, 'seq')],
  );
}

export function reactionColumns(rows: readonly ReactionPlace[]): unknown[] {
  return [
    column(rows, 'conversation'),
    column(rows, 'thread'),
    column(rows, 'message'),
    column(rows, 'account'),
    column(rows, 'emoji'),
  ];
}

export type EventRow = Place & { seq: number; id: string; at: number; event: EventValue['event'] };

export async function insertEvents(tx: Transaction, rows: readonly EventRow[]): Promise<void> {
  await tx.rows(
    `INSERT INTO events (conversation_id, thread, seq, id, at, event)
     SELECT conversation_id, thread, seq, id, to_timestamp(at / 1000), event
     FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::uuid[], $5::float8[], $6::jsonb[]) AS r (conversation_id, thread, seq, id, at, event)`,
    [
      column(rows, 'conversation'),
      column(rows, 'thread'),
      column(rows, 'seq'),
      column(rows, 'id'),
      column(rows, 'at'),
      rows.map(({ event }) => JSON.stringify(event)),
    ],
  );
}

/** Structs that the server knows as deleted. */
export async function putDeletes(
  tx: Transaction,
  structs: readonly { documentId: number; client: number; clock: number }[],
): Promise<void> {
  await tx.rows(
    `INSERT INTO document_deletes (document_id, client_id, clock)
     SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) ON CONFLICT DO NOTHING`,
    [column(structs, 'documentId'), column(structs, 'client'), column(structs, 'clock')],
  );
}
