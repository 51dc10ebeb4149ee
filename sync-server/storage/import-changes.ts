import type { JobStatus } from '#shared/documents.ts';

import { writeThreadContext } from './change-conversation.ts';
import { column } from './columns.ts';
import { appendEvent } from './context.ts';
import type { Transaction } from './database.ts';

// What a later import changes in conversations that an earlier one brought.

export type ImportedJob = { title: string; status: JobStatus; location: string | null; startsOn: string | null };

/** Brings a job up to date, with an event when its status changed. The threads must be locked. */
export async function updateImportedJob(tx: Transaction, conversation: string, job: ImportedJob, at: Date): Promise<void> {
  const [before] = await tx.rows<{ status: JobStatus }>(
    `SELECT j.status FROM conversations c JOIN jobs j ON j.id = c.job_id WHERE c.id = $1 FOR UPDATE OF j`,
    [conversation],
  );
  await tx.rows(
    `UPDATE jobs j SET title = $2, status = $3, location = $4, starts_on = $5 FROM conversations c WHERE c.id = $1 AND j.id = c.job_id`,
    [conversation, job.title, job.status, job.location, job.startsOn],
  );
  await writeThreadContext(tx, conversation, 'job');
  if (before!.status === job.status) return;
  const event = { type: 'job-status', from: before!.status, to: job.status, by: null } as const;
  await appendEvent(tx, { conversation, thread: 'all', event, at, untold: true });
}

/** Its job goes with it. Only for a conversation whose present agency has no staff: nobody is told that they lose it. */
export async function giveToAgency(tx: Transaction, conversation: string, agency: string): Promise<void> {
  const moved = await tx.rows(
    `UPDATE conversations c SET agency_id = $2 WHERE c.id = $1 AND NOT EXISTS (
       SELECT FROM conversations o WHERE o.agency_id = $2 AND o.external_id = c.external_id) RETURNING c.id`,
    [conversation, agency],
  );
  if (moved.length === 0) return; // it is there already, or another one that the agency calls the same
  await tx.rows('UPDATE jobs j SET agency_id = $2 FROM conversations c WHERE c.id = $1 AND j.id = c.job_id', [
    conversation,
    agency,
  ]);
}

/** Those who had left take part again. */
export async function rejoin(tx: Transaction, conversation: string, accounts: readonly string[]): Promise<void> {
  await tx.rows(
    `UPDATE participants SET left_at = NULL WHERE conversation_id = $1 AND account_id = ANY ($2::uuid[]) AND left_at IS NOT NULL`,
    [conversation, accounts],
  );
}

export type ReadFloor = { conversation: string; message: string };

/**
 * All up to these messages, by the ids of their entries, counts as read by everybody; but not what somebody wrote here. Gives the
 * conversations where that changed something.
 */
export async function raiseReadFloors(tx: Transaction, floors: readonly ReadFloor[]): Promise<string[]> {
  const rows = await tx.rows<{ id: string }>(
    `UPDATE threads t SET read_floor = f.seq
     FROM (SELECT u.id, least(max(m.seq), min(own.seq) - 1) AS seq
       FROM unnest($1::uuid[], $2::uuid[]) AS u (id, message)
         JOIN threads old ON old.conversation_id = u.id AND old.thread = 'all'
         JOIN messages m ON m.conversation_id = u.id AND m.thread = 'all' AND m.id = u.message
         LEFT JOIN LATERAL (SELECT w.seq FROM messages w WHERE w.conversation_id = u.id AND w.thread = 'all' AND w.seq > old.read_floor
           AND NOT EXISTS (SELECT FROM imported i WHERE i.ours = w.id) ORDER BY w.seq LIMIT 1) AS own ON true
       GROUP BY u.id) AS f
     WHERE t.conversation_id = f.id AND t.thread = 'all' AND t.read_floor < f.seq RETURNING t.conversation_id AS id`,
    [column(floors, 'conversation'), column(floors, 'message')],
  );
  return rows.map(({ id }) => id);
}

export type ImportedRead = { conversation: string; account: string; message: string; at: number };

/** Raises read cursors to these messages, by the ids of their entries. Gives the conversations where one rose. */
export async function raiseImportedReads(tx: Transaction, reads: readonly ImportedRead[]): Promise<string[]> {
  const rows = await tx.rows<{ id: string }>(
    `INSERT INTO reads AS r (conversation_id, thread, account_id, seq, at)
     SELECT u.id, 'all', u.account, m.seq, to_timestamp(u.at / 1000)
     FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::float8[]) AS u (id, account, message, at)
       JOIN messages m ON m.conversation_id = u.id AND m.thread = 'all' AND m.id = u.message
       JOIN threads t ON t.conversation_id = u.id AND t.thread = 'all'
     WHERE m.seq > t.read_floor
     ON CONFLICT (conversation_id, thread, account_id) DO UPDATE SET seq = excluded.seq, at = excluded.at WHERE r.seq < excluded.seq
     RETURNING conversation_id AS id`,
    [column(reads, 'conversation'), column(reads, 'account'), column(reads, 'message'), column(reads, 'at')],
  );
  return rows.map(({ id }) => id);
}
