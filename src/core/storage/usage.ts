import { statSync } from 'node:fs';
import path from 'node:path';

import type { StorageUsage } from '#shared/app-views.ts';

import type { Store } from './database.ts';

const FILES = ['trialogue.db', 'trialogue.db-wal', 'trialogue.db-shm'];

/** How much of the profile is rows, and how much waits to be sent. Bytes as the system counts them. */
export function storageUsage(store: Store, dataDir: string): Omit<StorageUsage, 'files' | 'fileBytes'> {
  const row = store.get<{ conversations: number; messages: number }>(
    `SELECT (SELECT count(*) FROM conversations) AS conversations, (SELECT count(*) FROM items WHERE kind = 'message') AS messages`,
  )!;
  const databaseBytes = FILES.reduce(
    (sum, name) => sum + (statSync(path.join(dataDir, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
  const waiting = store
    .all<{ id: string }>(`SELECT id FROM uploads WHERE state <> 'sent'`)
    .flatMap(({ id }) => statSync(path.join(dataDir, 'outgoing', id), { throwIfNoEntry: false })?.size ?? []);
  return { ...row, databaseBytes, waitingFiles: waiting.length, waitingBytes: waiting.reduce((sum, size) => sum + size, 0) };
}
