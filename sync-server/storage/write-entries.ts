import type { Fact } from '#shared/facts.ts';
import type { ThreadName } from '#shared/ids.ts';

import type { Transaction } from './database.ts';
import { entryId, threadId, type BatchState, type EntryRow } from './entries.ts';
import { insertEntries, insertMessages, putDeletes, putReactions, reactionColumns, type ReactionPlace } from './fact-rows.ts';
import { reopening, writeTeamFacts } from './team-states.ts';

export type AcceptedEntry = EntryRow & {
  conversation: string;
  thread: ThreadName;
  id: string;
  fact: Fact;
  hash: Buffer;
  /** What a removal took the content from: the message, then its edits. */
  removed: EntryRow[];
};

/** The relational side of a batch, each table in one statement. Gives the resolved conversations that somebody from outside opened again. */
export async function writeEntries(
  tx: Transaction,
  state: BatchState,
  entries: readonly AcceptedEntry[],
  now: number,
): Promise<string[]> {
  await insertEntries(tx, entries);
  await insertMessages(
    tx,
    entries.flatMap(({ fact, ...entry }) =>
      fact.kind === 'message' ? [{ ...entry, fact, editedAt: null, removedAt: null }] : [],
    ),
  );
  await editMessages(tx, state, entries, now);
  await removeMessages(tx, entries, now);
  await setReactions(tx, state, entries);
  await writeTeamFacts(tx, entries, now);
  return raiseCounters(tx, state, entries, now);
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

async function raiseCounters(
  tx: Transaction,
  state: BatchState,
  entries: readonly AcceptedEntry[],
  now: number,
): Promise<string[]> {
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
  const reopened = await tx.rows<{ id: string }>(
    `WITH clocks AS (
       INSERT INTO document_clocks (document_id, client_id, next_clock) SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[])
       ON CONFLICT (document_id, client_id) DO UPDATE SET next_clock = excluded.next_clock),
     positions AS (
       UPDATE documents d SET n = r.n, entries = r.entries FROM unnest($4::bigint[], $5::bigint[], $6::int[]) AS r (id, n, entries)
       WHERE d.id = r.id),
     seqs AS (
       UPDATE threads t SET next_seq = r.next_seq, last_message_seq = r.last
       FROM unnest($7::uuid[], $8::text[], $9::bigint[], $10::bigint[]) AS r (conversation_id, thread, next_seq, last)
       WHERE t.conversation_id = r.conversation_id AND t.thread = r.thread),
     active AS (
       UPDATE conversations SET last_activity_at = greatest(last_activity_at, to_timestamp($12::float8 / 1000)) WHERE id = ANY ($11::uuid[]))
     UPDATE team_states s SET resolved = false, reopened_by = r.account_id, reopened_at = to_timestamp($12::float8 / 1000)
     FROM unnest($13::uuid[], $14::uuid[]) AS r (conversation_id, account_id)
     WHERE s.conversation_id = r.conversation_id AND s.resolved RETURNING s.conversation_id AS id`,
    [
      raised.map(({ document }) => document),
      raised.map(({ client }) => client),
      raised.map(({ next }) => next),
      documents.map(({ id }) => id),
      documents.map(({ n }) => n),
      documents.map((row) => row.entries),
      threads.map(({ conversation }) => conversation),
      threads.map(({ thread }) => thread),
      threads.map(({ nextSeq }) => nextSeq),
      threads.map(({ lastMessageSeq }) => lastMessageSeq),
      [...active].sort(),
      now,
      outside.map(({ conversation }) => conversation),
      outside.map(({ account }) => account),
    ],
  );
  return reopened.map(({ id }) => id);
}
