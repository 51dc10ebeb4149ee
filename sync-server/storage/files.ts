import type { AttachmentFact } from '#shared/facts.ts';
import type { ThreadName } from '#shared/ids.ts';

import type { Reader, Transaction } from './database.ts';

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

export async function insertFile(tx: Transaction, file: NewFile): Promise<AttachmentFact> {
  const { id, conversation, thread, account, name, type, bytes, size, sha256 } = file;
  await tx.rows(
    `INSERT INTO files (id, conversation_id, thread, account_id, name, type, bytes, width, height, sha256)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [id, conversation, thread, account, name, type, bytes, size?.width ?? null, size?.height ?? null, sha256],
  );
  return { id, name, type, bytes, ...size };
}

export type StoredFile = { conversation: string; thread: ThreadName; name: string; type: string; sha256: Buffer };

export async function findFile(db: Reader, id: string): Promise<StoredFile | null> {
  const [row] = await db.rows<StoredFile>(
    'SELECT conversation_id AS conversation, thread, name, type, sha256 FROM files WHERE id = $1',
    [id],
  );
  return row ?? null;
}
