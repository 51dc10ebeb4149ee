import type { Log } from '../log.ts';
import { repeat, type Repeating } from '../repeating.ts';
import type { Database } from '../storage/database.ts';
import { agenciesDue, conversationsOf, noteRetention } from '../storage/retention.ts';
import { emptyAll, type EmptyingOptions } from './empty-all.ts';
import { keptSince } from './keep.ts';

const PAGE = 500;

/** Takes away an agency's messages from before `since`. Gives how many. */
export async function applyRetention(options: EmptyingOptions, agency: string, since: Date): Promise<number> {
  return emptyAll(options, allConversations(options.db, agency), { before: since });
}

async function* allConversations(db: Database, agency: string): AsyncGenerator<string> {
  for (let after: string | null = null; ;) {
    const from: string | null = after;
    const page: string[] = await db.read((reader) => conversationsOf(reader, agency, from, PAGE));
    yield* page;
    after = page.at(-1) ?? null;
    if (after === null) return;
  }
}

/**
 * Once a day, for each agency that keeps its messages for a while only, what is older. It looks now and then for agencies whose day has
 * passed; what a stop cuts off is gone on with at the next look. Two nodes at it at once do it once.
 */
export function startRetention(db: Database, log: Log, { everyMs, now }: { everyMs: number; now: () => number }): Repeating {
  return repeat(
    everyMs,
    async (isStopped) => {
      for (const { agency, keep } of await db.read((reader) => agenciesDue(reader, new Date(now())))) {
        const emptied = await applyRetention({ db, now, isStopped }, agency, keptSince(keep, new Date(now())));
        if (isStopped()) return;
        await db.transact((tx) => noteRetention(tx, agency, new Date(now())));
        if (emptied > 0) log.info('retention', { agency, messages: emptied });
      }
    },
    // Postgres is away: the next look finds the same.
    (error) => log.warn('retention-failed', { reason: error instanceof Error ? error.message : 'unknown' }),
  );
}
