import { parseDocumentName } from '#shared/ids.ts';
import { decodeUpdate } from '#shared/update-codec.ts';

import { rebuildOwn } from '../own/own-replica.ts';
import { conversationIds, refreshConversation } from '../storage/conversations.ts';
import type { Store } from '../storage/database.ts';
import { allDocuments, readReplica } from '../storage/documents.ts';
import { deleteAcceptedRows } from '../storage/items.ts';
import { noChanges, writeRows, type Self } from './apply.ts';
import { project } from './project.ts';

const ROWS = 200;

/** Makes all rows anew from the replicas, in one transaction. What waits in the outbox stays as it is. Returns how much there was. */
export function rebuild(store: Store, self: Self): { threads: number; messages: number } {
  return store.transact(() => {
    deleteAcceptedRows(store);
    const changes = noChanges();
    for (const name of allDocuments(store)) {
      const ref = parseDocumentName(name);
      if (ref?.kind !== 'thread') continue;
      let last = 0;
      for (let rows = readReplica(store, name, last, ROWS); rows.length > 0; rows = readReplica(store, name, last, ROWS)) {
        for (const row of rows) {
          const projection = project(ref.thread, decodeUpdate(row.bytes));
          for (const _pause of writeRows(store, self, ref, projection, changes));
          last = row.id;
        }
      }
    }
    rebuildOwn(store);
    for (const id of conversationIds(store)) refreshConversation(store, id, self.account);
    const messages = store.get<{ count: number }>(
      `SELECT count(*) AS count FROM items WHERE kind = 'message' AND seq IS NOT NULL`,
    )!;
    return { threads: changes.threads.size, messages: messages.count };
  });
}
