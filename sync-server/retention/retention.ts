import type { Log } from '../log.ts';
import type { Database } from '../storage/database.ts';
import { agenciesDue, conversationsOf, noteRetention } from '../storage/retention.ts';
import { emptyAll, type EmptyingOptions } from './empty-all.ts';
import { keptSince } from './keep.ts';

const PAGE = 500;
const STOP_MS = 1_000;

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

export type Retention = { stop(): Promise<void> };

/**
 * Once a day, for each agency that keeps its messages for a while only, what is older. It looks now and then for agencies whose day has
 * passed; what a stop cuts off is gone on with at the next look. Two nodes at it at once do it once.
 */
export function startRetention(db: Database, log: Log, { everyMs, now }: { everyMs: number; now: () => number }): Retention {
  let stopped = false;
  let running: Promise<void> = Promise.resolve();
  let timer = setTimeout(run, everyMs);

  async function look(): Promise<void> {
    for (const { agency, keep } of await db.read((reader) => agenciesDue(reader, new Date(now())))) {
      const options = { db, now, isStopped: () => stopped };
      const emptied = await applyRetention(options, agency, keptSince(keep, new Date(now())));
      if (stopped) return;
      await db.transact((tx) => noteRetention(tx, agency, new Date(now())));
      if (emptied > 0) log.info('retention', { agency, messages: emptied });
    }
  }

  function run(): void {
    running = look()
      .catch((error: unknown) => {
        // Postgres is away: the next look finds the same.
        if (!stopped) log.warn('retention-failed', { reason: error instanceof Error ? error.message : 'unknown' });
      })
      .finally(() => {
        if (!stopped) timer = setTimeout(run, everyMs);
      });
  }

  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      // A statement that Postgres doesn't answer isn't waited for: what it does is done whole or not at all.
      const late = Promise.withResolvers<void>();
      const grace = setTimeout(late.resolve, STOP_MS);
      await Promise.race([running, late.promise]);
      clearTimeout(grace);
    },
  };
}
