import type { Log } from '../log.ts';
import { repeat, type Repeating } from '../repeating.ts';
import type { Database } from '../storage/database.ts';
import { pruneFeed, type FeedKeep } from '../storage/feed-keep.ts';

/** Keeps the feed's streams as long as they should be. Two nodes at it at once delete each row once. */
export function startFeedPruning(db: Database, log: Log, keep: FeedKeep, everyMs: number): Repeating {
  return repeat(
    everyMs,
    async (isStopped) => {
      const rows = await pruneFeed(db, keep, isStopped);
      if (rows > 0) log.info('feed-pruned', { rows });
    },
    // Postgres is away: the next time finds the same.
    (error) => log.warn('feed-not-pruned', { reason: error instanceof Error ? error.message : 'unknown' }),
  );
}
