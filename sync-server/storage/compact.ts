import type { Database, Reader } from './database.ts';
import { asBuffer } from './log.ts';

/** Which of these documents have a log of more than `rows`; of all documents when none are named, which reads the whole index. */
export async function documentsToCompact(
  reader: Reader,
  rows: number,
  { among, limit }: { among: readonly number[] | null; limit: number },
): Promise<number[]> {
  const found = await reader.rows<{ document_id: number }>(
    `SELECT document_id FROM document_log WHERE $3::bigint[] IS NULL OR document_id = ANY ($3::bigint[])
     GROUP BY document_id HAVING count(*) > $1 ORDER BY count(*) DESC LIMIT $2`,
    [rows, limit, among],
  );
  return found.map(({ document_id }) => document_id);
}

/** Makes one update of the updates of one document, in their order. */
export type Merge = (updates: readonly Uint8Array[]) => Promise<Uint8Array>;

/**
 * Merges a document's log into its snapshot. The rows are read and merged outside of the transaction that stores the result; it
 * stores nothing when another compaction or a removal changed what was read meanwhile.
 */
export async function compact(db: Database, documentId: number, merge: Merge): Promise<boolean> {
  const read = await db.read(async (reader) => {
    const [document] = await reader.rows<{ snapshot: Buffer | null; snapshot_n: number; gone: number }>(
      `SELECT d.snapshot, d.snapshot_n, (SELECT count(*) FROM document_deletes x WHERE x.document_id = d.id) AS gone
       FROM documents d WHERE d.id = $1`,
      [documentId],
    );
    const rows = await reader.rows<{ n_from: number; n_to: number; update: Buffer }>(
      'SELECT n_from, n_to, update FROM document_log WHERE document_id = $1 ORDER BY n_to',
      [documentId],
    );
    return { document, rows };
  });
  const { document, rows } = read;
  // The two reads are apart: a compaction in between would show as a gap.
  if (!document || rows.length === 0 || rows[0]!.n_from !== document.snapshot_n) return false;
  const snapshot = await merge([...(document.snapshot ? [document.snapshot] : []), ...rows.map(({ update }) => update)]);
  const upTo = rows.at(-1)!.n_to;
  return db.transact(async (tx) => {
    // The row's lock is the one that commits take: a removal is either seen in the count, or comes after and finds the snapshot.
    const [now] = await tx.rows<{ snapshot_n: number }>('SELECT snapshot_n FROM documents WHERE id = $1 FOR NO KEY UPDATE', [
      documentId,
    ]);
    const [deletes] = await tx.rows<{ gone: number }>('SELECT count(*) AS gone FROM document_deletes WHERE document_id = $1', [
      documentId,
    ]);
    if (now?.snapshot_n !== document.snapshot_n || deletes!.gone !== document.gone) return false;
    await tx.rows('UPDATE documents SET snapshot = $2, snapshot_n = $3 WHERE id = $1', [documentId, asBuffer(snapshot), upTo]);
    await tx.rows('DELETE FROM document_log WHERE document_id = $1 AND n_to <= $2', [documentId, upTo]);
    return true;
  });
}
