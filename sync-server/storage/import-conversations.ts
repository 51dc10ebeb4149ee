import type { JobStatus, LockReason } from '#shared/documents.ts';
import { newId } from '#shared/ids.ts';
import type { Role } from '#shared/roles.ts';

import { column } from './columns.ts';
import type { Transaction } from './database.ts';
import { appendFeed, audiences, streamsFor } from './feed.ts';
import type { DocumentRow } from './import-rows.ts';
import { notify } from './notify.ts';

export type NewImport = {
  externalId: string;
  job: { title: string; status: JobStatus; location: string | null; startsOn: string | null };
  locks: readonly LockReason[];
  createdAt: number;
  participants: { account: string; role: Role; joinedAt: number; leftAt?: number }[];
  /** Where ids are chosen already. A number has been seen to be free; `null`: the next. */
  chosen?: { conversation: string; job: string; conversationNumber: number | null; jobNumber: number | null };
};

/** Jobs, conversations, participants and threads, without a word in them yet; numbers rise in this order. Gives the ids by `externalId`. */
export async function insertConversations(
  tx: Transaction,
  agency: string,
  made: readonly NewImport[],
): Promise<Map<string, { conversation: string; job: { id: string; number: number } }>> {
  const rows = made.map((one) => {
    const at = new Date(one.createdAt).toISOString();
    const { conversation = newId(), job: jobId = newId(), conversationNumber = null, jobNumber = null } = one.chosen ?? {};
    return { ...one, ...one.job, jobId, conversation, conversationNumber, jobNumber, at };
  });
  const conversations = column(rows, 'conversation');
  const numbers = await tx.rows<{ id: string; number: number }>(
    `INSERT INTO jobs (id, agency_id, number, title, status, location, starts_on, created_at) OVERRIDING SYSTEM VALUE
     SELECT id, $1, coalesce(number, nextval('jobs_number_seq')), title, status, location, starts_on, at
     FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::date[], $7::timestamptz[], $8::bigint[])
       AS u (id, title, status, location, starts_on, at, number) RETURNING id, number`,
    [
      agency,
      column(rows, 'jobId'),
      column(rows, 'title'),
      column(rows, 'status'),
      column(rows, 'location'),
      column(rows, 'startsOn'),
      column(rows, 'at'),
      column(rows, 'jobNumber'),
    ],
  );
  await tx.rows(
    `INSERT INTO conversations (id, agency_id, number, job_id, external_id, locks, created_at, last_activity_at) OVERRIDING SYSTEM VALUE
     SELECT id, $1, coalesce(number, nextval('conversations_number_seq')), job, external, ARRAY(SELECT jsonb_array_elements_text(locks)), at, at
     FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::jsonb[], $6::timestamptz[], $7::bigint[])
       AS u (id, job, external, locks, at, number)`,
    [
      agency,
      conversations,
      column(rows, 'jobId'),
      column(rows, 'externalId'),
      rows.map(({ locks }) => JSON.stringify(locks)),
      column(rows, 'at'),
      column(rows, 'conversationNumber'),
    ],
  );
  await tx.rows(
    `INSERT INTO threads (conversation_id, thread) SELECT c, t FROM unnest($1::uuid[]) AS c, unnest('{all,team}'::text[]) AS t`,
    [conversations],
  );
  await insertParticipants(
    tx,
    rows.flatMap(({ conversation, participants }) => participants.map((one) => ({ conversation, ...one }))),
  );
  const numberOf = new Map(numbers.map(({ id, number }) => [id, number]));
  return new Map(
    rows.map(({ externalId, conversation, jobId }) => [
      externalId,
      { conversation, job: { id: jobId, number: numberOf.get(jobId)! } },
    ]),
  );
}

/** `leftAt`: they wrote, and take no part any more. */
export type NewParticipant = { conversation: string; account: string; role: Role; joinedAt: number; leftAt?: number };

/** Those who are listed already, and those who were taken out, stay as they are. Gives the conversations where somebody is new. */
export async function insertParticipants(tx: Transaction, people: readonly NewParticipant[]): Promise<Set<string>> {
  const rows = await tx.rows<{ conversation_id: string }>(
    `INSERT INTO participants (conversation_id, account_id, role, joined_at, left_at)
     SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[], $5::timestamptz[])
     ON CONFLICT DO NOTHING RETURNING conversation_id`,
    [
      people.map(({ conversation }) => conversation),
      people.map(({ account }) => account),
      people.map(({ role }) => role),
      people.map(({ joinedAt }) => new Date(joinedAt).toISOString()),
      people.map(({ leftAt }) => (leftAt === undefined ? null : new Date(leftAt).toISOString())),
    ],
  );
  return new Set(rows.map((row) => row.conversation_id));
}

