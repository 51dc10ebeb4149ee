import { parseDocumentName, type ThreadName } from '#shared/ids.ts';

import type { Store } from './database.ts';

export type DocumentRow = { name: string; conversation: string; thread: ThreadName; epoch: number; n: number; server_n: number };

export function readDocument(store: Store, name: string): DocumentRow | undefined {
  return store.get<DocumentRow>(`SELECT * FROM documents WHERE name = ?`, name);
}

/** Makes the document known and raises how far the server is with it. */
export function raiseServerN(store: Store, name: string, n: number): void {
  const ref = parseDocumentName(name);
  if (ref?.kind !== 'thread') return;
  store.run(
    `INSERT INTO documents (name, conversation, thread, epoch, server_n) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (name) DO UPDATE SET server_n = max(server_n, excluded.server_n)`,
    name,
    ref.conversation,
    ref.thread,
    ref.epoch,
    n,
  );
}

/** Where new entries of a thread go. */
export function newestDocument(store: Store, conversation: string, thread: ThreadName): DocumentRow | undefined {
  return store.get<DocumentRow>(
    `SELECT * FROM documents WHERE conversation = ? AND thread = ? ORDER BY epoch DESC LIMIT 1`,
    conversation,
    thread,
  );
}

export function threadDocuments(store: Store, conversation: string, thread: ThreadName): DocumentRow[] {
  return store.all<DocumentRow>(
    `SELECT * FROM documents WHERE conversation = ? AND thread = ? ORDER BY epoch DESC`,
    conversation,
    thread,
  );
}

export function isBehind(store: Store, conversation: string, thread: ThreadName): boolean {
  return (
    store.get(`SELECT 1 FROM documents WHERE conversation = ? AND thread = ? AND n < server_n`, conversation, thread) !==
    undefined
  );
}

/** Documents that the server has more of, those of the newest conversations first. */
export function documentsBehind(store: Store, limit: number): DocumentRow[] {
  return store.all<DocumentRow>(
    `SELECT documents.* FROM documents JOIN conversations ON conversations.id = documents.conversation
     WHERE documents.n < documents.server_n ORDER BY conversations.at DESC, documents.epoch DESC LIMIT ?`,
    limit,
  );
}

/** How much of the first sync is done: conversations that are here whole, of all. */
export function syncProgress(store: Store): { done: number; total: number } {
  const { total } = store.get<{ total: number }>(`SELECT count(DISTINCT conversation) AS total FROM documents`)!;
  const { behind } = store.get<{ behind: number }>(
    `SELECT count(DISTINCT conversation) AS behind FROM documents WHERE n < server_n`,
  )!;
  return { done: total - behind, total };
}

/** Keeps an update that the server committed. */
export function addToReplica(store: Store, name: string, span: { from: number; to: number }, bytes: Uint8Array): void {
  store.run(`INSERT INTO replica_updates (document, n_from, n_to, bytes) VALUES (?, ?, ?, ?)`, name, span.from, span.to, bytes);
  store.run(`UPDATE documents SET n = max(n, ?), server_n = max(server_n, ?) WHERE name = ?`, span.to, span.to, name);
}

/** The next rows of a replica in their order. */
export function readReplica(store: Store, name: string, afterId: number, limit: number): { id: number; bytes: Uint8Array }[] {
  return store.all<{ id: number; bytes: Uint8Array }>(
    `SELECT id, bytes FROM replica_updates WHERE document = ? AND id > ? ORDER BY id LIMIT ?`,
    name,
    afterId,
    limit,
  );
}

export function replicaRows(store: Store, name: string): { count: number; last: number } {
  return store.get<{ count: number; last: number }>(
    `SELECT count(*) AS count, coalesce(max(id), 0) AS last FROM replica_updates WHERE document = ?`,
    name,
  )!;
}

/** Puts one snapshot in the place of the rows up to `lastId`. */
export function compactReplica(store: Store, name: string, lastId: number, snapshot: Uint8Array): void {
  store.transact(() => {
    const { to } = store.get<{ to: number | null }>(
      `SELECT max(n_to) AS "to" FROM replica_updates WHERE document = ? AND id <= ?`,
      name,
      lastId,
    )!;
    if (to === null) return;
    store.run(`DELETE FROM replica_updates WHERE document = ? AND id < ?`, name, lastId);
    store.run(`UPDATE replica_updates SET n_from = 0, n_to = ?, bytes = ? WHERE id = ?`, to, snapshot, lastId);
  });
}

/** Throws a replica away; the rows made from it stay. It is fetched again from the start. */
export function resetReplica(store: Store, name: string): void {
  store.transact(() => {
    store.run(`DELETE FROM replica_updates WHERE document = ?`, name);
    store.run(`UPDATE documents SET server_n = max(server_n, n), n = 0 WHERE name = ?`, name);
  });
}

export function deleteDocument(store: Store, name: string): void {
  store.run(`DELETE FROM documents WHERE name = ?`, name);
}

export function allDocuments(store: Store): string[] {
  return store.all<{ name: string }>(`SELECT name FROM documents ORDER BY name`).map((row) => row.name);
}
