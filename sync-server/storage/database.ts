import { createHash } from 'node:crypto';

import {
  Pool,
  types,
  type CustomTypesConfig,
  type PoolClient,
  type QueryConfig,
  type QueryResult,
  type QueryResultRow,
} from 'pg';

import { AppError } from '#shared/errors.ts';

import type { Log } from '../log.ts';
import type { Sql } from './feed.ts';

/** What SQL may be written against. `int8` comes as number, `timestamptz` as Date, `date` as `YYYY-MM-DD`. */
export type Reader = Sql & {
  rows<Row extends QueryResultRow = QueryResultRow>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
};

/** Only `transact` gives one, so that a function that writes can't be called outside of a transaction. */
export type Transaction = Reader & {
  readonly writes: true;
  /** Its statements are the last ones: the commit goes right behind them, without waiting for their answers. */
  last<T>(statements: () => Promise<T>): Promise<T>;
};

/** The only doors to Postgres. */
export type Database = {
  read<T>(work: (db: Reader) => Promise<T>): Promise<T>;
  /** Commits when `work` is done, rolls back when it throws. After a deadlock `work` runs again, so it must have no other effects. */
  transact<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** Of this process. `waiting`: who waits for one. */
  connections(): { open: number; idle: number; waiting: number };
  close(): Promise<void>;
};

const RETRIES = 3;

/**
 * What statements with few, short lists find by an index, however little Postgres knows of their tables: planned once a connection. Left
 * to itself it plans those of a commit anew each time, at half of their cost, and with a general plan reads small tables whole.
 */
const BY_INDEX = `SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET enable_hashjoin = off;
  SET enable_mergejoin = off`;

export type DatabaseOptions = {
  connections?: number;
  /** So many stay connected while nothing is asked, 0 of them without it: to connect costs more than most of what is asked then. */
  kept?: number;
  /** How long those beyond stay, in milliseconds. */
  idleMs?: number;
  /** How long a transaction waited for a connection, in milliseconds. */
  onWaited?: (ms: number) => void;
  /** All statements find their rows by an index. */
  byIndex?: boolean;
};

