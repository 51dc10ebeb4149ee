import type { Store } from '../storage/database.ts';
import { syncProgress } from '../storage/documents.ts';
import { readSession, writeSession } from '../storage/session.ts';

/** How far this machine is: the first sync, and until when all was in step. */
export type SyncProgress = {
  /** Something came in: the first sync may be whole by now. */
  look(): void;
  /** Until now all was in step. */
  noteSynced(): void;
  firstSync(): { done: number; total: number } | null;
};

export function createSyncProgress({ store, now }: { store: Store; now: () => number }): SyncProgress {
  return {
    look() {
      const session = readSession(store);
      if (!session || session.firstSyncDone || !session.listDone) return;
      const { done, total } = syncProgress(store);
      if (done >= total) store.transact(() => writeSession(store, { ...session, firstSyncDone: true }));
    },
    noteSynced() {
      store.transact(() => writeSession(store, { ...readSession(store)!, lastSyncedAt: now() }));
    },
    firstSync() {
      const session = readSession(store);
      return !session || session.firstSyncDone ? null : syncProgress(store);
    },
  };
}
