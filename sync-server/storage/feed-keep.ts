import type { Database, Reader, Transaction } from './database.ts';

/** How far back a stream of the feed is kept; whoever is further behind lists everything again (decision 0028). */
export type FeedKeep = {
  days: number;
  /** What a stream may hold within that time: so many rows for each account of its agency, and never fewer than `rowsLeast`. */
  rowsPerPerson: number;
  rowsLeast: number;
};

/** 10,000 rows are three weeks of 300 messages, and as many read marks, for each of the staff a working day (docs/scale.md). */
export const DEFAULT_FEED_KEEP: FeedKeep = { days: 7, rowsPerPerson: 10_000, rowsLeast: 50_000 };

const STREAMS_AT_ONCE = 1_000;
const ROWS_AT_ONCE = 5_000;

/** Deletes what is too old, or too much, a range of one stream at a time. Rows that are written meanwhile wait for none of it. @returns how many rows */
export async function pruneFeed(
  db: Database,
  keep: FeedKeep,
  isStopped: () => boolean = () => false,
  rowsAtOnce = ROWS_AT_ONCE,
): Promise<number> {
  let gone = 0;
  for (let after: string | null = null; ;) {
    const from: string | null = after;
    const streams: StreamAge[] = await db.read((reader) => readStreams(reader, keep, from));
    for (const { stream, least } of streams.filter(({ due }) => due)) {
      for (let more = true; more && !isStopped();) {
        const count = await db.transact((tx) => deleteOldest(tx, stream, { least, days: keep.days, rowsAtOnce }));
        gone += count;
        more = count === rowsAtOnce;
      }
    }
    after = streams.at(-1)?.stream ?? null;
    if (after === null || isStopped()) return gone;
  }
}

/** `least`: numbers below it go, whatever their age; `due`: there is something to delete. */
type StreamAge = { stream: string; least: number; due: boolean };

/** The next streams after `after`, in order: of each its first row alone is looked at. */
function readStreams(reader: Reader, { days, rowsLeast, rowsPerPerson }: FeedKeep, after: string | null): Promise<StreamAge[]> {
  return reader.rows<StreamAge>(
    `SELECT s.stream, s.least, coalesce(oldest.at < now() - make_interval(days => $3::int) OR oldest.n < s.least, false) AS due
     FROM (SELECT stream, next - greatest($4::bigint, $5::bigint * (SELECT count(*) FROM accounts a WHERE a.agency_id = stream)) AS least
           FROM feed_streams WHERE $1::uuid IS NULL OR stream > $1 ORDER BY stream LIMIT $2) s
     LEFT JOIN LATERAL (SELECT n, at FROM feed f WHERE f.stream = s.stream ORDER BY n LIMIT 1) oldest ON true ORDER BY s.stream`,
    [after, STREAMS_AT_ONCE, days, rowsLeast, rowsPerPerson],
  );
}

async function deleteOldest(
  tx: Transaction,
  stream: string,
  { least, days, rowsAtOnce }: { least: number; days: number; rowsAtOnce: number },
): Promise<number> {
  const [row] = await tx.rows<{ count: number }>(
    `WITH oldest AS (SELECT n, at FROM feed WHERE stream = $1 ORDER BY n LIMIT $4),
       gone AS (DELETE FROM feed WHERE stream = $1
         AND n <= (SELECT max(n) FROM oldest WHERE at < now() - make_interval(days => $3::int) OR n < $2) RETURNING 1)
     SELECT count(*) AS count FROM gone`,
    [stream, least, days, rowsAtOnce],
  );
  return row!.count;
}
