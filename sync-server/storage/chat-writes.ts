import type { AttachmentFact } from '#shared/facts.ts';
import { newId } from '#shared/ids.ts';

import { IS_CLOSED } from './closed.ts';
import type { Reader, Transaction } from './database.ts';

/** The Yjs client id under which the server writes for this account's JSON clients; made at the first use, one for all of them. */
export async function serverHeldLease(tx: Transaction, account: string): Promise<number> {
  await tx.rows(
    `INSERT INTO devices (id, account_id, name, held_by_server) VALUES ($1, $2, 'JSON clients', true)
     ON CONFLICT (account_id) WHERE held_by_server DO NOTHING`,
    [newId(), account],
  );
  const [row] = await tx.rows<{ client_id: number }>('SELECT client_id FROM devices WHERE account_id = $1 AND held_by_server', [
    account,
  ]);
  return row!.client_id;
}

export type NewestEpoch = { id: number; n: number; epoch: number; closed: boolean; audience: string };

/** The newest epoch of the thread `all`. */
export async function newestEpoch(db: Reader, conversation: string): Promise<NewestEpoch | null> {
  const [row] = await db.rows<NewestEpoch>(
    `SELECT d.id, d.n, d.epoch, ${IS_CLOSED} AS closed, c.agency_id AS audience
     FROM documents d JOIN conversations c ON c.id = d.conversation_id JOIN jobs j ON j.id = c.job_id JOIN agencies g ON g.id = c.agency_id
     WHERE d.conversation_id = $1 AND d.thread = 'all' ORDER BY d.epoch DESC LIMIT 1`,
    [conversation],
  );
  return row ?? null;
}

/** A file of the thread `all` as it stands in a message; `null` when this account didn't upload it there. */
export async function ownFile(
  db: Reader,
  { conversation, account, file }: { conversation: string; account: string; file: string },
): Promise<AttachmentFact | null> {
  const [row] = await db.rows<{
    id: string;
    name: string;
    type: string;
    bytes: number;
    width: number | null;
    height: number | null;
  }>(
    `SELECT id, name, type, bytes, width, height FROM files
     WHERE id = $1 AND conversation_id = $2 AND thread = 'all' AND account_id = $3
       AND state <> 'refused' AND leaving_at IS NULL`,
    [file, conversation, account],
  );
  if (!row) return null;
  const { width, height, ...rest } = row;
  return { ...rest, ...(width === null ? {} : { width }), ...(height === null ? {} : { height }) };
}