export type KnownConversation = {
  conversation: string;
  nextSeq: number;
  newest: DocumentRow;
  /** Entries that are there, by `<account>/<id>`. */
  entries: Set<string>;
};

/** What is there of these conversations, with their threads locked until the end of the transaction. */
export async function loadKnown(
  tx: Transaction,
  agency: string,
  externalIds: readonly string[],
): Promise<Map<string, KnownConversation>> {
  const found = await tx.rows<{ id: string; external_id: string }>(
    'SELECT id, external_id FROM conversations WHERE agency_id = $1 AND external_id = ANY ($2::text[])',
    [agency, externalIds],
  );
  const ids = found.map(({ id }) => id);
  const targets = await lockTargets(tx, ids);
  const entries = await tx.rows<{ conversation_id: string; key: string }>(
    `SELECT conversation_id, account_id || '/' || id AS key FROM entries WHERE conversation_id = ANY ($1::uuid[]) AND thread = 'all'`,
    [ids],
  );
  const keys = Map.groupBy(entries, (row) => row.conversation_id);
  return new Map(
    found.map(({ id, external_id: externalId }) => [
      externalId,
      { conversation: id, ...targets.get(id)!, entries: new Set((keys.get(id) ?? []).map(({ key }) => key)) },
    ]),
  );
}

/** Where the threads `all` of these conversations end, locked until the end of the transaction. */
export async function lockTargets(
  tx: Transaction,
  conversations: readonly string[],
): Promise<Map<string, { nextSeq: number; newest: DocumentRow }>> {
  const threads = await tx.rows<{ conversation_id: string; next_seq: number }>(
    `SELECT conversation_id, next_seq FROM threads WHERE conversation_id = ANY ($1::uuid[]) AND thread = 'all'
     ORDER BY conversation_id FOR NO KEY UPDATE`,
    [conversations],
  );
  const documents = await tx.rows<{ id: number; conversation_id: string; epoch: number; n: number; entries: number }>(
    `SELECT DISTINCT ON (conversation_id) id, conversation_id, epoch, n, entries FROM documents
     WHERE conversation_id = ANY ($1::uuid[]) AND thread = 'all' ORDER BY conversation_id, epoch DESC`,
    [conversations],
  );
  const newest = new Map(documents.map((row) => [row.conversation_id, row]));
  return new Map(
    threads.map(({ conversation_id: conversation, next_seq: nextSeq }) => {
      const { conversation_id: _, ...document } = newest.get(conversation)!;
      return [conversation, { nextSeq, newest: { ...document, conversation, thread: 'all' as const, isNew: false } }];
    }),
  );
}

/** How far a thread is after what was written. `last`: its newest message, if one was written; `at` in ms since 1970. */
export type Progress = { conversation: string; nextSeq: number; last: { seq: number; at: number } | null };

/** Takes the threads forward. `read`: all of it counts as read, unless somebody has written in between. */
export async function advanceThreads(tx: Transaction, progress: readonly Progress[], { read }: { read: boolean }): Promise<void> {
  await tx.rows(
    `UPDATE threads t SET next_seq = u.next, last_message_seq = coalesce(u.last, t.last_message_seq),
       read_floor = CASE WHEN $4 AND u.last IS NOT NULL AND t.read_floor >= coalesce(t.last_message_seq, 0) THEN u.last ELSE t.read_floor END
     FROM unnest($1::uuid[], $2::bigint[], $3::bigint[]) AS u (id, next, last) WHERE t.conversation_id = u.id AND t.thread = 'all'`,
    [column(progress, 'conversation'), column(progress, 'nextSeq'), progress.map(({ last }) => last?.seq ?? null), read],
  );
  const active = progress.filter(({ last }) => last !== null);
  await tx.rows(
    `UPDATE conversations c SET last_activity_at = greatest(c.last_activity_at, u.at)
     FROM unnest($1::uuid[], $2::timestamptz[]) AS u (id, at) WHERE c.id = u.id`,
    [column(active, 'conversation'), active.map(({ last }) => new Date(last!.at).toISOString())],
  );
}

/** One feed row a conversation and stream. Last in the transaction. */
export async function tellConversations(tx: Transaction, conversations: readonly string[]): Promise<void> {
  const people = await audiences(tx, conversations);
  const rows = conversations.flatMap((conversation) =>
    streamsFor(people.get(conversation)!, 'all').map((stream) => ({ stream, kind: 'conversation' as const, conversation })),
  );
  await notify(tx, { kind: 'feed', streams: await appendFeed(tx, rows) });
}
