import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';

import type { ServerConfig } from './config.ts';
import type { Log } from './log.ts';
import { startPostgres } from './postgres/postgres.ts';
import type { UserKind } from './postgres/users.ts';
import { openDatabase, type Database } from './storage/database.ts';
import { migrate } from './storage/migrate.ts';

/** A statement that Postgres doesn't answer is not waited for: it was not acknowledged to anybody. */
const CLOSE_MS = 2_000;

/** Of the connections that a node takes, so many are for all but commits. */
const CONNECTIONS = 15;
/** … of which so many stay connected when little happens. The one of commits always does. */
export const KEPT = 4;

/** `commits`: a connection of its own, so that a message waits for nothing else that goes on. */
export type Storage = { db: Database; commits: Database; databaseUrl: string; dataDir: string; close(): Promise<void> };

/** The database that the configuration names, up to date: one's own Postgres, or the embedded one. */
export async function openStorage(
  config: Pick<ServerConfig, 'databaseUrl' | 'dataDir'>,
  log: Log,
  kind: UserKind,
  onWaited?: (ms: number) => void,
): Promise<Storage> {
  const dataDir = resolve(config.dataDir);
  await mkdir(dataDir, { recursive: true, mode: 0o711 });
  const embedded = config.databaseUrl === null ? await startPostgres({ dataDir, log, kind }) : null;
  const databaseUrl = config.databaseUrl ?? embedded!.url;
  try {
    await migrate(databaseUrl, log);
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
  const db = openDatabase(databaseUrl, log, { connections: CONNECTIONS, kept: KEPT, ...(onWaited && { onWaited }) });
  const commits = openDatabase(databaseUrl, log, { connections: 1, kept: 1, byIndex: true });
  return {
    db,
    commits,
    databaseUrl,
    dataDir,
    async close() {
      if (!(await within(CLOSE_MS, Promise.all([db.close(), commits.close()])))) log.warn('postgres-connections-dropped');
      await embedded?.stop();
    },
  };
}

/** Whether it was done in time; it may still fail until then. */
async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  const late = Promise.withResolvers<false>();
  const timer = setTimeout(() => late.resolve(false), ms);
  try {
    return await Promise.race([work.then(() => true), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
