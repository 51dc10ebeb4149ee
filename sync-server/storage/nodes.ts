import type { Database, Reader } from './database.ts';
import { refuseTakenAway } from './migrate.ts';
import { notify } from './notify.ts';

export type Beat = {
  node: string;
  /** The newest migration that it knows. */
  knows: string;
  isNew: boolean;
  /** After so long without a word one is gone. */
  aliveMs: number;
};

/** Says that this node runs, and gives the others that do. @throws AppError conflict, of a new one: what it needs was taken away */
export async function beat(db: Database, { node, knows, isNew, aliveMs }: Beat): Promise<string[]> {
  return db.transact(async (tx) => {
    if (isNew) await refuseTakenAway(tx);
    await tx.rows('INSERT INTO nodes (id, knows) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET seen_at = now()', [node, knows]);
    if (isNew) await notify(tx, { kind: 'node', node });
    await tx.rows("DELETE FROM nodes WHERE seen_at < now() - interval '1 day'");
    const rows = await tx.rows<{ id: string }>(
      'SELECT id FROM nodes WHERE id <> $1 AND seen_at > now() - make_interval(secs => $2) ORDER BY id',
      [node, aliveMs / 1_000],
    );
    return rows.map(({ id }) => id);
  });
}

/** This node ends: the others need not wait until it is silent. */
export async function leaveNodes(db: Database, node: string): Promise<void> {
  await db.transact(async (tx) => {
    await tx.rows('DELETE FROM nodes WHERE id = $1', [node]);
    await notify(tx, { kind: 'node', node });
  });
}

/** How far documents are committed. */
export async function documentHeads(reader: Reader, documents: readonly number[]): Promise<Map<number, number>> {
  if (documents.length === 0) return new Map();
  const rows = await reader.rows<{ id: number; n: number }>('SELECT id, n FROM documents WHERE id = ANY ($1::bigint[])', [
    documents,
  ]);
  return new Map(rows.map(({ id, n }) => [id, n]));
}

/** The newest row of streams of the feed. */
export async function streamHeads(reader: Reader, streams: readonly string[]): Promise<Map<string, number>> {
  if (streams.length === 0) return new Map();
  const rows = await reader.rows<{ stream: string; newest: number }>(
    'SELECT stream, next - 1 AS newest FROM feed_streams WHERE stream = ANY ($1::uuid[])',
    [streams],
  );
  return new Map(rows.map(({ stream, newest }) => [stream, newest]));
}

export type ChatHead = { conversation: string; seq: number; reads: { account: string; seq: number }[] };

/** How far the threads `all` of these conversations go, and who has read them how far. */
export async function chatHeads(reader: Reader, conversations: readonly string[]): Promise<ChatHead[]> {
  if (conversations.length === 0) return [];
  return reader.rows<ChatHead>(
    `SELECT t.conversation_id AS conversation, t.next_seq - 1 AS seq, coalesce((SELECT json_agg(json_build_object(
         'account', r.account_id, 'seq', r.seq)) FROM reads r WHERE r.conversation_id = t.conversation_id AND r.thread = 'all'), '[]') AS reads
     FROM threads t WHERE t.conversation_id = ANY ($1::uuid[]) AND t.thread = 'all'`,
    [conversations],
  );
}
