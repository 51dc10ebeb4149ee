import type { Log } from '../../log.ts';
import type { Database } from '../../storage/database.ts';
import { newestMigration } from '../../storage/migrate.ts';
import { beat, leaveNodes } from '../../storage/nodes.ts';

/** Which other nodes run on this database. */
export type Peers = {
  readonly others: ReadonlySet<string>;
  /** Some node started, or ended. */
  look(): Promise<void>;
  stop(): Promise<void>;
};

const EVERY_MS = 5_000;
const ALIVE_MS = 12_000;
const STOP_MS = 1_000;

export async function startPeers(
  db: Database,
  log: Log,
  { node, onGone, everyMs = EVERY_MS, aliveMs = ALIVE_MS }: PeersOptions,
): Promise<Peers> {
  const knows = await newestMigration();
  let others = new Set<string>();
  let stopped = false;
  let looking: Promise<void> | null = null;
  let again = false;

  async function once(isNew: boolean): Promise<void> {
    const now = new Set(await beat(db, { node, knows, isNew, aliveMs }));
    const before = others;
    others = now;
    for (const gone of before) if (!now.has(gone)) onGone(gone);
    if (before.size !== now.size) log.info('nodes', { others: now.size });
  }

  function look(): Promise<void> {
    if (stopped) return Promise.resolve();
    again = looking !== null;
    looking ??= once(false)
      // Postgres is away: who was there is taken to be there still.
      .catch((error: unknown) => {
        if (!stopped) log.warn('nodes-unknown', { reason: error instanceof Error ? error.message : 'unknown' });
      })
      .finally(() => {
        looking = null;
        if (again && !stopped) void look();
      });
    return looking;
  }

  await once(true);
  const timer = setInterval(() => void look(), everyMs);
  return {
    get others() {
      return others;
    },
    look,
    async stop() {
      stopped = true;
      clearInterval(timer);
      await looking;
      const late = Promise.withResolvers<void>();
      const patience = setTimeout(late.resolve, STOP_MS);
      // Postgres is away: the others see by its silence that it is gone.
      await Promise.race([leaveNodes(db, node).catch(() => {}), late.promise]);
      clearTimeout(patience);
    },
  };
}

export type PeersOptions = {
  node: string;
  onGone: (node: string) => void;
  everyMs?: number | undefined;
  aliveMs?: number | undefined;
};
