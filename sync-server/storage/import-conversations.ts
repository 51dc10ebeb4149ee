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
  participants: { account: string; role: Role; joinedAt: number }[];
};

/** Jobs, conversations, participants and threads, without a word in them yet; numbers rise in this order. Gives the ids by `externalId`. */
export async function insertConversations(
  tx: Transaction,
  agency: string,
  made: readonly NewImport[],
): Promise<Map<string, { conversation: string; job: { id: string; number: number } }>> {
  const rows = made.map((one) => {
    const at = new Date(one.createdAt).toISOString();
    return { ...one, ...one.job, jobId: newId(), conversation: newId(), at };
  });
  const conversations = column(rows, 'conversation');
  const numbers = await tx.rows<{ id: string; number: number }>(
    `INSERT INTO jobs (id, agency_id, title, status, location, starts_on, created_at)
     SELECT id, $1, title, status, location, starts_on, at
     FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::date[], $7::timestamptz[])
       AS u (id, title, status, location, starts_on, at) RETURNING id, number`,
    [
      agency,
      column(rows, 'jobId'),
      column(rows, 'title'),
      column(rows, 'status'),
      column(rows, 'location'),
      column(rows, 'startsOn'),
      column(rows, 'at'),
    ],
  );
  await tx.rows(
    `INSERT INTO conversations (id, agency_id, job_id, external_id, locks, created_at, last_activity_at)
     SELECT id, $1, job, external, ARRAY(SELECT jsonb_array_elements_text(locks)), at, at
     FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::jsonb[], $6::timestamptz[]) AS u (id, job, external, locks, at)`,
    [
      agency,
      conversations,
      column(rows, 'jobId'),
      column(rows, 'externalId'),
      rows.map(({ locks }) => JSON.stringify(locks)),
      column(rows, 'at'),
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

type Participant = { conversation: string; account: string; role: Role; joinedAt: number };

/** Those who are listed already, and those who were taken out, stay as they are. Gives the conversations where somebody is new. */
export async function insertParticipants(tx: Transaction, people: readonly Participant[]): Promise<Set<string>> {
  const rows = await tx.rows<{ conversation_id: string }>(
    `INSERT INTO participants (conversation_id, account_id, role, joined_at)
     SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[]) ON CONFLICT DO NOTHING RETURNING conversation_id`,
    [
      people.map(({ conversation }) => conversation),
      people.map(({ account }) => account),
      people.map(({ role }) => role),
      people.map(({ joinedAt }) => new Date(joinedAt).toISOString()),
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
  const threads = await tx.rows<{ conversation_id: string; next_seq: number }>(
    `SELECT conversation_id, next_seq FROM threads WHERE conversation_id = ANY ($1::uuid[]) AND thread = 'all'
     ORDER BY conversation_id FOR UPDATE`,
    [ids],
  );
  const documents = await tx.rows<{ id: number; conversation_id: string; epoch: number; n: number; entries: number }>(
    `SELECT DISTINCT ON (conversation_id) id, conversation_id, epoch, n, entries FROM documents
     WHERE conversation_id = ANY ($1::uuid[]) AND thread = 'all' ORDER BY conversation_id, epoch DESC`,
    [ids],
  );
  const entries = await tx.rows<{ conversation_id: string; key: string }>(
    `SELECT conversation_id, account_id || '/' || id AS key FROM entries WHERE conversation_id = ANY ($1::uuid[]) AND thread = 'all'`,
    [ids],
  );
  const nextSeq = new Map(threads.map((row) => [row.conversation_id, row.next_seq]));
  const newest = new Map(documents.map((row) => [row.conversation_id, row]));
  const keys = Map.groupBy(entries, (row) => row.conversation_id);
  return new Map(
    found.map(({ id, external_id: externalId }) => {
      const { conversation_id: conversation, ...document } = newest.get(id)!;
      return [
        externalId,
        {
          conversation: id,
          nextSeq: nextSeq.get(id)!,
          newest: { ...document, conversation, thread: 'all' as const, isNew: false },
          entries: new Set((keys.get(id) ?? []).map(({ key }) => key)),
        },
      ];
    }),
  );
}

export type Progress = { conversation: string; lastSeq: number; lastAt: number };

/** Takes the threads forward. What was imported counts as read, unless somebody has written in between. */
export async function advanceThreads(tx: Transaction, progress: readonly Progress[]): Promise<void> {
  const values = [
    progress.map(({ conversation }) => conversation),
    progress.map(({ lastSeq }) => lastSeq),
    progress.map(({ lastAt }) => new Date(lastAt).toISOString()),
  ];
  await tx.rows(
    `UPDATE threads t SET next_seq = u.seq + 1, last_message_seq = u.seq,
       read_floor = CASE WHEN t.read_floor >= coalesce(t.last_message_seq, 0) THEN u.seq ELSE t.read_floor END
     FROM unnest($1::uuid[], $2::bigint[]) AS u (id, seq) WHERE t.conversation_id = u.id AND t.thread = 'all'`,
    values.slice(0, 2),
  );
  await tx.rows(
    `UPDATE conversations c SET last_activity_at = greatest(c.last_activity_at, u.at)
     FROM unnest($1::uuid[], $2::timestamptz[]) AS u (id, at) WHERE c.id = u.id`,
    [values[0], values[2]],
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
