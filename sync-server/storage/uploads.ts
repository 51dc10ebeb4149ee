import type { ThreadName } from '#shared/ids.ts';

import type { Reader, Transaction } from './database.ts';

export type Upload = {
  id: string;
  conversation: string;
  thread: ThreadName;
  account: string;
  name: string;
  bytes: number;
  state: 'uploading' | 'processing' | 'refused';
  reason: string | null;
};

const UPLOAD = 'id, conversation_id AS conversation, thread, account_id AS account, name, bytes, state, reason';

export async function insertUpload(tx: Transaction, upload: Omit<Upload, 'state' | 'reason'>): Promise<void> {
  const { id, conversation, thread, account, name, bytes } = upload;
  await tx.rows('INSERT INTO uploads (id, conversation_id, thread, account_id, name, bytes) VALUES ($1, $2, $3, $4, $5, $6)', [
    id,
    conversation,
    thread,
    account,
    name,
    bytes,
  ]);
}

export async function findUpload(db: Reader, id: string): Promise<Upload | null> {
  const [row] = await db.rows<Upload>(`SELECT ${UPLOAD} FROM uploads WHERE id = $1`, [id]);
  return row ?? null;
}

/** How many an account has under way. */
export async function openUploads(db: Reader, account: string): Promise<number> {
  const [row] = await db.rows<{ count: number }>(
    "SELECT count(*) AS count FROM uploads WHERE account_id = $1 AND state <> 'refused'",
    [account],
  );
  return row!.count;
}

/** What may have come whole and was cut off then. */
export async function unfinishedUploads(db: Reader): Promise<Upload[]> {
  return db.rows<Upload>(`SELECT ${UPLOAD} FROM uploads WHERE state <> 'refused' ORDER BY id`);
}

export async function setUploadState(
  tx: Transaction,
  id: string,
  state: Upload['state'],
  reason: string | null = null,
): Promise<void> {
  await tx.rows('UPDATE uploads SET state = $2, reason = $3 WHERE id = $1', [id, state, reason]);
}

export async function deleteUpload(tx: Transaction, id: string): Promise<void> {
  await tx.rows('DELETE FROM uploads WHERE id = $1', [id]);
}

/** Gives the ids of those that were begun before. */
export async function deleteUploadsBefore(tx: Transaction, until: Date): Promise<string[]> {
  const rows = await tx.rows<{ id: string }>('DELETE FROM uploads WHERE created_at < $1 RETURNING id', [until]);
  return rows.map(({ id }) => id);
}
