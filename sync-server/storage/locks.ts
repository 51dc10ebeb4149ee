import type { EventValue, JobStatus, LockReason } from '#shared/documents.ts';
import { waitsForStart } from '#shared/job-states.ts';

import { STARTS_AT } from './closed.ts';
import { appendEvent, lockThreads } from './context.ts';
import type { Database, Transaction } from './database.ts';
import { tellConversation, writeThreadContext } from './thread-context.ts';

/** Opens or closes sending. False when it stood like that already. */
export async function setLock(tx: Transaction, change: LockChange): Promise<boolean> {
  await lockThreads(tx, change.conversation);
  if (!(await putLock(tx, change))) return false;
  await tellConversation(tx, change.conversation);
  return true;
}

export type LockChange = { conversation: string; reason: LockReason; on: boolean; by: string | null };

/** The same as part of a larger change: the threads are locked, and whoever calls tells. */
export async function putLock(tx: Transaction, { conversation, reason, on, by }: LockChange): Promise<boolean> {
  const changed = await tx.rows(
    on
      ? 'UPDATE conversations SET locks = array_append(locks, $2) WHERE id = $1 AND NOT $2 = ANY (locks) RETURNING id'
      : 'UPDATE conversations SET locks = array_remove(locks, $2) WHERE id = $1 AND $2 = ANY (locks) RETURNING id',
    [conversation, reason],
  );
  if (changed.length === 0) return false;
  await writeThreadContext(tx, conversation, 'locks');
  const event: EventValue['event'] = { type: on ? 'locked' : 'unlocked', reason, by };
  await appendEvent(tx, { conversation, thread: 'all', event, at: new Date() });
  return true;
}

/**
 * Closes sending until the job's start date, or opens it again when the date or the job's state no longer says so. The threads are
 * locked, and whoever calls tells. A job without a date leaves a lock that somebody set as it is.
 */
export async function waitUntilStart(tx: Transaction, conversation: string, now: number): Promise<void> {
  const [row] = await tx.rows<{ status: JobStatus; later: boolean | null; locks: boolean }>(
    `SELECT j.status, ${STARTS_AT} > to_timestamp($2::float8 / 1000) AS later, g.lock_before_start AS locks
     FROM conversations c JOIN jobs j ON j.id = c.job_id JOIN agencies g ON g.id = c.agency_id WHERE c.id = $1`,
    [conversation, now],
  );
  if (!row) throw new Error(`there is no conversation ${conversation}`);
  const waits = waitsForStart(row.status) && row.later === true;
  if (waits && !row.locks) return;
  if (!waits && row.later === null && waitsForStart(row.status)) return;
  await putLock(tx, { conversation, reason: 'before-start', on: waits, by: null });
}

const AT_ONCE = 100;

/** Takes the lock away where the day has begun, and tells. Several nodes may do it at once. Gives how many were opened. */
export async function openStarted(db: Database, now: number): Promise<number> {
  const due = await db.read((reader) =>
    reader.rows<{ id: string }>(
      `SELECT c.id FROM conversations c JOIN jobs j ON j.id = c.job_id JOIN agencies g ON g.id = c.agency_id
       WHERE 'before-start' = ANY (c.locks) AND ${STARTS_AT} <= to_timestamp($1::float8 / 1000) ORDER BY c.id LIMIT $2`,
      [now, AT_ONCE],
    ),
  );
  let opened = 0;
  // Each for itself: what is told locks the streams of those who take part until its commit.
  for (const { id } of due) {
    if (await db.transact((tx) => setLock(tx, { conversation: id, reason: 'before-start', on: false, by: null }))) opened++;
  }
  return opened;
}
