import { compact } from '../storage/compact.ts';
import type { Database } from '../storage/database.ts';
import { createMerger, type Merger } from '../sync/merger.ts';

/** All documents that there are. */
export async function compactAll(db: Database): Promise<void> {
  const documents = await db.read((reader) => reader.rows<{ id: number }>('SELECT id FROM documents ORDER BY id'));
  await merging(async (merge) => {
    for (const { id } of documents) await compact(db, id, merge);
  });
}

/** Compacts a document as the server would some time later. False when it had changed meanwhile. */
export function compactNow(db: Database, documentId: number): Promise<boolean> {
  return merging((merge) => compact(db, documentId, merge));
}

/** It merges in a thread of its own, whose start takes far longer than a document. */
async function merging<T>(work: (merge: Merger['merge']) => Promise<T>): Promise<T> {
  const merger = createMerger();
  try {
    return await work(merger.merge);
  } finally {
    await merger.stop();
  }
}
