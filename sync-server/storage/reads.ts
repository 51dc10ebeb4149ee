import type { ThreadName } from '#shared/ids.ts';

import { IS_ITS_STAFF, TAKES_PART } from './access.ts';
import type { Transaction } from './database.ts';
import { appendFeed, audiences, streamsFor, type FeedEntry } from './feed.ts';

export type ReadTo = { conversation: string; thread: ThreadName; seq: number };
export type RaisedRead = ReadTo & { account: string; at: Date };

/**
 * Raises read cursors. They never fall and never pass the newest of their thread; what isn't the account's to read is left out.
 * Gives those that rose, and the streams that were told.
 */
export async function raiseReads(
  tx: Transaction,
  account: string,
  wanted: readonly ReadTo[],
): Promise<{ raised: RaisedRead[]; streams: string[] }> {
  const raised = await tx.rows<RaisedRead>(
    `INSERT INTO reads AS r (conversation_id, thread, account_id, seq, at)
     SELECT t.conversation_id, t.thread, a.id, least(k.seq, t.next_seq - 1), date_trunc('milliseconds', now())
     FROM (SELECT conversation, thread, max(seq) AS seq FROM unnest($2::uuid[], $3::text[], $4::bigint[]) AS u (conversation, thread, seq)
         GROUP BY conversation, thread) AS k
       JOIN accounts a ON a.id = $1
       JOIN conversations c ON c.id = k.conversation
       JOIN threads t ON t.conversation_id = c.id AND t.thread = k.thread
     WHERE ${TAKES_PART} AND (k.thread = 'all' OR ${IS_ITS_STAFF}) AND t.next_seq > 1
     ORDER BY t.conversation_id, t.thread
     ON CONFLICT (conversation_id, thread, account_id) DO UPDATE SET seq = excluded.seq, at = excluded.at WHERE r.seq < excluded.seq
     RETURNING r.conversation_id AS conversation, r.thread, r.account_id AS account, r.seq, r.at`,
    [account, wanted.map(({ conversation }) => conversation), wanted.map(({ thread }) => thread), wanted.map(({ seq }) => seq)],
  );
  if (raised.length === 0) return { raised, streams: [] };
  const people = await audiences(tx, [...new Set(raised.map(({ conversation }) => conversation))]);
  const feed = raised.flatMap(({ conversation, thread, seq }) =>
    streamsFor(people.get(conversation)!, thread).map((stream): FeedEntry => ({
      stream,
      kind: 'read',
      conversation,
      thread,
      seq,
      account,
    })),
  );
  return { raised, streams: await appendFeed(tx, feed) };
}
