import { compact } from '../storage/compact.ts';
import type { Database } from '../storage/database.ts';
import { createMerger } from '../sync/merger.ts';

/** Compacts a document as the server would some time later. False when it had changed meanwhile. */
export async function compactNow(db: Database, documentId: number): Promise<boolean> {
  const merger = createMerger();
  try {
    return await compact(db, documentId, merger.merge);
  } finally {
    await merger.stop();
  }
}
