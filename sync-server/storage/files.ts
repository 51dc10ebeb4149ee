import type { AttachmentFact } from '#shared/facts.ts';
import type { ThreadName } from '#shared/ids.ts';

import type { Reader, Transaction } from './database.ts';
import { tellRefusedFile, type RefusedRow } from './feed-personal.ts';

/** `held`: kept back until it was looked through. */
export type FileState = 'held' | 'ready' | 'refused';

export type NewFile = {
  id: string;
  conversation: string;
  thread: ThreadName;
  account: string;
  name: string;
  type: string;
  bytes: number;
  size: { width: number; height: number } | null;
  sha256: Buffer;
};

type FactRow = { id: string; name: string; type: string; bytes: number; width: number | null; height: number | null };

export async function insertFile(tx: Transaction, file: NewFile, state: FileState = 'ready'): Promise<AttachmentFact> {
  const { id, conversation, thread, account, name, type, bytes, size, sha256 } = file;
  await tx.rows(
    `INSERT INTO files (id, conversation_id, thread, account_id, name, type, bytes, width, height, sha256, state)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [id, conversation, thread, account, name, type, bytes, size?.width ?? null, size?.height ?? null, sha256, state],
  );
  // Its bytes are spoken of again. Waits for a removal of them that is under way.
  await tx.rows('DELETE FROM file_garbage WHERE sha256 = $1', [sha256]);
  return { id, name, type, bytes, ...size };
}

export type StoredFile = {
  id: string;
  conversation: string;
  thread: ThreadName;
  account: string;
  name: string;
  type: string;
  sha256: Buffer;
  state: FileState;
  reason: string | null;
  fact: AttachmentFact;
};

export async function findFile(db: Reader, id: string): Promise<StoredFile | null> {
  const [row] = await db.rows<Omit<StoredFile, 'fact'> & FactRow>(
    `SELECT id, conversation_id AS conversation, thread, account_id AS account, name, type, bytes, width, height, sha256, state,
       reason
     FROM files WHERE id = $1`,
    [id],
  );
  if (!row) return null;
  const { bytes, width, height, ...rest } = row;
  const fact = { id, name: row.name, type: row.type, bytes, ...(width && height ? { width, height } : {}) };
  return { ...rest, fact };
}

/** Those that wait to be looked through, the oldest first. */
export async function heldFiles(db: Reader, limit: number): Promise<{ id: string; sha256: Buffer }[]> {
  return db.rows<{ id: string; sha256: Buffer }>(
    "SELECT id, sha256 FROM files WHERE state = 'held' ORDER BY created_at, id LIMIT $1",
    [limit],
  );
}

export async function releaseFile(tx: Transaction, id: string): Promise<void> {
  await tx.rows("UPDATE files SET state = 'ready' WHERE id = $1 AND state = 'held'", [id]);
}

/** Tells its sender. Its bytes are to go, unless another file has the same that was found clean before. */
export async function refuseFile(tx: Transaction, id: string, reason: string): Promise<void> {
  const [row] = await tx.rows<RefusedRow & { sha256: Buffer }>(
    `UPDATE files SET state = 'refused', reason = $2 WHERE id = $1 AND state = 'held'
     RETURNING sha256, id, account_id AS account, conversation_id AS conversation, thread, name, reason`,
    [id, reason],
  );
  if (!row) return;
  await discard(tx, [row.sha256]);
  await tellRefusedFile(tx, row);
}

/** To be called when the rows that spoke of these bytes are gone. */
async function discard(tx: Transaction, hashes: readonly Buffer[]): Promise<void> {
  await tx.rows('INSERT INTO file_garbage (sha256) SELECT unnest($1::bytea[]) ON CONFLICT DO NOTHING', [hashes]);
}

/** No message of its thread holds it. */
const UNNAMED = `NOT EXISTS (SELECT FROM messages m WHERE m.conversation_id = f.conversation_id AND m.thread = f.thread
  AND m.attachments <> '[]' AND m.attachments @> jsonb_build_array(jsonb_build_object('id', f.id)))`;

/**
 * Looks at files from before `until` behind the id `after`: those that no message holds may be named by none from now on. Gives where
 * to go on; `null`: that was the last.
 */
export async function markUnnamed(
  tx: Transaction,
  { after, until, limit, now }: { after: string; until: Date; limit: number; now: Date },
): Promise<string | null> {
  const looked = await tx.rows<{ id: string }>(
    'SELECT id FROM files WHERE id > $1 AND created_at < $2 AND leaving_at IS NULL ORDER BY id LIMIT $3',
    [after, until, limit],
  );
  const ids = looked.map(({ id }) => id);
  await tx.rows(`UPDATE files f SET leaving_at = $2 WHERE f.id = ANY ($1::uuid[]) AND ${UNNAMED}`, [ids, now]);
  return ids.length < limit ? null : ids.at(-1)!;
}

/** Removes those that were marked before `until`, but for what a message took that was under way then. Gives how many went. */
export async function removeUnnamed(tx: Transaction, until: Date, limit: number): Promise<number> {
  const gone = await tx.rows<{ sha256: Buffer }>(
    `DELETE FROM files f WHERE f.id IN (
       SELECT id FROM files WHERE leaving_at < $1 ORDER BY leaving_at LIMIT $2) AND ${UNNAMED} RETURNING sha256`,
    [until, limit],
  );
  await tx.rows('UPDATE files SET leaving_at = NULL WHERE leaving_at < $1', [until]);
  await discard(
    tx,
    gone.map(({ sha256 }) => sha256),
  );
  return gone.length;
}

/** Those among these that no message holds any more. The thread's lock keeps out whoever would name one now. */
export async function discardFiles(tx: Transaction, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const gone = await tx.rows<{ sha256: Buffer }>(
    `DELETE FROM files f WHERE f.id = ANY ($1::uuid[]) AND ${UNNAMED} RETURNING sha256`,
    [ids],
  );
  await discard(
    tx,
    gone.map(({ sha256 }) => sha256),
  );
}

/** All that an account has brought and no message holds. */
export async function discardFilesOf(tx: Transaction, account: string): Promise<number> {
  const gone = await tx.rows<{ sha256: Buffer }>(`DELETE FROM files f WHERE f.account_id = $1 AND ${UNNAMED} RETURNING sha256`, [
    account,
  ]);
  await discard(
    tx,
    gone.map(({ sha256 }) => sha256),
  );
  return gone.length;
}

/** Bytes that nothing speaks of, off their list; locked, so that who brings the same again waits. `more`: there may be others. */
export async function takeGarbage(tx: Transaction, limit: number): Promise<{ hashes: Buffer[]; more: boolean }> {
  const rows = await tx.rows<{ sha256: Buffer }>(
    'SELECT sha256 FROM file_garbage ORDER BY since LIMIT $1 FOR UPDATE SKIP LOCKED',
    [limit],
  );
  const hashes = rows.map(({ sha256 }) => sha256);
  const used = await tx.rows<{ sha256: Buffer }>(
    "SELECT DISTINCT sha256 FROM files WHERE sha256 = ANY ($1::bytea[]) AND state <> 'refused'",
    [hashes],
  );
  const kept = new Set(used.map(({ sha256 }) => sha256.toString('hex')));
  await tx.rows('DELETE FROM file_garbage WHERE sha256 = ANY ($1::bytea[])', [hashes]);
  return { hashes: hashes.filter((hash) => !kept.has(hash.toString('hex'))), more: hashes.length === limit };
}

/** One node at a time collects. */
export async function isCollector(tx: Transaction): Promise<boolean> {
  const [row] = await tx.rows<{ got: boolean }>("SELECT pg_try_advisory_xact_lock(hashtext('trialogue.files')) AS got");
  return row!.got;
}
