import * as Y from 'yjs';

import type { Store } from '../storage/database.ts';
import { compactReplica } from '../storage/documents.ts';
import { loadReplica } from './replica.ts';

/**
 * Puts one snapshot in the place of a replica's rows. Needed when the server emptied an entry: the older rows still hold
 * its words. Yjs drops them as it merges.
 */
export async function compact(store: Store, name: string): Promise<void> {
  const doc = new Y.Doc({ gc: true });
  const last = await loadReplica(store, name, doc);
  if (last > 0) compactReplica(store, name, last, Y.encodeStateAsUpdate(doc));
  doc.destroy();
}
