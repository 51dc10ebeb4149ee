import type { Fact } from '#shared/facts.ts';
import type { ThreadName } from '#shared/ids.ts';

import { column } from './columns.ts';
import type { Transaction } from './database.ts';
import type { BatchState } from './entries.ts';
import { addEntries, addMessages, putDeletes, putReactions, reactionColumns, type ReactionPlace } from './fact-rows.ts';
import { entryId, threadId, type EntryRow } from './places.ts';
import { reopening } from './team-states.ts';
import type { Together } from './together.ts';

export type AcceptedEntry = EntryRow & {
  conversation: string;
  thread: ThreadName;
  id: string;
  fact: Fact;
  hash: Buffer;
  /** What a removal took the content from: the message, then its edits. */
  removed: EntryRow[];
};

/** What a batch changes of rows that are there, or that it has just written: each table in one statement. */
export async function changeRows(
  tx: Transaction,
  state: BatchState,
  entries: readonly AcceptedEntry[],
  now: number,
): Promise<void> {
  await editMessages(tx, state, entries, now);
  await removeMessages(tx, entries, now);
  await setReactions(tx, state, entries);
}

/** Whether a fact changes no row that was there before it. */
export function isNew({ kind }: Fact): boolean {
  return kind !== 'edit' && kind !== 'remove' && kind !== 'react';
}

/** The rows of its entries, and its messages. */
export function addRows(to: Together, entries: readonly AcceptedEntry[]): void {
  addEntries(to, entries);
  addMessages(
    to,
    entries.flatMap(({ fact, ...entry }) =>
      fact.kind === 'message' ? [{ ...entry, fact, editedAt: null, removedAt: null }] : [],
    ),
  );
}

async function editMessages(tx: Transaction, state: BatchState, entries: readonly AcceptedEntry[], now: number): Promise<void> {
  // Two edits of one message in one batch: the later one holds.
  const newest = new Map<string, object>();
  for (const { fact, conversation, thread } of entries) {
    if (fact.kind !== 'edit') continue;
    const place = entryId({ conversation, thread }, fact.of);
    newest.set(place, {
      conversation_id: conversation,
      thread,
      seq: state.entries.get(place)!.seq,
      text: fact.text,
      mentions: fact.mentions,
    });
  }
  if (newest.size === 0) return;
  await tx.rows(
    `UPDATE messages m SET text = r.text, mentions = r.mentions, edited_at = to_timestamp($2::float8 / 1000)
     FROM jsonb_to_recordset($1::jsonb) AS r (conversation_id uuid, thread text, seq bigint, text text, mentions uuid[])
     WHERE m.conversation_id = r.conversation_id AND m.thread = r.thread AND m.seq = r.seq AND m.removed_at IS NULL`,
    [JSON.stringify([...newest.values()]), now],
  );
}

async function removeMessages(tx: Transaction, entries: readonly AcceptedEntry[], now: number): Promise<void> {
  const removals = entries.filter(({ removed }) => removed.length > 0);
  if (removals.length === 0) return;
  const gone = removals.flatMap(({ removed }) => removed);
  const places = [
    removals.map(({ conversation }) => conversation),
    removals.map(({ thread }) => thread),
    removals.map(({ removed }) => removed[0]!.seq),
  ];
  await tx.rows(
    `UPDATE messages m SET text = '', mentions = '{}', attachments = '[]', removed_at = to_timestamp($4::float8 / 1000)
     FROM unnest($1::uuid[], $2::text[], $3::bigint[]) AS r (conversation_id, thread, seq)
     WHERE m.conversation_id = r.conversation_id AND m.thread = r.thread AND m.seq = r.seq`,
    [...places, now],
  );
  await tx.rows(
    `DELETE FROM reactions x USING unnest($1::uuid[], $2::text[], $3::bigint[]) AS r (conversation_id, thread, seq)
     WHERE x.conversation_id = r.conversation_id AND x.thread = r.thread AND x.message_seq = r.seq`,
    places,
  );
  await tx.rows(
    `UPDATE entries e SET emptied = true FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS r (document_id, client_id, clock)
     WHERE e.document_id = r.document_id AND e.client_id = r.client_id AND e.clock = r.clock`,
    [gone.map(({ documentId }) => documentId), gone.map(({ client }) => client), gone.map(({ clock }) => clock)],
  );
  await putDeletes(tx, gone);
}

