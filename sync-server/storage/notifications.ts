import type { EventValue, JobStatus } from '#shared/documents.ts';
import type { ThreadName } from '#shared/ids.ts';
import type { NotificationKind, ReadNotifications } from '#shared/notifications.ts';

import { IS_ITS_STAFF, TAKES_PART } from './access.ts';
import type { Reader, Transaction } from './database.ts';

/** A row with what it speaks of, as that is now. */
export type NotificationRow = {
  account: string;
  id: number;
  kind: NotificationKind;
  conversation: string;
  number: number;
  agency: string;
  jobId: string;
  jobNumber: number;
  jobTitle: string;
  jobStatus: JobStatus;
  thread: ThreadName;
  seq: number;
  actor: string | null;
  actorName: string | null;
  /** Of the message, somewhat more than is told; `null`: it is about none. */
  text: string | null;
  files: string[];
  event: EventValue['event'] | null;
  people: string[];
  createdAt: Date;
  read: boolean;
};

/** Only what its account may see at this moment, and never a message that was removed. */
const SEEN = `FROM notifications n JOIN accounts a ON a.id = n.account_id JOIN conversations c ON c.id = n.conversation_id
  LEFT JOIN messages m ON m.conversation_id = n.conversation_id AND m.thread = n.thread AND m.seq = n.seq
  LEFT JOIN reads r ON r.conversation_id = n.conversation_id AND r.thread = n.thread AND r.account_id = n.account_id
  WHERE ${TAKES_PART} AND (n.thread = 'all' OR ${IS_ITS_STAFF} OR (n.kind = 'ASSIGNED' AND a.agency_id = c.agency_id)) AND m.removed_at IS NULL`;

/** An employee is told that a job is theirs, and not where in the notes it says so. */
const IS_SHOWN = `(n.thread = 'all' OR ${IS_ITS_STAFF})`;

const IS_READ = '(n.read_at IS NOT NULL OR coalesce(r.seq >= n.told_seq, false))';

/** Twenty UTF-16 units for each of the characters that are told: emoji of families have eleven. */
const COLUMNS = `n.account_id AS account, n.id, n.kind, c.id AS conversation, c.number, c.agency_id AS agency,
  CASE WHEN ${IS_SHOWN} THEN n.thread ELSE 'all' END AS thread, CASE WHEN ${IS_SHOWN} THEN n.seq ELSE 0 END AS seq,
  n.actor_id AS actor, n.created_at AS "createdAt", left(m.text, 2000) AS text, n.people AS people_ids, m.attachments, c.job_id,
  ${IS_READ} AS read`;

const WITH_NAMES = `SELECT p.account, p.id, p.kind, p.conversation, p.number, p.agency, p.thread, p.seq, p.actor, p."createdAt", p.text,
  p.read, j.id AS "jobId", j.number AS "jobNumber", j.title AS "jobTitle", j.status AS "jobStatus", x.name AS "actorName", e.event,
  coalesce((SELECT array_agg(f ->> 'name') FROM jsonb_array_elements(p.attachments) AS f), '{}') AS files,
  coalesce((SELECT array_agg(o.name ORDER BY o.name) FROM accounts o WHERE o.id = ANY (p.people_ids)), '{}') AS people
  FROM page p JOIN jobs j ON j.id = p.job_id LEFT JOIN accounts x ON x.id = p.actor
    LEFT JOIN events e ON e.conversation_id = p.conversation AND e.thread = p.thread AND e.seq = p.seq`;

/** One account's, newest first. */
export async function notificationsOf(
  db: Reader,
  account: string,
  { before, limit }: { before: number | null; limit: number },
): Promise<NotificationRow[]> {
  return db.rows<NotificationRow>(
    `WITH page AS (SELECT ${COLUMNS} ${SEEN} AND n.account_id = $1 AND ($2::bigint IS NULL OR n.id < $2) ORDER BY n.id DESC LIMIT $3)
     ${WITH_NAMES} ORDER BY p.id DESC`,
    [account, before, limit],
  );
}

/** `null` when its account may not see it any more, or it was removed. */
export async function findNotification(db: Reader, account: string, id: number): Promise<NotificationRow | null> {
  const rows = await db.rows<NotificationRow>(
    `WITH page AS (SELECT ${COLUMNS} ${SEEN} AND n.account_id = $1 AND n.id = $2) ${WITH_NAMES}`,
    [account, id],
  );
  return rows[0] ?? null;
}

export async function countUnread(db: Reader, account: string): Promise<number> {
  const [row] = await db.rows<{ count: number }>(
    `SELECT count(*) AS count ${SEEN} AND n.account_id = $1 AND n.read_at IS NULL AND NOT ${IS_READ}`,
    [account],
  );
  return row!.count;
}

export async function markRead(tx: Transaction, account: string, which: ReadNotifications): Promise<void> {
  const ids = 'ids' in which ? which.ids : null;
  const upTo = 'upTo' in which ? which.upTo : null;
  await tx.rows(
    `UPDATE notifications SET read_at = now()
     WHERE account_id = $1 AND read_at IS NULL AND ($2::bigint[] IS NULL OR id = ANY ($2)) AND ($3::bigint IS NULL OR id <= $3)`,
    [account, ids, upTo],
  );
}

/** Takes away what is older than `days`, and writes down what a read cursor has passed since, so that counting stays short. */
export async function sweepNotifications(tx: Transaction, days: number): Promise<void> {
  await tx.rows(`DELETE FROM notifications WHERE created_at < now() - make_interval(days => $1)`, [days]);
  await tx.rows(
    `UPDATE notifications n SET read_at = r.at FROM reads r
     WHERE n.read_at IS NULL AND r.conversation_id = n.conversation_id AND r.thread = n.thread AND r.account_id = n.account_id
       AND r.seq >= n.told_seq`,
  );
}

/** These have just closed their last socket: they count as away in `seconds`, unless they come back, or are connected elsewhere. */
export async function leaveLive(
  tx: Transaction,
  accounts: readonly string[],
  { away, seconds }: { away: number; seconds: number },
): Promise<void> {
  await tx.rows(
    `UPDATE live_accounts SET seen_at = least(seen_at, now() - make_interval(secs => $2)) WHERE account_id = ANY ($1::uuid[])`,
    [[...accounts], Math.max(0, away - seconds)],
  );
}

/** Those of these, who have a socket open here, that another node took for leaving when their last socket there closed. */
export async function stayLive(tx: Transaction, accounts: readonly string[], olderSeconds: number): Promise<void> {
  await tx.rows(
    'UPDATE live_accounts SET seen_at = now() WHERE account_id = ANY ($1::uuid[]) AND seen_at < now() - make_interval(secs => $2)',
    [[...accounts], olderSeconds],
  );
}

/** These have a socket open at this moment. */
export async function touchLive(tx: Transaction, accounts: readonly string[]): Promise<void> {
  await tx.rows(
    `INSERT INTO live_accounts (account_id) SELECT unnest($1::uuid[]) ORDER BY 1
     ON CONFLICT (account_id) DO UPDATE SET seen_at = now()`,
    [[...accounts]],
  );
}
