import { open } from 'node:fs/promises';

import { AppError } from '#shared/errors.ts';

import type { ImportBench, StagedMessage } from '../../storage/import-bench.ts';
import type { Cells } from '../../storage/platform-database.ts';
import { readLines } from '../import/lines.ts';
import { readCopyHeader, readCopyRow, type CopyHeader } from './copy-text.ts';
import type { Report } from './report.ts';
import type { PlatformSource } from './source.ts';
import { columnsOf, isPlatformTable, readTime, type PlatformTable } from './tables.ts';

const MESSAGES_AT_ONCE = 2_000;
const ID = /^[1-9]\d{0,14}$/;

/**
 * Reads a plain dump (`pg_dump`, gzipped or not) once, from its beginning to its end. Of the tables that are needed by key the wanted
 * columns stay in memory; messages, which come in no order, are sorted by the bench.
 * @throws AppError when it is no plain dump, or breaks off
 */
export async function openDump(path: string, bench: ImportBench, report: Report): Promise<PlatformSource> {
  await refuseArchive(path);
  const columns = new Map<string, string[]>();
  const schemas = new Map<string, string | null>();
  const tables = new Map<PlatformTable, Cells[]>();
  let staged: StagedMessage[] = [];
  let block: Block | null = null;
  let hasInserts = false;

  async function take(table: PlatformTable, cells: Cells): Promise<void> {
    if (table !== 'message') {
      tables.get(table)!.push(cells);
      return;
    }
    const message = toStaged(cells);
    if (message === null) {
      report.leave('message', cells.messageID ?? '?', 'has no proper id, conversation or time');
      return;
    }
    staged.push(message);
    if (staged.length >= MESSAGES_AT_ONCE) await stage();
  }

  async function stage(): Promise<void> {
    const some = staged;
    staged = [];
    if (some.length === 0) return;
    const taken = await bench.stage(some);
    // Of two in one portion the first was taken.
    for (const { id } of some) if (!taken.delete(id)) report.leave('message', id, 'is there twice');
  }

  for await (const raw of readLines(path)) {
    // A dump that was written on Windows; a return within a cell is escaped.
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    if (block === null) {
      const header = readCopyHeader(line);
      if (header) block = begin(header);
      else if (encodingOf(line) !== null)
        throw new AppError(
          'bad-request',
          `${path} is in ${encodingOf(line)}. Make it in UTF-8: pg_dump --encoding=UTF8. Nothing was imported.`,
        );
      else if (!hasInserts) hasInserts = /^INSERT INTO (?:\w+\.)?(?:conversation|message) /.test(line);
      else continue;
      if (!block?.table) continue;
      const { table } = block;
      if (schemas.has(table) && schemas.get(table) !== header!.schema)
        throw new AppError(
          'bad-request',
          `The dump holds the table "${table}" of two schemas. Dump one: pg_dump --schema=<name>.`,
        );
      schemas.set(table, header!.schema);
      columns.set(table, header!.columns);
      if (!tables.has(table)) tables.set(table, []);
    } else if (line === '\\.') {
      block = null;
    } else if (block.table !== null) {
      const { table, width, places } = block;
      const row = readCopyRow(line);
      if (row.length !== width)
        report.leave(table, row[0] ?? '?', `has ${row.length} cells where its table has ${width} columns`);
      else await take(table, Object.fromEntries(places.map(([name, place]) => [name, row[place] ?? null])));
    }
  }
  if (block !== null)
    throw new AppError('bad-request', `${path} breaks off in the midst of a table. Make the dump again. Nothing was imported.`);
  if (columns.size === 0) {
    throw new AppError(
      'bad-request',
      hasInserts
        ? `${path} was made with --inserts. Make it without, so that its rows come as COPY blocks. Nothing was imported.`
        : `${path} is no plain dump of the platform: none of its tables is in it. Make it by: pg_dump --format=plain --file=dump.sql <database>.`,
    );
  }
  await stage();
  return {
    columns,
    async *rows(table) {
      const rows = tables.get(table);
      tables.delete(table); // each is read once
      if (rows && rows.length > 0) yield rows;
    },
    messages: () => bench.staged(),
    newestMessage: (limit) => bench.newest(limit),
    close: async () => {},
  };
}

/** `table`: `null` where it isn't wanted. `places`: the wanted columns, and where they stand. */
type Block = { table: PlatformTable | null; width: number; places: [name: string, place: number][] };

function begin({ table, columns }: CopyHeader): Block {
  if (!isPlatformTable(table)) return { table: null, width: 0, places: [] };
  const wanted = columnsOf(table).wanted.filter((name) => columns.includes(name));
  return { table, width: columns.length, places: wanted.map((name) => [name, columns.indexOf(name)]) };
}

/** `null` for a message that can't be put in order. */
function toStaged(cells: Cells): StagedMessage | null {
  const { messageID: id, conversationID_id: conversation, createdAt: at } = cells;
  if (!id || !conversation || !at || !ID.test(id) || !ID.test(conversation) || readTime(at) === null) return null;
  return { conversation: Number(conversation), id: Number(id), at, cells };
}

/** The encoding that a line of the dump sets, if it is another one than ours. */
function encodingOf(line: string): string | null {
  const encoding = /^SET client_encoding = '(.*)';$/.exec(line)?.[1] ?? 'UTF8';
  return encoding === 'UTF8' || encoding === 'SQL_ASCII' ? null : encoding;
}

/** Dumps of the other formats are no text. */
async function refuseArchive(path: string): Promise<void> {
  let beginning: Buffer;
  try {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(512), 0, 512, 0);
      beginning = buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT')
      throw new AppError('not-found', `There is no file ${path}. (A live database is named as postgres://…)`);
    if (code === 'EISDIR') throw new AppError('bad-request', `${path} is a folder. ${CONVERT}`);
    if (code === 'EACCES') throw new AppError('not-found', `${path} may not be read by this user.`);
    throw error;
  }
  const isCustom = beginning.subarray(0, 5).toString('latin1') === 'PGDMP';
  const isTar = beginning.subarray(257, 262).toString('latin1') === 'ustar';
  if (isCustom || isTar)
    throw new AppError('bad-request', `${path} is a dump of the ${isCustom ? 'custom' : 'tar'} format. ${CONVERT}`);
}

const CONVERT = 'Turn it into plain SQL first: pg_restore -f dump.sql <this dump>. Nothing was imported.';
