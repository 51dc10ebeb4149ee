import type { ThreadName } from '#shared/ids.ts';

import { column } from './columns.ts';
import type { Transaction } from './database.ts';

// Rows of the demo's conversations, whose past is written at once.

/** One demo at a time, until the end of the transaction: two at once would both find nothing there. */
export async function lockDemo(tx: Transaction): Promise<void> {
  await tx.rows(`SELECT pg_advisory_xact_lock(hashtext('trialogue-demo'))`);
}

export async function externalIds(tx: Transaction, agency: string): Promise<Set<string>> {
  const rows = await tx.rows<{ external_id: string }>(
    'SELECT external_id FROM conversations WHERE agency_id = $1 AND external_id IS NOT NULL',
    [agency],
  );
  return new Set(rows.map((row) => row.external_id));
}

/** `last`: the newest message, its time in ms since 1970; `null` when there is none. */
export type ThreadEnd = {
  conversation: string;
  thread: ThreadName;
  nextSeq: number;
  last: { seq: number; at: number } | null;
};

/** Where threads that were empty end now. */
export async function setThreadEnds(tx: Transaction, ends: readonly ThreadEnd[]): Promise<void> {
  await tx.rows(
    `UPDATE threads t SET next_seq = r.next_seq, last_message_seq = r.last
     FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::bigint[]) AS r (conversation_id, thread, next_seq, last)
     WHERE t.conversation_id = r.conversation_id AND t.thread = r.thread`,
    [column(ends, 'conversation'), column(ends, 'thread'), column(ends, 'nextSeq'), ends.map(({ last }) => last?.seq ?? null)],
  );
  // Team notes do not move a conversation in an inbox.
  const active = ends.filter(({ thread, last }) => thread === 'all' && last !== null);
  await tx.rows(
    `UPDATE conversations c SET last_activity_at = to_timestamp(r.at / 1000) FROM unnest($1::uuid[], $2::float8[]) AS r (id, at) WHERE c.id = r.id`,
    [column(active, 'conversation'), active.map(({ last }) => last!.at)],
  );
}

export type ReadRow = { conversation: string; thread: ThreadName; account: string; seq: number; at: number };

export async function insertReads(tx: Transaction, reads: readonly ReadRow[]): Promise<void> {
  await tx.rows(
    `INSERT INTO reads (conversation_id, thread, account_id, seq, at)
     SELECT conversation_id, thread, account_id, seq, to_timestamp(at / 1000)
     FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::bigint[], $5::float8[]) AS r (conversation_id, thread, account_id, seq, at)`,
    [column(reads, 'conversation'), column(reads, 'thread'), column(reads, 'account'), column(reads, 'seq'), column(reads, 'at')],
  );
}
