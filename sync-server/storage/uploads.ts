import type { ThreadName } from '#shared/ids.ts';

import type { Reader, Transaction } from './database.ts';
import { tellRefusedFile, type RefusedRow } from './feed-personal.ts';

/** An upload by tus. Its row stays for a day, so that who lost the last answer can ask. */
export type Upload = {
  id: string;
  conversation: string;
  thread: ThreadName;
  account: string;
  name: string;
  bytes: number;
  /** `done`: there is a file under the same id. */
  state: 'uploading' | 'processing' | 'refused' | 'done';
  reason: string | null;
};

const IS_DONE = 'EXISTS (SELECT FROM files f WHERE f.id = u.id)';
const UPLOAD = `u.id, u.conversation_id AS conversation, u.thread, u.account_id AS account, u.name, u.bytes,
  CASE WHEN ${IS_DONE} THEN 'done' ELSE u.state END AS state, u.reason`;

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
  const [row] = await db.rows<Upload>(`SELECT ${UPLOAD} FROM uploads u WHERE u.id = $1`, [id]);
  return row ?? null;
}

/** How many an account has under way. */
export async function openUploads(db: Reader, account: string): Promise<number> {
  const [row] = await db.rows<{ count: number }>(
    `SELECT count(*) AS count FROM uploads u WHERE u.account_id = $1 AND u.state <> 'refused' AND NOT ${IS_DONE}`,
    [account],
  );
  return row!.count;
}

/** What may have come whole and was cut off then. */
export async function unfinishedUploads(db: Reader): Promise<Upload[]> {
  return db.rows<Upload>(`SELECT ${UPLOAD} FROM uploads u WHERE u.state <> 'refused' AND NOT ${IS_DONE} ORDER BY u.id`);
}

export async function setUploadState(
  tx: Transaction,
  id: string,
  state: 'processing' | 'refused',
  reason: string | null = null,
): Promise<void> {
  const [row] = await tx.rows<RefusedRow>(
    `UPDATE uploads SET state = $2, reason = $3 WHERE id = $1
     RETURNING id, account_id AS account, conversation_id AS conversation, thread, name, reason`,
    [id, state, reason],
  );
  // The answer to its last piece may have been lost.
  if (row && state === 'refused') await tellRefusedFile(tx, row);
}

export async function deleteUpload(tx: Transaction, id: string): Promise<void> {
  await tx.rows('DELETE FROM uploads WHERE id = $1', [id]);
}

export async function deleteUploadsBefore(tx: Transaction, until: Date): Promise<void> {
  await tx.rows('DELETE FROM uploads WHERE created_at < $1', [until]);
}
