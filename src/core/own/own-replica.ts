import * as Y from 'yjs';

import { ME_ROOT } from '#shared/documents.ts';
import { ownEntry, type OwnEntry } from '#shared/own.ts';

import type { Store } from '../storage/database.ts';
import { addOwnUpdate, compactOwn, deleteCommittedOwn, ownUpdates, putCommittedOwn } from '../storage/own-values.ts';

/** More updates than these are put together: what was replaced in them goes for good. */
const MOST_UPDATES = 50;

/** The person's own document as the server committed it, in memory and on disk. */
export type OwnReplica = {
  doc: Y.Doc;
  /** Keeps what the server sent, in one transaction with `then`, which is given the keys that changed. */
  take(bytes: Uint8Array, then: (keys: string[]) => void): void;
};

export function loadOwnReplica(store: Store): OwnReplica {
  const doc = new Y.Doc({ gc: true });
  let updates = 0;
  doc.transact(() => {
    for (const bytes of ownUpdates(store)) {
      Y.applyUpdate(doc, bytes);
      updates++;
    }
  });
  const root = doc.getMap(ME_ROOT);
  return {
    doc,
    take(bytes, then) {
      const changed = new Set<string>();
      const note = (event: Y.YMapEvent<unknown>): void => event.keysChanged.forEach((key) => changed.add(key));
      root.observe(note);
      const before = Y.encodeStateVector(doc);
      try {
        Y.applyUpdate(doc, bytes);
      } finally {
        root.unobserve(note);
      }
      // What was here already came once more with a new connection.
      if (changed.size === 0 && Buffer.compare(before, Y.encodeStateVector(doc)) === 0) return;
      store.transactRepeatable(() => {
        addOwnUpdate(store, bytes);
        if (++updates > MOST_UPDATES) {
          compactOwn(store, Y.encodeStateAsUpdate(doc));
          updates = 1;
        }
        for (const key of changed) project(store, key, root.get(key));
        then([...changed]);
      });
    },
  };
}

/** What another program left without a time is as old as can be. */
function entryOf(value: unknown): OwnEntry | null {
  if (value === undefined) return { value: null, at: 0 };
  const entry = ownEntry.safeParse(value);
  if (entry.success) return entry.data;
  const plain = ownEntry.shape.value.safeParse(value);
  return plain.success ? { value: plain.data, at: 0 } : null;
}

function project(store: Store, key: string, value: unknown): void {
  const entry = entryOf(value);
  if (entry) putCommittedOwn(store, key, entry);
}

/** Makes the rows of the own document anew. What waits to be sent stays. */
export function rebuildOwn(store: Store): void {
  deleteCommittedOwn(store);
  const root = loadOwnReplica(store).doc.getMap(ME_ROOT);
  for (const [key, value] of root.entries()) project(store, key, value);
}
