import { Client, escapeIdentifier } from 'pg';

import { AppError } from '#shared/errors.ts';

/** A row of an existing platform's table: each column as Postgres writes it as text. */
export type Cells = Readonly<Record<string, string | null>>;

/** The database of an existing platform, open for reading as of one moment. Nothing can be written through it. */
export type PlatformDatabase = {
  /** The columns of each table that it has, by the table's name. */
  columns: ReadonlyMap<string, readonly string[]>;
  /** Tables that are there and may not be read by this user. */
  denied: readonly string[];
  /** In portions. `order`: columns of the table. */
  rows(table: string, columns: readonly string[], order: readonly string[]): AsyncGenerator<Cells[]>;
  /** The highest number in a column up to a limit; 0 when there is none. */
  most(table: string, column: string, limit: number): Promise<number>;
  close(): Promise<void>;
};

const ROWS_AT_ONCE = 2_000;

/** @throws AppError unavailable, when it can't be reached or doesn't let us in */
export async function openPlatformDatabase(url: string): Promise<PlatformDatabase> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000, application_name: 'trialogue import' });
  // A connection that breaks between two statements is told by the next one.
  client.on('error', () => {});
  try {
    await client.connect();
    // One moment for all tables; and whatever happens here, Postgres itself refuses to write.
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await client.query(
      `SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO'; SET LOCAL statement_timeout = 0;
       SET LOCAL idle_in_transaction_session_timeout = 0`,
    );
    const { rows: found } = await client.query<{ name: string; columns: string[] }>(
      `SELECT table_name AS name, array_agg(column_name::text) AS columns FROM information_schema.columns
       WHERE table_schema = current_schema() GROUP BY table_name`,
    );
    const { rows: closed } = await client.query<{ name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'm')
         AND NOT has_table_privilege(oid, 'SELECT')`,
    );
    const denied = closed.map(({ name }) => name);
    return { columns: new Map(found.map((row) => [row.name, row.columns])), denied, rows, most, close: () => client.end() };
  } catch (error) {
    await client.end().catch(() => {}); // what failed is told below
    throw new AppError('unavailable', `The platform's database could not be read: ${whyOf(error)}. Nothing was imported.`);
  }

  async function ask(sql: string, values: unknown[] = []): Promise<{ rows: Record<string, string | null>[] }> {
    try {
      return await client.query<Record<string, string | null>>(sql, values);
    } catch (error) {
      throw new AppError(
        'unavailable',
        `The platform's database did not answer: ${whyOf(error)}. What was imported stays; run it again.`,
      );
    }
  }

  async function most(table: string, column: string, limit: number): Promise<number> {
    const name = escapeIdentifier(column);
    const { rows: found } = await ask(
      `SELECT coalesce(max(${name}), 0)::text AS most FROM ${escapeIdentifier(table)} WHERE ${name} <= $1`,
      [limit],
    );
    return Number(found[0]!.most);
  }

  async function* rows(table: string, columns: readonly string[], order: readonly string[]): AsyncGenerator<Cells[]> {
    const cursor = escapeIdentifier(`all_${table}`);
    const wanted = columns.map((name) => `${escapeIdentifier(name)}::text AS ${escapeIdentifier(name)}`).join(', ');
    // By the table's own columns: what is selected has the same names and is text, which sorts otherwise.
    const by = order.map((name) => `t.${escapeIdentifier(name)}`).join(', ');
    await ask(`DECLARE ${cursor} NO SCROLL CURSOR FOR SELECT ${wanted} FROM ${escapeIdentifier(table)} t ORDER BY ${by}`);
    for (;;) {
      const { rows: some } = await ask(`FETCH ${ROWS_AT_ONCE} FROM ${cursor}`);
      if (some.length > 0) yield some;
      if (some.length < ROWS_AT_ONCE) break;
    }
    await ask(`CLOSE ${cursor}`);
  }
}

/** In words; an address that can't be reached has a code alone. */
function whyOf(error: unknown): string {
  if (error instanceof Error && error.message !== '') return error.message;
  return String((error as { code?: unknown }).code);
}
