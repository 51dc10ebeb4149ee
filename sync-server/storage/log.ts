import type { StructId } from '#shared/update-codec.ts';

import { emptyStructs } from '../sync/raw-update.ts';
import { column } from './columns.ts';
import type { Reader, Transaction } from './database.ts';
import { Together } from './together.ts';

/** One row of a document's log: it leads from `from` to `to` of the server's clock (decision 0001). */
export type LogRow = { documentId: number; from: number; to: number; update: Uint8Array };

/** Of each document, how far it is committed, per client id. */
export async function stateVector(sql: Reader, documentId: number): Promise<Map<number, number>> {
  const found = await sql.rows<{ client_id: string; next_clock: string }>(
    `SELECT client_id, next_clock FROM document_clocks WHERE document_id = $1 AND client_id <> 1
     UNION ALL SELECT 1, n FROM documents WHERE id = $1 AND n > 0`,
    [documentId],
  );
  return new Map(found.map((row) => [Number(row.client_id), Number(row.next_clock)]));
}

/** The log after `after`: the snapshot first where it is needed, then rows, at most about `mostBytes` at a time. */
export async function readLog(
  sql: Reader,
  documentId: number,
  after: number,
  mostBytes = 1024 * 1024,
): Promise<{ rows: LogRow[]; n: number; more: boolean }> {
  const head = await sql.rows<{ n: string; snapshot_n: string; snapshot: Buffer | null }>(
    'SELECT n, snapshot_n, CASE WHEN snapshot_n > $2 THEN snapshot END AS snapshot FROM documents WHERE id = $1',
    [documentId, after],
  );
  const document = head[0];
  if (!document) return { rows: [], n: after, more: false };
  const rows: LogRow[] = [];
  let reached = after;
  if (document.snapshot !== null) {
    reached = Number(document.snapshot_n);
    rows.push({ documentId, from: 0, to: reached, update: document.snapshot });
  }
  const found = await sql.rows<{ n_from: string; n_to: string; update: Buffer }>(
    `SELECT n_from, n_to, update FROM (
       SELECT n_from, n_to, update, sum(octet_length(update)) OVER (ORDER BY n_to) - octet_length(update) AS before
       FROM document_log WHERE document_id = $1 AND n_to > $2 ORDER BY n_to LIMIT 500) page
     WHERE before < $3 ORDER BY n_to`,
    [documentId, reached, mostBytes],
  );
  for (const row of found) {
    // Compaction may come between the two statements: what it took away is then in the next page's snapshot.
    if (Number(row.n_from) > reached) return { rows, n: reached, more: true };
    reached = Number(row.n_to);
    rows.push({ documentId, from: Number(row.n_from), to: reached, update: row.update });
  }
  return { rows, n: reached, more: reached < Number(document.n) };
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
