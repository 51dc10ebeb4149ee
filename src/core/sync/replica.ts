import * as Y from 'yjs';

import { encodeClocks } from '#shared/update-codec.ts';

import type { Store } from '../storage/database.ts';
import { readReplica } from '../storage/documents.ts';

const SLICE_MS = 4;

/** Loads a replica a slice at a time; what is added meanwhile is loaded too. Returns the id of its last row, 0 without one. */
export function loadReplica(store: Store, name: string, doc: Y.Doc): Promise<number> {
  // One transaction: Yjs tidies up once rather than once a row.
  return eachRow(
    store,
    name,
    (bytes) => Y.applyUpdate(doc, bytes),
    (slice) => doc.transact(slice),
  );
}

/**
 * Fills a document with how far a replica goes, and with none of what it says: each client's structs stand there as one that was
 * collected. That is all it takes to be in step with the server and to write on, since the entries of a thread refer to nothing in it;
 * what they say is in the projection. A thread's messages as objects were half a megabyte each time that one was opened.
 */
export async function loadClocks(store: Store, name: string, doc: Y.Doc): Promise<void> {
  const clocks = new Map<number, number>();
  await eachRow(store, name, (bytes) => {
    const { from, to } = Y.parseUpdateMeta(bytes);
    for (const [client, end] of to) {
      const have = clocks.get(client) ?? 0;
      // Behind a gap nothing counts as there: the server sends it again.
      if (from.get(client)! <= have && end > have) clocks.set(client, end);
    }
  });
  if (clocks.size > 0) Y.applyUpdate(doc, encodeClocks(clocks));
}

async function eachRow(
  store: Store,
  name: string,
  take: (bytes: Uint8Array) => void,
  around: (slice: () => void) => void = (slice) => slice(),
): Promise<number> {
  let last = 0;
  for (;;) {
    // Before the first row too: whoever opens a thread is answered first.
    await new Promise<void>((resolve) => setImmediate(resolve));
    const rows = readReplica(store, name, last, 200);
    if (rows.length === 0) return last;
    const end = performance.now() + SLICE_MS;
    around(() => {
      for (const row of rows) {
        take(row.bytes);
        last = row.id;
        if (performance.now() > end) break;
      }
    });
  }
}
