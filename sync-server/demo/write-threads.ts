import { SYSTEM_CLIENT_ID } from '#shared/documents.ts';

import type { Transaction } from '../storage/database.ts';
import { insertImport } from '../storage/import-rows.ts';
import type { ThreadPlan } from './plan-thread.ts';

/** Writes whole threads whose row in `threads` is there and empty: each table in one statement, whatever their number. */
export async function writeThreads(tx: Transaction, plans: readonly ThreadPlan[]): Promise<void> {
  await writeDocuments(tx, plans);
  await writeEntries(tx, plans);
  await writeMessages(tx, plans);
  await writeEvents(tx, plans);
  await writeReactions(tx, plans);
  await tx.rows(
    `UPDATE threads t SET next_seq = r.next_seq, last_message_seq = r.last
     FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::bigint[]) AS r (conversation_id, thread, next_seq, last)
     WHERE t.conversation_id = r.conversation_id AND t.thread = r.thread`,
    columns(plans, (plan) => [plan.conversation, plan.thread, plan.nextSeq, plan.lastMessage?.seq ?? null]),
  );
  // Team notes do not move a conversation in an inbox.
  await tx.rows(
    `UPDATE conversations c SET last_activity_at = to_timestamp(r.at / 1000) FROM unnest($1::uuid[], $2::float8[]) AS r (id, at) WHERE c.id = r.id`,
    columns(
      plans.filter(({ thread, lastMessage }) => thread === 'all' && lastMessage !== null),
      (plan) => [plan.conversation, plan.lastMessage!.at],
    ),
  );
}

/** The values of rows as one array a column, for `unnest`. Without rows: empty arrays, as many as `width`. */
function columns<Row>(rows: readonly Row[], valuesOf: (row: Row) => unknown[], width = 2): unknown[][] {
  const first = rows[0];
  const made: unknown[][] = Array.from({ length: first ? valuesOf(first).length : width }, () => []);
  for (const row of rows) for (const [index, value] of valuesOf(row).entries()) made[index]!.push(value);
  return made;
}

async function writeEntries(tx: Transaction, plans: readonly ThreadPlan[]): Promise<void> {
  await tx.rows(
    `INSERT INTO entries (conversation_id, thread, account_id, id, kind, seq, document_id, client_id, clock, hash, target, emptied, accepted_at)
     SELECT conversation_id, thread, account_id, id, kind, seq, document_id, client_id, clock, hash, target, emptied, to_timestamp(at / 1000)
     FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::text[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[],
       $10::bytea[], $11::text[], $12::boolean[], $13::float8[])
       AS r (conversation_id, thread, account_id, id, kind, seq, document_id, client_id, clock, hash, target, emptied, at)`,
    columns(
      plans.flatMap(({ entries }) => entries),
      (entry) => [
        entry.conversation,
        entry.thread,
        entry.account,
        entry.id,
        entry.fact.kind,
        entry.seq,
        entry.documentId,
        entry.client,
        entry.clock,
        entry.hash,
        entry.target,
        entry.emptied,
        entry.at,
      ],
      13,
    ),
  );
}

/** In the order of their times, as their numbers would have been given. */
async function writeMessages(tx: Transaction, plans: readonly ThreadPlan[]): Promise<void> {
  const rows = plans.flatMap(({ messages }) =>
    messages.map(({ entry, fact, editedAt, removedAt }) => ({
      conversation_id: entry.conversation,
      thread: entry.thread,
      seq: entry.seq,
      account_id: entry.account,
      id: entry.id,
      text: fact.text,
      mentions: fact.mentions,
      attachments: fact.attachments,
      reply_to: fact.replyTo ?? null,
      sent: fact.sentAt,
      accepted: entry.at,
      edited: editedAt,
      removed: removedAt,
    })),
  );
  await tx.rows(
    `INSERT INTO messages (conversation_id, thread, seq, account_id, id, text, mentions, attachments, reply_to, sent_at, accepted_at, edited_at,
       removed_at)
     SELECT conversation_id, thread, seq, account_id, id, text, mentions, attachments, reply_to, to_timestamp(sent / 1000),
       to_timestamp(accepted / 1000), to_timestamp(edited / 1000), to_timestamp(removed / 1000)
     FROM jsonb_to_recordset($1::jsonb) AS r (conversation_id uuid, thread text, seq bigint, account_id uuid, id uuid, text text,
       mentions uuid[], attachments jsonb, reply_to text, sent float8, accepted float8, edited float8, removed float8)
     ORDER BY accepted, conversation_id, thread, seq`,
    [JSON.stringify(rows)],
  );
}

async function writeEvents(tx: Transaction, plans: readonly ThreadPlan[]): Promise<void> {
  await tx.rows(
    `INSERT INTO events (conversation_id, thread, seq, id, at, event)
     SELECT conversation_id, thread, seq, id, to_timestamp(at / 1000), event
     FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::uuid[], $5::float8[], $6::jsonb[]) AS r (conversation_id, thread, seq, id, at, event)`,
    columns(
      plans.flatMap(({ conversation, thread, events }) => events.map((event) => ({ conversation, thread, ...event }))),
      ({ conversation, thread, seq, id, at, event }) => [conversation, thread, seq, id, at, JSON.stringify(event)],
      6,
    ),
  );
}

async function writeReactions(tx: Transaction, plans: readonly ThreadPlan[]): Promise<void> {
  await tx.rows(
    `INSERT INTO reactions (conversation_id, thread, message_seq, account_id, emoji, seq)
     SELECT * FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::uuid[], $5::text[], $6::bigint[])`,
    columns(
      plans.flatMap(({ conversation, thread, reactions }) =>
        reactions.map((reaction) => ({ conversation, thread, ...reaction })),
      ),
      ({ conversation, thread, message, account, emoji, seq }) => [conversation, thread, message, account, emoji, seq],
      6,
    ),
  );
}

async function writeDocuments(tx: Transaction, plans: readonly ThreadPlan[]): Promise<void> {
  await insertImport(tx, {
    documents: plans.map(({ documentId: id, conversation, thread, n, entries }) => {
      return { id, conversation, thread, epoch: 1, n, entries: entries.length, isNew: true };
    }),
    log: plans.flatMap(({ documentId, log }) => log.map(({ from, to, update }) => ({ documentId, from, to, update }))),
    context: plans.flatMap(({ documentId, contextRows }) =>
      contextRows.map(({ key, clock, value }) => ({ documentId, key, clock, value })),
    ),
    // The server's own clock comes with the document.
    clocks: plans.flatMap(({ documentId, clocks }) =>
      [...clocks].filter(([client]) => client !== SYSTEM_CLIENT_ID).map(([client, next]) => ({ documentId, client, next })),
    ),
    entries: [],
  });
  await tx.rows(
    'INSERT INTO document_deletes (document_id, client_id, clock) SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[])',
    columns(
      plans.flatMap(({ documentId, deletes }) => deletes.map(({ client, clock }) => ({ documentId, client, clock }))),
      ({ documentId, client, clock }) => [documentId, client, clock],
      3,
    ),
  );
}
