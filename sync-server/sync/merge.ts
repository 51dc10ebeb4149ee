import * as Y from 'yjs';

/** Updates of one document as one. One document, one transaction: merging updates flat is quadratic. */
export function merge(updates: readonly Uint8Array[]): Uint8Array {
  const doc = new Y.Doc();
  doc.transact(() => {
    for (const update of updates) Y.applyUpdate(doc, update);
  });
  const merged = Y.encodeStateAsUpdate(doc);
  doc.destroy();
  return merged;
}