export function openDatabase(
  url: string,
  log: Log,
  { connections = 16, kept = 0, idleMs = 10_000, onWaited = () => {}, byIndex = false }: DatabaseOptions = {},
): Database {
  const pool = new Pool({
    connectionString: url,
    max: connections,
    min: kept,
    idleTimeoutMillis: idleMs,
    // What stands between may forget a connection on which nothing was said for long.
    keepAlive: true,
    keepAliveInitialDelayMillis: 30_000,
    connectionTimeoutMillis: 10_000,
    types: TYPES,
    pipeline: true,
  });
  // A connection may report more than one error while it breaks, the last ones when nobody waits for it any more. Without a
  // listener that would end the process; the statement, or the pool, was told already.
  pool.on('connect', (client) => {
    client.on('error', () => {});
    // It fails only with the connection, and so does what comes next.
    if (byIndex) client.query(BY_INDEX).catch(() => {});
  });
  // An idle connection that breaks; the next query gets a new one.
  pool.on('error', (error) => log.warn('postgres-connection-lost', { code: codeOf(error) ?? error.message }));

  const nameOf = statementNames();
  const reader = readerOf(pool, nameOf);

  async function attempt<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const askedAt = performance.now();
    const client = await pool.connect();
    onWaited(performance.now() - askedAt);
    let broken: Error | undefined;
    // A connection that is lost between two statements has no query to fail, and would end the process.
    let lost: Error | undefined;
    const onLost = (error: Error): void => {
      lost ??= error;
    };
    client.on('error', onLost);
    try {
      // Not waited for: it goes out together with what comes first. It fails only with the connection, and so do they.
      const { stream } = client.connection;
      stream.cork();
      process.nextTick(() => stream.uncork());
      client.query('BEGIN', () => {});
      let committed: Promise<unknown> | null = null;
      const result = await work({
        writes: true,
        ...readerOf(client, nameOf),
        async last(statements) {
          stream.cork();
          const answer = statements();
          // Where one of them failed, Postgres rolls back instead, and its failure is what is told.
          committed = order(client, 'COMMIT');
          committed.catch(() => {});
          stream.uncork();
          return answer;
        },
      });
      await (committed ?? order(client, 'COMMIT'));
      return result;
    } catch (error) {
      broken = lost ?? (await rollBack(client)) ?? (codeOf(error) === READ_ONLY ? (error as Error) : undefined);
      throw lost ?? error;
    } finally {
      client.off('error', onLost);
      client.release(broken);
    }
  }

  return {
    read: (work) => translated(() => work(reader)),
    transact: (work) =>
      translated(async () => {
        for (let left = RETRIES; ; left--) {
          try {
            return await attempt(work);
          } catch (error) {
            if (left === 0 || !isConflict(error)) throw error;
          }
        }
      }),
    connections: () => ({ open: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
    close: () => pool.end(),
  };
}

function readerOf(to: Pool | PoolClient, nameOf: (text: string) => string): Reader {
  return {
    query: <R extends QueryResultRow>(text: string, values?: unknown[]) => to.query<R>(text, values),
    rows: async <R extends QueryResultRow>(text: string, values?: readonly unknown[]) =>
      (await order<R>(to, values ? { name: nameOf(text), text, values: [...values] } : { text })).rows,
  };
}

/**
 * By the callback: what a query had and gave outlives it until the next full collection when pg's own promise is waited for, which made
 * each small collection ten times as long (7 ms instead of 0.7) and the heap grow by 20 kB a message.
 */
function order<R extends QueryResultRow>(to: Pool | PoolClient, query: string | QueryConfig): Promise<QueryResult<R>> {
  return new Promise((resolve, reject) => {
    to.query<R>(query as QueryConfig, (error: Error | undefined, result) => (error ? reject(error) : resolve(result)));
  });
}

/**
 * Statements with values are prepared once a connection: planning costs more than most of them. Their texts are constants of
 * the program, so that there are not many. A text is known by its hash, as Postgres keeps 63 bytes of a name.
 */
function statementNames(): (text: string) => string {
  const names = new Map<string, string>();
  return (text) => {
    const known = names.get(text);
    if (known !== undefined) return known;
    const name = createHash('sha1').update(text).digest('base64url');
    names.set(text, name);
    return name;
  };
}

/** The error when even that doesn't work: then this connection isn't to be used again. */
async function rollBack(client: PoolClient): Promise<Error | undefined> {
  try {
    await client.query('ROLLBACK');
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

async function translated<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isUnavailable(error)) {
      const known = new AppError('unavailable', 'The server cannot reach its database just now. Nothing is lost; try again.');
      known.cause = error;
      throw known;
    }
    if (UNSTORABLE.has(codeOf(error) ?? ''))
      throw new AppError('bad-request', 'This holds a character that cannot be stored (NUL).');
    throw error;
  }
}

/** What `pg` says without a code. */
const LOST = /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/i;
/** What a database says that was the one to write to until another took over, for as long as one stays connected to it. */
const READ_ONLY = '25006';
const GONE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'ETIMEDOUT',
  'EPIPE',
  '57P01',
  '57P02',
  '57P03',
  '53300',
  READ_ONLY,
]);

/** A NUL in a text, and in JSON. */
const UNSTORABLE = new Set(['22021', '22P05']);

/** Whether Postgres could not be reached, as against: it was asked something wrong. */
export function isUnavailable(error: unknown): boolean {
  const code = codeOf(error);
  if (code !== undefined) return GONE.has(code) || code.startsWith('08');
  return error instanceof Error && LOST.test(error.message);
}

function isConflict(error: unknown): boolean {
  const code = codeOf(error);
  return code === '40P01' || code === '40001';
}

export function isDuplicate(error: unknown): boolean {
  return codeOf(error) === '23505';
}

/** Whether what was to be written can't be, however often it is tried: as against a lost connection, or a deadlock. */
export function isUnwritable(error: unknown): boolean {
  return /^2[23]/.test(codeOf(error) ?? '');
}

function codeOf(error: unknown): string | undefined {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

const TYPES: CustomTypesConfig = {
  getTypeParser: (oid, format) => {
    if (oid === types.builtins.INT8) return parseInt8;
    if (oid === types.builtins.DATE) return (value: string) => value;
    return types.getTypeParser(oid, format) as (value: string) => unknown;
  },
};

function parseInt8(value: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new Error('a bigint of the database is beyond what a number holds');
  return number;
}

/** Asks Postgres for nothing, to see that it answers. */
export async function ping(db: Reader): Promise<void> {
  await db.rows('SELECT 1');
}
