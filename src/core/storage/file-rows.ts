import type { ThreadName } from '#shared/ids.ts';

import type { Store } from './database.ts';

/** Notes the files of these items as to be removed from this machine: part of the transaction that deletes the items. */
export function markFilesGone(store: Store, conversation: string, thread: ThreadName): void {
  store.run(
    `INSERT OR IGNORE INTO gone_files (id)
     SELECT file.value ->> 'id' FROM items, json_each(items.attachments) AS file
     WHERE items.conversation = ? AND items.thread = ? AND items.attachments <> '[]'`,
    conversation,
    thread,
  );
}

export function goneFiles(store: Store): string[] {
  return store.all<{ id: string }>(`SELECT id FROM gone_files`).map((row) => row.id);
}

export function isFileGone(store: Store, id: string): boolean {
  return store.get(`SELECT 1 FROM gone_files WHERE id = ?`, id) !== undefined;
}

/** Their bytes are removed. */
export function forgetGoneFiles(store: Store, ids: readonly string[]): void {
  store.transact(() => {
    for (const id of ids) store.run(`DELETE FROM gone_files WHERE id = ?`, id);
  });
}

/** Keeps why nobody gets a file that was sent from here. Returns the keys of the messages that name it. */
export function putRefusedFile(
  store: Store,
  file: { id: string; conversation: string; thread: ThreadName; reason: string; message: string },
): string[] {
  store.run(`INSERT OR REPLACE INTO refused_files (id, reason, message) VALUES (?, ?, ?)`, file.id, file.reason, file.message);
  return store
    .all<{ key: string }>(
      `SELECT items.key FROM items, json_each(items.attachments) AS file
       WHERE items.conversation = ? AND items.thread = ? AND items.attachments <> '[]' AND file.value ->> 'id' = ?`,
      file.conversation,
      file.thread,
      file.id,
    )
    .map((row) => row.key);
}

export function refusalOfFile(store: Store, id: string): string | null {
  return store.get<{ message: string }>(`SELECT message FROM refused_files WHERE id = ?`, id)?.message ?? null;
}