/** In the order of the batch: of two on the same message and emoji the later one holds. */
async function setReactions(tx: Transaction, state: BatchState, entries: readonly AcceptedEntry[]): Promise<void> {
  const newest = new Map<string, ReactionPlace & { seq: number; on: boolean }>();
  for (const { fact, conversation, thread, account, seq } of entries) {
    if (fact.kind !== 'react') continue;
    const target = state.entries.get(entryId({ conversation, thread }, fact.to))!;
    // The message was removed later in this batch.
    const on = fact.on && !target.emptied;
    newest.set(`${conversation}/${thread}/${target.seq}/${account}/${fact.emoji}`, {
      conversation,
      thread,
      message: target.seq,
      account,
      emoji: fact.emoji,
      seq,
      on,
    });
  }
  const on = [...newest.values()].filter((row) => row.on);
  const off = [...newest.values()].filter((row) => !row.on);
  await putReactions(tx, on);
  if (off.length > 0) {
    await tx.rows(
      `DELETE FROM reactions x USING unnest($1::uuid[], $2::text[], $3::bigint[], $4::uuid[], $5::text[])
         AS r (conversation_id, thread, message_seq, account_id, emoji)
       WHERE x.conversation_id = r.conversation_id AND x.thread = r.thread AND x.message_seq = r.message_seq
         AND x.account_id = r.account_id AND x.emoji = r.emoji`,
      reactionColumns(off),
    );
  }
}

/** How far documents, threads and conversations are. Answer with `REOPENED`. */
export function addCounters(to: Together, state: BatchState, entries: readonly AcceptedEntry[], now: number): void {
  const clocks = new Map<string, { document: number; client: number; next: number }>();
  for (const { documentId, client, clock } of entries)
    clocks.set(`${documentId}/${client}`, { document: documentId, client, next: clock + 1 });
  const documents = [...state.documents.values()];
  for (const { id, n } of documents) clocks.set(`${id}/1`, { document: id, client: 1, next: n });
  const raised = [...clocks.values()].sort((a, b) => a.document - b.document || a.client - b.client);
  const threads = [...new Set(entries.map(threadId))].map((id) => state.threads.get(id)!);
  // What is said in the team's notes is not to be told from the place of a conversation in a client's inbox.
  const active = new Set(
    entries.filter(({ thread, kind }) => thread === 'all' && kind === 'message').map(({ conversation }) => conversation),
  );
  const outside = reopening(entries, ({ account, conversation }) => {
    return state.accounts.get(account)!.agency !== state.conversations.get(conversation)!.agency;
  });
  const at = `to_timestamp(${to.value(now)}::float8 / 1000)`;
  to.add(
    'clocks',
    `INSERT INTO document_clocks (document_id, client_id, next_clock)
     SELECT * FROM unnest(${to.value(column(raised, 'document'))}::bigint[], ${to.value(column(raised, 'client'))}::bigint[],
       ${to.value(column(raised, 'next'))}::bigint[])
     ON CONFLICT (document_id, client_id) DO UPDATE SET next_clock = excluded.next_clock`,
  );
  to.add(
    'positions',
    `UPDATE documents d SET n = r.n, entries = r.entries
     FROM unnest(${to.value(column(documents, 'id'))}::bigint[], ${to.value(column(documents, 'n'))}::bigint[],
       ${to.value(column(documents, 'entries'))}::int[]) AS r (id, n, entries) WHERE d.id = r.id`,
  );
  to.add(
    'seqs',
    `UPDATE threads t SET next_seq = r.next_seq, last_message_seq = r.last
     FROM unnest(${to.value(column(threads, 'conversation'))}::uuid[], ${to.value(column(threads, 'thread'))}::text[],
       ${to.value(column(threads, 'nextSeq'))}::bigint[], ${to.value(column(threads, 'lastMessageSeq'))}::bigint[])
       AS r (conversation_id, thread, next_seq, last)
     WHERE t.conversation_id = r.conversation_id AND t.thread = r.thread`,
  );
  to.add(
    'active',
    `UPDATE conversations SET last_activity_at = greatest(last_activity_at, ${at}) WHERE id = ANY (${to.value([...active].sort())}::uuid[])`,
  );
  to.add(
    'reopened',
    `UPDATE team_states s SET resolved = false, reopened_by = r.account_id, reopened_at = ${at}
     FROM unnest(${to.value(column(outside, 'conversation'))}::uuid[], ${to.value(column(outside, 'account'))}::uuid[])
       AS r (conversation_id, account_id)
     WHERE s.conversation_id = r.conversation_id AND s.resolved RETURNING s.conversation_id AS id`,
  );
}

/** The resolved conversations that somebody from outside opened again. */
export const REOPENED = 'SELECT id FROM reopened';
/** The same for `addFeed`: that is the agency's alone. */
export const REOPENED_RECORDS = `SELECT c.agency_id AS stream, 'conversation' AS kind, c.id AS conversation_id
  FROM reopened JOIN conversations c USING (id)`;
