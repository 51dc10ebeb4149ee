import { AppError } from '#shared/errors.ts';

import type { ImportBench } from '../../storage/import-bench.ts';
import { openPlatformDatabase, type Cells } from '../../storage/platform-database.ts';
import { openDump } from './dump.ts';
import type { Report } from './report.ts';
import { columnsOf, PLATFORM_TABLES, REQUIRED_TABLES, TABLE_NAMES, type PlatformRow, type PlatformTable } from './tables.ts';

/** One way to read the platform, whatever it is read from. */
export type PlatformSource = {
  /** Older platforms lack some tables and columns. */
  columns: ReadonlyMap<string, readonly string[]>;
  /** A table but `message`, in portions. */
  rows(table: PlatformTable): AsyncIterable<Cells[]>;
  /** In portions, by conversation, time and id. */
  messages(): AsyncIterable<Cells[]>;
  /** The highest id of a message up to a limit; 0 when there is none. */
  newestMessage(limit: number): Promise<number>;
  close(): Promise<void>;
};

/** @throws AppError when it can't be read, or is no such platform */
export async function openSource(place: string, bench: ImportBench, report: Report): Promise<PlatformSource> {
  const source = /^postgres(ql)?:\/\//.test(place) ? await openLive(place) : await openDump(place, bench, report);
  const missing = missingIn(source.columns);
  if (missing === null) return source;
  await source.close();
  throw new AppError('bad-request', `${missing}: this is not the platform's database, or not all of it. Nothing was imported.`);
}

async function openLive(url: string): Promise<PlatformSource> {
  const database = await openPlatformDatabase(url);
  const columns = new Map([...database.columns].filter(([name]) => (TABLE_NAMES as string[]).includes(name)));
  const denied = TABLE_NAMES.find((name) => database.denied.includes(name));
  if (denied !== undefined) {
    await database.close();
    throw new AppError(
      'bad-request',
      `The platform's user may not read the table "${denied}": GRANT SELECT on it. Nothing was imported.`,
    );
  }
  const presentOf = (table: PlatformTable) => columnsOf(table).wanted.filter((name) => columns.get(table)!.includes(name));
  async function* rows(table: PlatformTable): AsyncIterable<Cells[]> {
    if (columns.has(table)) yield* database.rows(table, presentOf(table), [PLATFORM_TABLES[table].key]);
  }
  return {
    columns,
    rows,
    messages: () => database.rows('message', presentOf('message'), ['conversationID_id', 'createdAt', 'messageID']),
    newestMessage: (limit) => database.most('message', 'messageID', limit),
    close: () => database.close(),
  };
}

/** In words, what a platform can't be without; `null` when all is there. */
function missingIn(columns: ReadonlyMap<string, readonly string[]>): string | null {
  const table = REQUIRED_TABLES.find((name) => !columns.has(name));
  if (table !== undefined) return `There is no table "${table}"`;
  for (const name of TABLE_NAMES) {
    const present = columns.get(name);
    const column = present && columnsOf(name).required.find((required) => !present.includes(required));
    if (column !== undefined) return `The table "${name}" has no column "${column}"`;
  }
  return null;
}

/** Reads a row; what can't be read is reported and left. */
export function readRow<T extends PlatformTable>(table: T, cells: Cells, report: Report): PlatformRow<T> | null {
  const { key, shape } = PLATFORM_TABLES[table];
  const parsed = shape.safeParse(cells);
  if (parsed.success) return parsed.data as PlatformRow<T>;
  const { path, message } = parsed.error.issues[0]!;
  const column = path.join('.');
  const why = cells[column] === null ? 'is NULL' : message;
  report.leave(table, cells[key] ?? '?', `"${column}" ${why}`);
  return null;
}

/** All rows of a table that can be read, by its key: the first of two with the same one. */
export async function readTable<T extends PlatformTable>(
  source: PlatformSource,
  table: T,
  report: Report,
): Promise<PlatformRow<T>[]> {
  const { key } = PLATFORM_TABLES[table];
  const rows = new Map<unknown, PlatformRow<T>>();
  for await (const portion of source.rows(table)) {
    for (const cells of portion) {
      const row = readRow(table, cells, report);
      if (row === null) continue;
      if (rows.has(cells[key])) report.leave(table, cells[key] ?? '?', 'is there twice');
      else rows.set(cells[key], row);
    }
  }
  return [...rows.values()];
}
