import type { QueryResult, QueryResultRow } from 'pg';

import type { ThreadName } from '#shared/ids.ts';

import { IS_ITS_STAFF, IS_LISTED_AS_ITS_STAFF } from './access.ts';
import type { Reader, Transaction } from './database.ts';
import { Together } from './together.ts';

/** What node-postgres' pools and clients have. */
export type Sql = {
  query<R extends QueryResultRow>(text: string, values?: unknown[]): Promise<QueryResult<R>>;
};

export type FeedKind = 'conversation' | 'entry' | 'read' | 'left' | 'account' | 'me' | 'notification' | 'file';

/** A row of a stream: thin, what it says is joined when it is read (decision 0003). */
export type FeedEntry = {
  stream: string;
  kind: FeedKind;
  conversation?: string | null;
  thread?: ThreadName | null;
  documentId?: number | null;
  documentN?: number | null;
  /** Of a notification, its id. */
  seq?: number | null;
  account?: string | null;
  file?: string | null;
};

/**
 * Appends to streams, in the order given. Call it last in a transaction: it locks the streams' rows, in a fixed order,
 * until the commit, which is what makes a stream's numbers become visible in order.
 * @returns the streams that grew, for the notice after the commit.
 */
export async function appendFeed(sql: Transaction, entries: readonly FeedEntry[]): Promise<string[]> {
  const writes = new Together();
  addFeed(writes, entries);
  await writes.run(sql);
  return streamsIn(entries);
}

export function streamsIn(entries: readonly FeedEntry[]): string[] {
  return [...new Set(entries.map(({ stream }) => stream))];
}

/** As `appendFeed`. `records`: a SELECT of stream, kind and conversation from what the same statement changes, in streams of `entries`. */
export function addFeed(to: Together, entries: readonly FeedEntry[], records?: string): void {
  if (entries.length === 0) return;
  const value = (name: keyof FeedEntry): string => to.value(entries.map((entry) => entry[name] ?? null));
  to.add(
    'items',
    `SELECT *, count(*) OVER (PARTITION BY stream) AS total, row_number() OVER (PARTITION BY stream ORDER BY position) AS place
     FROM (SELECT * FROM unnest(${value('stream')}::uuid[], ${value('kind')}::text[], ${value('conversation')}::uuid[], ${value('thread')}::text[],
       ${value('documentId')}::bigint[], ${value('documentN')}::bigint[], ${value('seq')}::bigint[], ${value('account')}::uuid[],
       ${value('file')}::uuid[])
       WITH ORDINALITY AS u (stream, kind, conversation_id, thread, document_id, document_n, seq, account_id, file_id, position)
       ${records === undefined ? '' : `UNION ALL SELECT stream, kind, conversation_id, NULL, NULL, NULL, NULL, NULL, NULL, 0 FROM (${records}) more`}) all_of_them`,
  );
  to.add(
    'raised',
    `INSERT INTO feed_streams AS s (stream, next) SELECT stream, 1 + count(*) FROM items GROUP BY stream ORDER BY stream
       ON CONFLICT (stream) DO UPDATE SET next = s.next + excluded.next - 1
     RETURNING stream, next`,
  );
  to.add(
    'fed',
    `INSERT INTO feed (stream, n, kind, conversation_id, thread, document_id, document_n, seq, account_id, file_id)
     SELECT stream, r.next - i.total + i.place - 1, i.kind, i.conversation_id, i.thread, i.document_id, i.document_n, i.seq, i.account_id,
       i.file_id
     FROM items i JOIN raised r USING (stream)`,
  );
}

/** Who is told of what happens in threads: the agency's stream, and for `all` that of each participant who isn't of its staff. */
export async function audiences(
  sql: Reader,
  conversations: readonly string[],
): Promise<Map<string, { agency: string; others: string[] }>> {
  const found = await sql.rows<{ id: string; agency: string; others: string[] }>(
    `SELECT c.id, c.agency_id AS agency,
       coalesce((SELECT array_agg(p.account_id::text) FROM participants p JOIN accounts a ON a.id = p.account_id
         WHERE p.conversation_id = c.id AND p.left_at IS NULL AND NOT ${IS_ITS_STAFF} AND NOT ${IS_LISTED_AS_ITS_STAFF}), '{}') AS others
     FROM conversations c WHERE c.id = ANY($1::uuid[])`,
    [[...conversations]],
  );
  return new Map(found.map((row) => [row.id, { agency: row.agency, others: row.others }]));
}

export function streamsFor(audience: { agency: string; others: string[] }, thread: ThreadName): string[] {
  return thread === 'team' ? [audience.agency] : [audience.agency, ...audience.others];
}

export type FeedRow = {
  stream: string;
  n: number;
  kind: FeedKind;
  conversation: string | null;
  thread: ThreadName | null;
  documentId: number | null;
  documentN: number | null;
  seq: number | null;
  account: string | null;
  file: string | null;
};

/** The rows of one stream after `after`, in order. */
export async function feedRows(sql: Reader, stream: string, after: number, limit: number): Promise<FeedRow[]> {
  return sql.rows<FeedRow>(
    `SELECT stream, n, kind, conversation_id AS conversation, thread, document_id AS "documentId", document_n AS "documentN", seq,
       account_id AS account, file_id AS file
     FROM feed WHERE stream = $1 AND n > $2 ORDER BY n LIMIT $3`,
    [stream, after, limit],
  );
}

/** Of each stream, the newest number and the oldest that is kept. A stream that nothing was written to is absent. */
export async function streamEnds(
  sql: Reader,
  streams: readonly string[],
): Promise<Map<string, { newest: number; oldest: number }>> {
  const found = await sql.rows<{ stream: string; newest: string; oldest: string }>(
    `SELECT s.stream, s.next - 1 AS newest,
       coalesce((SELECT f.n FROM feed f WHERE f.stream = s.stream ORDER BY f.n LIMIT 1), s.next) AS oldest
     FROM feed_streams s WHERE s.stream = ANY($1::uuid[])`,
    [[...streams]],
  );
  return new Map(found.map((row) => [row.stream, { newest: Number(row.newest), oldest: Number(row.oldest) }]));
}
