import type { StructId } from '#shared/update-codec.ts';

import { emptyStructs } from '../sync/raw-update.ts';
import { givenRows } from './asked.ts';
import { column } from './columns.ts';
import type { Reader, Transaction } from './database.ts';
import { Together } from './together.ts';

/** One row of a document's log: it leads from `from` to `to` of the server's clock (decision 0001). */
export type LogRow = { documentId: number; from: number; to: number; update: Uint8Array };

export type LogPage = { rows: LogRow[]; n: number; more: boolean };
export type LogPlace = { documentId: number; after: number };

const PAGE_BYTES = 1024 * 1024;
/** Of each page, of however many that are read at once. */
const PAGE_BYTES_LEAST = 64 * 1024;

/** The log after `after`: the snapshot first where it is needed, then rows, at most about `mostBytes` at a time. */
export async function readLog(sql: Reader, documentId: number, after: number, mostBytes = PAGE_BYTES): Promise<LogPage> {
  return (await readPages(sql, [{ documentId, after }], mostBytes, null))[0]!;
}

/** A page of each of these logs; together they have about as much as one alone. `null`: its snapshot is too long for that, read it alone. */
export function readLogs(sql: Reader, places: readonly LogPlace[]): Promise<(LogPage | null)[]> {
  const share = Math.max(PAGE_BYTES_LEAST, Math.floor(PAGE_BYTES / places.length));
  return readPages(sql, places, share, share);
}

async function readPages(
  sql: Reader,
  places: readonly LogPlace[],
  mostBytes: number,
  mostOfSnapshot: number | null,
): Promise<(LogPage | null)[]> {
  const { given, values } = givenRows(
    ['int', 'bigint', 'bigint'],
    places.map(({ documentId, after }, place) => [place, documentId, after]),
  );
  // In one statement: the document as it stands (`n`; its snapshot where that is needed), then rows. A compaction is seen whole or not at all.
  const found = await sql.rows<{
    place: number;
    n: number | null;
    alone: boolean;
    n_from: number;
    n_to: number;
    update: Buffer | null;
  }>(
    `SELECT k.place, page.* FROM ${given} AS k (place, document, after) CROSS JOIN LATERAL (
       WITH d AS (SELECT n, snapshot_n, snapshot_n > k.after AND octet_length(snapshot) > $5 IS TRUE AS alone,
           CASE WHEN snapshot_n > k.after AND octet_length(snapshot) > $5 IS NOT TRUE THEN snapshot END AS snapshot
         FROM documents WHERE id = k.document)
       SELECT n, alone, 0::bigint AS n_from, snapshot_n AS n_to, snapshot AS update FROM d
       UNION ALL SELECT NULL, false, n_from, n_to, update FROM (
         SELECT n_from, n_to, update, sum(octet_length(update)) OVER (ORDER BY n_to) - octet_length(update) AS before
         FROM document_log WHERE document_id = k.document AND n_to > greatest(k.after, (SELECT snapshot_n FROM d))
           AND NOT (SELECT alone FROM d) ORDER BY n_to LIMIT 500) later
       WHERE before < $4) page`,
    [...values, mostBytes, mostOfSnapshot],
  );
  const byPlace = Map.groupBy(found, ({ place }) => place);
  return places.map(({ documentId, after }, place) => {
    const rowsOf = byPlace.get(place) ?? [];
    const document = rowsOf.find(({ n }) => n !== null);
    if (!document) return { rows: [], n: after, more: false };
    if (document.alone) return null;
    const rows: LogRow[] = [];
    if (document.update !== null) rows.push({ documentId, from: 0, to: document.n_to, update: document.update });
    const later = rowsOf.filter(({ n }) => n === null).sort((a, b) => a.n_to - b.n_to);
    for (const row of later) rows.push({ documentId, from: row.n_from, to: row.n_to, update: row.update! });
    const reached = rows.at(-1)?.to ?? after;
    return { rows, n: reached, more: reached < document.n! };
  });
}

export async function appendLog(sql: Transaction, rows: readonly LogRow[]): Promise<void> {
  const writes = new Together();
  addLog(writes, rows);
  await writes.run(sql);
}

export function addLog(to: Together, rows: readonly LogRow[]): void {
  to.add(
    'log',
    `INSERT INTO document_log (document_id, n_from, n_to, update)
     SELECT * FROM unnest(${to.value(column(rows, 'documentId'))}::bigint[], ${to.value(column(rows, 'from'))}::bigint[],
       ${to.value(column(rows, 'to'))}::bigint[], ${to.value(rows.map(({ update }) => asBuffer(update)))}::bytea[])`,
  );
}

export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Rewrites whatever of the log or the snapshot holds these structs, without their content. The document's row must be locked. */
export async function emptyInLog(sql: Transaction, documentId: number, ids: readonly StructId[]): Promise<void> {
  const rows = await sql.rows<{ n_to: string; update: Buffer }>('SELECT n_to, update FROM document_log WHERE document_id = $1', [
    documentId,
  ]);
  for (const row of rows) {
    const emptied = emptyStructs(row.update, ids);
    if (emptied) {
      await sql.rows('UPDATE document_log SET update = $3 WHERE document_id = $1 AND n_to = $2', [
        documentId,
        row.n_to,
        asBuffer(emptied),
      ]);
    }
  }
  const document = await sql.rows<{ snapshot: Buffer | null }>('SELECT snapshot FROM documents WHERE id = $1', [documentId]);
  const snapshot = document[0]?.snapshot;
  const emptied = snapshot ? emptyStructs(snapshot, ids) : null;
  if (emptied) await sql.rows('UPDATE documents SET snapshot = $2 WHERE id = $1', [documentId, asBuffer(emptied)]);
}
