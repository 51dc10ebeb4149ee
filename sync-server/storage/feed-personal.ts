import type { FeedItem } from '#shared/api/feed.ts';
import type { ThreadName } from '#shared/ids.ts';

import { isRefusal, REFUSALS } from '../files/identify.ts';
import { toldNotification } from '../notifications/told.ts';
import { accessToThread } from './access.ts';
import { findAccount } from './accounts.ts';
import type { Reader, Transaction } from './database.ts';
import { appendFeed, type FeedRow } from './feed.ts';
import { findNotification } from './notifications.ts';
import { notify } from './notify.ts';

// What stands in an account's own stream and in nobody else's.

export type RefusedRow = {
  id: string;
  account: string;
  conversation: string;
  thread: ThreadName;
  name: string;
  reason: string;
};

/** Tells a sender that nobody gets a file which they were told was taken. Last in a transaction. */
export async function tellRefusedFile(
  tx: Transaction,
  { id, account, conversation, thread, name, reason }: RefusedRow,
): Promise<void> {
  const streams = await appendFeed(tx, [{ stream: account, kind: 'file', conversation, file: id }]);
  await notify(tx, { kind: 'feed', streams });
  // Clients that speak JSON have no feed, and are in this thread alone.
  if (thread === 'all') await notify(tx, { kind: 'file', account, conversation, name, reason });
}

/** Tells accounts of what is new among their notifications. Last in a transaction. */
export async function tellNotifications(
  tx: Transaction,
  made: readonly { account: string; id: number; conversation: string }[],
): Promise<void> {
  if (made.length === 0) return;
  const rows = made.map(({ account, id, conversation }) => {
    return { stream: account, kind: 'notification' as const, conversation, seq: id };
  });
  await notify(tx, { kind: 'feed', streams: await appendFeed(tx, rows) });
}

/** What such a row says now; `null`: nothing any more, or nothing that its account may see. */
export async function personalItem(reader: Reader, row: FeedRow): Promise<FeedItem | null> {
  switch (row.kind) {
    case 'left':
      return { kind: 'left', conversation: row.conversation! };
    case 'me':
      return { kind: 'me', n: row.documentN ?? 0 };
    case 'account': {
      const account = row.account === null ? null : await findAccount(reader, row.account);
      return account ? { kind: 'account', account } : null;
    }
    case 'notification': {
      const found = await findNotification(reader, row.stream, row.seq!);
      return found ? { kind: 'notification', notification: toldNotification(found) } : null;
    }
    case 'file':
      return row.file === null ? null : fileItem(reader, row.stream, row.file);
    default:
      return null;
  }
}

async function fileItem(reader: Reader, account: string, id: string): Promise<FeedItem | null> {
  // One that was refused before it was stored is an upload alone.
  const [row] = await reader.rows<{ conversation: string; thread: ThreadName; name: string; reason: string | null }>(
    `SELECT conversation_id AS conversation, thread, name, reason FROM files WHERE id = $1 AND account_id = $2 AND state = 'refused'
     UNION ALL SELECT conversation_id, thread, name, reason FROM uploads WHERE id = $1 AND account_id = $2 AND state = 'refused' LIMIT 1`,
    [id, account],
  );
  if (!row || !isRefusal(row.reason) || !(await accessToThread(reader, account, row.conversation, row.thread))) return null;
  const { conversation, thread, name, reason } = row;
  return { kind: 'file', file: { id, conversation, thread, name, reason, message: REFUSALS[reason] } };
}
