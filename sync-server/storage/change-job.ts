import { JOB_FIELDS, type EventValue, type JobStatus } from '#shared/documents.ts';
import { lockOfStatus } from '#shared/job-states.ts';

import { appendEvent, lockThreads } from './context.ts';
import type { Transaction } from './database.ts';
import { putLock, waitUntilStart } from './locks.ts';
import { tellConversation, writeThreadContext } from './thread-context.ts';

export type JobRow = { id: string; status: JobStatus; title: string; location: string | null; startsOn: string | null };

/** The job of a conversation, which nobody else changes until the end of this transaction. */
export async function lockedJob(tx: Transaction, conversation: string): Promise<JobRow> {
  await lockThreads(tx, conversation);
  const [row] = await tx.rows<JobRow>(
    `SELECT j.id, j.status, j.title, j.location, j.starts_on AS "startsOn"
     FROM jobs j JOIN conversations c ON c.job_id = j.id WHERE c.id = $1`,
    [conversation],
  );
  if (!row) throw new Error(`there is no conversation ${conversation}`);
  return row;
}

export type JobChange = Partial<Omit<JobRow, 'id'>>;

/**
 * Writes what is different into row and documents, with an event for another status and one for all else, and opens or closes sending as the job's state
 * and date say. False when all of it stood like that already. `by`: `null` for the platform and the command line.
 */
export async function changeJob(
  tx: Transaction,
  conversation: string,
  change: JobChange,
  { by, now }: { by: string | null; now: number },
): Promise<boolean> {
  const before = await lockedJob(tx, conversation);
  const after = { ...before, ...change };
  const what = JOB_FIELDS.filter((field) => after[field] !== before[field]);
  if (after.status === before.status && what.length === 0) return false;
  await tx.rows('UPDATE jobs SET status = $2, title = $3, location = $4, starts_on = $5 WHERE id = $1', [
    after.id,
    after.status,
    after.title,
    after.location,
    after.startsOn,
  ]);
  await writeThreadContext(tx, conversation, 'job');
  if (what.length > 0) {
    await appendEvent(tx, { conversation, thread: 'all', event: { type: 'job-changed', what, by }, at: new Date(now) });
  }
  if (after.status !== before.status) {
    const event: EventValue['event'] = { type: 'job-status', from: before.status, to: after.status, by };
    await appendEvent(tx, { conversation, thread: 'all', event, at: new Date(now) });
    const [was, is] = [lockOfStatus(before.status), lockOfStatus(after.status)];
    if (was !== null && was !== is) await putLock(tx, { conversation, reason: was, on: false, by: null });
    if (is !== null) await putLock(tx, { conversation, reason: is, on: true, by: null });
  }
  if (after.status !== before.status || after.startsOn !== before.startsOn) await waitUntilStart(tx, conversation, now);
  await tellConversation(tx, conversation);
  return true;
}
