import type { JobStatus } from '#shared/documents.ts';
import { AppError } from '#shared/errors.ts';
import { newId, THREADS, UUID } from '#shared/ids.ts';
import type { Role } from '#shared/roles.ts';

import { appendEvent, lockThreads } from './context.ts';
import type { Reader, Transaction } from './database.ts';
import { appendFeed, audiences, streamsFor } from './feed.ts';
import { waitUntilStart } from './locks.ts';
import { notify } from './notify.ts';
import { tellConversation, writeThreadContext } from './thread-context.ts';

export { setLock } from './locks.ts';
export { contextOf, tellConversation, writeThreadContext } from './thread-context.ts';

export type NewConversation = {
  agencyId: string;
  job: { title: string; status: JobStatus; location: string | null; startsOn: string | null };
  participants: { account: string; role: Role }[];
  /** The account that does it; `null`: the command line. */
  by: string | null;
};

/** Makes a job with its conversation: rows, both threads, their first documents, the first event, and tells everybody. */
export async function createConversation(tx: Transaction, made: NewConversation): Promise<string> {
  const { agencyId, job, participants, by } = made;
  const jobId = newId();
  const conversation = newId();
  await tx.rows('INSERT INTO jobs (id, agency_id, title, status, location, starts_on) VALUES ($1, $2, $3, $4, $5, $6)', [
    jobId,
    agencyId,
    job.title,
    job.status,
    job.location,
    job.startsOn,
  ]);
  await tx.rows('INSERT INTO conversations (id, agency_id, job_id) VALUES ($1, $2, $3)', [conversation, agencyId, jobId]);
  await tx.rows(
    `INSERT INTO participants (conversation_id, account_id, role)
     SELECT $1, account, role FROM unnest($2::uuid[], $3::text[]) AS u (account, role)`,
    [conversation, participants.map((one) => one.account), participants.map((one) => one.role)],
  );
  await tx.rows('INSERT INTO threads (conversation_id, thread) SELECT $1, unnest($2::text[])', [conversation, [...THREADS]]);
  await tx.rows('INSERT INTO documents (conversation_id, thread, epoch) SELECT $1, unnest($2::text[]), 1', [
    conversation,
    [...THREADS],
  ]);
  await lockThreads(tx, conversation);
  await writeThreadContext(tx, conversation);
  await appendEvent(tx, { conversation, thread: 'all', event: { type: 'conversation-created', by }, at: new Date() });
  await waitUntilStart(tx, conversation, Date.now());
  await tellConversation(tx, conversation);
  return conversation;
}

/** The integer id that people and JSON clients say. */
export async function numberOf(db: Reader, conversation: string): Promise<number> {
  const [row] = await db.rows<{ number: number }>('SELECT number FROM conversations WHERE id = $1', [conversation]);
  if (!row) throw new Error(`there is no conversation ${conversation}`);
  return row.number;
}

/** By id or number, of any agency. @throws AppError not-found */
export async function findConversation(db: Reader, idOrNumber: string): Promise<string> {
  const rows = UUID.test(idOrNumber)
    ? await db.rows<{ id: string }>('SELECT id FROM conversations WHERE id = $1', [idOrNumber])
    : /^\d{1,15}$/.test(idOrNumber)
      ? await db.rows<{ id: string }>('SELECT id FROM conversations WHERE number = $1', [Number(idOrNumber)])
      : [];
  if (!rows[0]) throw new AppError('not-found', `There is no conversation ${idOrNumber}.`);
  return rows[0].id;
}

/** Takes somebody out of a conversation, staff too. False when they were out already. */
export async function removeParticipant(
  tx: Transaction,
  { conversation, account, by }: { conversation: string; account: string; by: string | null },
): Promise<boolean> {
  await lockThreads(tx, conversation);
  const [person] = await tx.rows<{ role: Role; staff: boolean; listed: boolean; left: boolean }>(
    `SELECT a.role, a.agency_id = c.agency_id AND a.role IN ('owner', 'staff') IS TRUE AS staff,
       p.account_id IS NOT NULL AS listed, p.left_at IS NOT NULL AS left
     FROM conversations c JOIN accounts a ON a.id = $2
       LEFT JOIN participants p ON p.conversation_id = c.id AND p.account_id = a.id WHERE c.id = $1`,
    [conversation, account],
  );
  if (!person || (!person.listed && !person.staff)) {
    throw new AppError('not-found', 'That account does not take part in this conversation.');
  }
  if (person.left) return false;
  await tx.rows(
    `INSERT INTO participants (conversation_id, account_id, role, left_at) VALUES ($1, $2, $3, now())
     ON CONFLICT (conversation_id, account_id) DO UPDATE SET left_at = now()`,
    [conversation, account, person.role],
  );
  await writeThreadContext(tx, conversation, 'participants');
  await appendEvent(tx, { conversation, thread: 'all', event: { type: 'left', account, by }, at: new Date() });
  const audience = (await audiences(tx, [conversation])).get(conversation)!;
  const streams = await appendFeed(tx, [
    ...streamsFor(audience, 'all').map((stream) => ({ stream, kind: 'conversation' as const, conversation })),
    { stream: account, kind: 'left', conversation },
  ]);
  await notify(tx, { kind: 'access', conversation, account });
  await notify(tx, { kind: 'feed', streams });
  return true;
}
