import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { PG_MIGRATE_LOCK_ID, runner } from 'node-pg-migrate';
import { Client } from 'pg';

import { AppError } from '#shared/errors.ts';

import type { Log } from '../log.ts';
import type { Transaction } from './database.ts';

const MIGRATIONS = join(import.meta.dirname, 'migrations');
/** Ends the name of a migration that takes away what the version before needs. All others only add (decision 0029). */
const CONTRACT = '.contract';
const ALIVE_SECONDS = 12;
/** Commits queue behind a statement that waits for a table, so it doesn't wait for long. */
const LOCK_MS = 1_000;
const PAUSE_MS = 500;
const TRIES = 120;

export type MigrateOptions = {
  /** Where the migrations lie. */
  folder?: string;
  /** How long one waits for a table at a time, and the least and half of the most time between two tries. */
  lockMs?: number;
  pauseMs?: number;
};

/**
 * Brings the schema up to date while other nodes serve. Those that start together do so one after the other.
 * @throws AppError conflict: a newer version took away what this one needs, or nodes run that need what this one takes away;
 * unavailable: something kept a table for minutes
 */
export async function migrate(
  url: string,
  log: Log,
  { folder = MIGRATIONS, lockMs = LOCK_MS, pauseMs = PAUSE_MS }: MigrateOptions = {},
): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    // However long another one takes.
    await client.query('SELECT pg_advisory_lock($1)', [PG_MIGRATE_LOCK_ID]);
    await client.query(`SET lock_timeout = ${lockMs}`);
    for (let attempt = 1; ; attempt++) {
      try {
        return await bringUp(client, log, folder);
      } catch (error) {
        if (!isInTheWay(error)) throw error;
        // The library leaves the transaction of what failed as it is.
        await client.query('ROLLBACK');
        if (attempt === TRIES) throw inUse();
        log.warn('migration-waits', { attempt });
        await wait(pauseMs + Math.random() * pauseMs);
      }
    }
  } finally {
    await client.end();
  }
}

async function bringUp(client: Client, log: Log, folder: string): Promise<void> {
  const known = await knownMigrations(folder);
  const run = await runMigrations(client);
  const unknown = run.filter((name) => !known.includes(name));
  refuseContracted(unknown);
  if (unknown.length > 0) log.info('database-is-newer', { migrations: unknown.length });
  const contract = known.find((name) => name.endsWith(CONTRACT) && !run.includes(name));
  if (contract !== undefined && run.length > 0) await refuseWhileNeeded(client, contract);
  const done = await runner({
    dbClient: client,
    dir: folder,
    direction: 'up',
    migrationsTable: 'migrations',
    count: Number.POSITIVE_INFINITY,
    checkOrder: true,
    noLock: true,
    logger: { debug() {}, info() {}, warn: (text) => log.warn('migration', { text }), error() {} },
  });
  for (const { name } of done) log.info('migrated', { name });
}

/** Names without `.sql`, in order. */
async function knownMigrations(folder: string): Promise<string[]> {
  return (await readdir(folder)).map((file) => basename(file, '.sql')).sort();
}

/** The last one that this program knows. */
export async function newestMigration(): Promise<string> {
  return (await knownMigrations(MIGRATIONS)).at(-1)!;
}

/**
 * To be called as a node says that it runs, in that transaction: from its commit on nothing is taken away from it, and what was taken away
 * until then is seen. @throws AppError conflict
 */
export async function refuseTakenAway(tx: Transaction): Promise<void> {
  await tx.rows('SELECT pg_advisory_xact_lock_shared($1)', [PG_MIGRATE_LOCK_ID]);
  const rows = await tx.rows<{ name: string }>('SELECT name FROM migrations');
  const known = await knownMigrations(MIGRATIONS);
  refuseContracted(rows.flatMap(({ name }) => (known.includes(name) ? [] : [name])));
}

async function runMigrations(client: Client): Promise<string[]> {
  const { rows: found } = await client.query<{ there: boolean }>(`SELECT to_regclass('migrations') IS NOT NULL AS there`);
  if (!found[0]!.there) return [];
  const { rows } = await client.query<{ name: string }>('SELECT name FROM migrations ORDER BY id');
  return rows.map(({ name }) => name);
}

function refuseContracted(unknown: readonly string[]): void {
  if (!unknown.some((name) => name.endsWith(CONTRACT))) return;
  throw new AppError(
    'conflict',
    'A newer version of this server has changed the database in a way that this version cannot work with. Nothing was changed now. ' +
      'Start the newer version, or restore the backup from before it (docs/deploy-server.md, Upgrading).',
  );
}

async function refuseWhileNeeded(client: Client, contract: string): Promise<void> {
  const { rows: columns } = await client.query<{ name: string }>(
    `SELECT column_name AS name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = 'nodes'`,
  );
  if (columns.length === 0) return;
  // Nodes of before there was that column know nothing of what came after it.
  const knows = columns.some(({ name }) => name === 'knows') ? 'knows' : `''`;
  const { rows } = await client.query<{ count: string }>(
    `SELECT count(*) AS count FROM nodes WHERE seen_at > now() - make_interval(secs => $1) AND coalesce(${knows}, '') < $2`,
    [ALIVE_SECONDS, contract],
  );
  const count = Number(rows[0]!.count);
  if (count === 0) return;
  throw new AppError(
    'conflict',
    `This version takes away from the database what an older one needs, and ${count === 1 ? 'one node' : `${count} nodes`} of an older one ` +
      'still run on it. Nothing was changed. Stop them, then start this one (docs/deploy-server.md, Upgrading).',
  );
}

function inUse(): AppError {
  return new AppError(
    'unavailable',
    'The database could not be brought up to date: something else keeps one of its tables to itself, a long query or a backup perhaps. ' +
      'Nothing of it was half done. End that, and start again.',
  );
}

/** Waited too long for a table, or was chosen to give way to somebody. */
function isInTheWay(error: unknown): boolean {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === '55P03' || code === '40P01';
}
