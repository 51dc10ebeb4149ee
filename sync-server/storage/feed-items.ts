import type { FeedItem } from '#shared/api/feed.ts';
import { AppError } from '#shared/errors.ts';
import { documentName } from '#shared/ids.ts';
import type { Role } from '#shared/roles.ts';

import { conversationRecords } from './conversations.ts';
import type { Reader } from './database.ts';
import { decodeCursor, encodeCursor, presentCursor, streamsOf, type FeedCursor } from './feed-cursor.ts';
import { personalItem } from './feed-personal.ts';
import { feedRows, streamEnds, type FeedRow } from './feed.ts';
import { SUMMARY_COLUMNS, toSummary, type SummaryRow } from './message-summary.ts';

export type FeedReader = { account: string; role: Role; agencyId: string | null };

/** Rows of one stream with what they say, joined; `null` where that depends on who reads (`conversation`). */
export type StreamPage = { rows: FeedRow[]; items: (FeedItem | null)[] };

/** The cursor to go on from. @throws AppError gone, when rows after it were taken away or it is of other streams. */
export async function openCursor(reader: Reader, account: FeedReader, after: string | undefined): Promise<FeedCursor> {
  const text = after ?? (await presentCursor(reader, account));
  const cursor = decodeCursor(text);
  const streams = streamsOf(account);
  const ends = await streamEnds(reader, streams);
  const holds = (stream: string): boolean => {
    const at = cursor?.get(stream);
    const end = ends.get(stream) ?? { newest: 0, oldest: 1 };
    return at !== undefined && at >= end.oldest - 1 && at <= end.newest;
  };
  if (!cursor || cursor.size !== streams.length || !streams.every(holds)) {
    throw tooOld();
  }
  return cursor;
}

function tooOld(): AppError {
  return new AppError(
    'gone',
    'This device was away for too long to go on from where it was. Everything is fetched anew; nothing is lost.',
  );
}

/** The part of a page that is the same for everybody who reads the stream. @throws AppError gone */
export async function streamPage(reader: Reader, stream: string, after: number, limit: number): Promise<StreamPage> {
  const rows = await feedRows(reader, stream, after, limit);
  // They were taken away while somebody read them.
  if (rows.length > 0 && rows[0]!.n !== after + 1) throw tooOld();
  const entries = await entryItems(reader, rows);
  const reads = await readTimes(reader, rows);
  const items: (FeedItem | null)[] = [];
  for (const row of rows) {
    if (row.kind === 'entry') items.push(entries.get(row) ?? null);
    else if (row.kind === 'read') items.push(reads.get(row) ?? null);
    else items.push(await personalItem(reader, row));
  }
  return { rows, items };
}

type EntryJoin = SummaryRow & {
  position: number;
  epoch: number;
};

async function entryItems(reader: Reader, rows: readonly FeedRow[]): Promise<Map<FeedRow, FeedItem>> {
  const wanted = rows.filter(({ kind }) => kind === 'entry');
  if (wanted.length === 0) return new Map();
  const found = await reader.rows<EntryJoin>(
    `SELECT k.position, d.epoch, ${SUMMARY_COLUMNS}
     FROM unnest($1::bigint[]) WITH ORDINALITY AS k (document_id, position)
       JOIN documents d ON d.id = k.document_id
       JOIN threads t ON t.conversation_id = d.conversation_id AND t.thread = d.thread
       LEFT JOIN messages m ON m.conversation_id = t.conversation_id AND m.thread = t.thread AND m.seq = t.last_message_seq
       LEFT JOIN accounts ma ON ma.id = m.account_id`,
    [wanted.map(({ documentId }) => documentId)],
  );
  return new Map(
    found.map((join): [FeedRow, FeedItem] => {
      const row = wanted[join.position - 1]!;
      const conversation = row.conversation!;
      const thread = row.thread!;
      const document = documentName({ kind: 'thread', conversation, thread, epoch: join.epoch });
      return [
        row,
        { kind: 'entry', conversation, thread, document, n: row.documentN ?? 0, seq: row.seq ?? 0, message: toSummary(join) },
      ];
    }),
  );
}

