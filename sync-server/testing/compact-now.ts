import { compact } from '../storage/compact.ts';
import type { Database } from '../storage/database.ts';
import { createMerger } from '../sync/merger.ts';

/** All documents that there are. */
export async function compactAll(db: Database): Promise<void> {
  const documents = await db.read((reader) => reader.rows<{ id: number }>('SELECT id FROM documents ORDER BY id'));
  for (const { id } of documents) await compactNow(db, id);
}

/** Compacts a document as the server would some time later. False when it had changed meanwhile. */
export async function compactNow(db: Database, documentId: number): Promise<boolean> {
  const merger = createMerger();
  try {
    return await compact(db, documentId, merger.merge);
  } finally {
    await merger.stop();
  }
}