/** Cursors as they stand now: they only rise. */
async function readTimes(reader: Reader, rows: readonly FeedRow[]): Promise<Map<FeedRow, FeedItem>> {
  const wanted = rows.filter(({ kind }) => kind === 'read');
  if (wanted.length === 0) return new Map();
  const found = await reader.rows<{ position: number; seq: number; at: Date }>(
    `SELECT k.position, r.seq, r.at FROM unnest($1::uuid[], $2::text[], $3::uuid[]) WITH ORDINALITY AS k (conversation_id, thread, account_id, position)
       JOIN reads r USING (conversation_id, thread, account_id)`,
    [wanted.map((row) => row.conversation), wanted.map((row) => row.thread), wanted.map((row) => row.account)],
  );
  return new Map(
    found.map(({ position, seq, at }): [FeedRow, FeedItem] => {
      const row = wanted[position - 1]!;
      const cursor = { thread: row.thread!, account: row.account!, seq, at: at.toISOString() };
      return [row, { kind: 'read', conversation: row.conversation!, cursor }];
    }),
  );
}

/** Conversations that an account was taken out of: nothing of them is told. */
export async function conversationsLeft(reader: Reader, account: string): Promise<Set<string>> {
  const rows = await reader.rows<{ conversation_id: string }>(
    'SELECT conversation_id FROM participants WHERE account_id = $1 AND left_at IS NOT NULL',
    [account],
  );
  return new Set(rows.map(({ conversation_id }) => conversation_id));
}

/** One reader's items of pages of their streams. Of several that say the same of one thing only the last is kept. */
export async function itemsFor(
  reader: Reader,
  account: FeedReader,
  left: ReadonlySet<string>,
  pages: readonly StreamPage[],
): Promise<FeedItem[]> {
  const kept = new Map<string, { row: FeedRow; item: FeedItem | null }>();
  for (const { rows, items } of pages) {
    for (const [index, row] of rows.entries()) {
      if (row.conversation !== null && row.kind !== 'left' && left.has(row.conversation)) continue;
      const about = aboutOf(row);
      kept.delete(about);
      kept.set(about, { row, item: items[index]! });
    }
  }
  const wanted = [...kept.values()].flatMap(({ row }) => (row.kind === 'conversation' ? [row.conversation!] : []));
  const records = wanted.length > 0 ? await conversationRecords(reader, wanted, account.account) : [];
  const byId = new Map(records.map((record) => [record.id, record]));
  return [...kept.values()].flatMap(({ row, item }): FeedItem[] => {
    if (item !== null) return [item];
    const conversation = row.kind === 'conversation' ? byId.get(row.conversation!) : undefined;
    return conversation ? [{ kind: 'conversation', conversation }] : [];
  });
}

function aboutOf(row: FeedRow): string {
  if (row.kind === 'entry') return `entry/${row.documentId}`;
  if (row.kind === 'read') return `read/${row.conversation}/${row.thread}/${row.account}`;
  if (row.kind === 'notification') return `notification/${row.seq}`;
  if (row.kind === 'file') return `file/${row.file}`;
  return `${row.kind}/${row.conversation ?? row.account ?? ''}`;
}

/** A page over HTTP. @throws AppError gone */
export async function feedPageFor(
  reader: Reader,
  account: FeedReader,
  after: string | undefined,
  limit: number,
): Promise<{ items: FeedItem[]; cursor: string; more: boolean }> {
  const cursor = await openCursor(reader, account, after);
  const pages: StreamPage[] = [];
  let more = false;
  for (const stream of streamsOf(account)) {
    const page = await streamPage(reader, stream, cursor.get(stream)!, limit);
    pages.push(page);
    more ||= page.rows.length === limit;
    cursor.set(stream, page.rows.at(-1)?.n ?? cursor.get(stream)!);
  }
  const items = await itemsFor(reader, account, await conversationsLeft(reader, account.account), pages);
  return { items, cursor: encodeCursor(cursor), more };
}
