import type { Conversation, ReadCursor } from '#shared/api/conversations.ts';
import type { JobStatus, JobValue, LockReason, ParticipantValue } from '#shared/documents.ts';
import { documentName, type ThreadName } from '#shared/ids.ts';
import { isStaff, type Role } from '#shared/roles.ts';

import { IS_ITS_STAFF, IS_LISTED_AS_ITS_STAFF, TAKES_PART } from './access.ts';
import type { Reader } from './database.ts';
import { SUMMARY_COLUMNS, toSummary, type SummaryRow } from './message-summary.ts';
import { teamStates } from './team-states.ts';

type RecordRow = SummaryRow & {
  id: string;
  number: number;
  agency_id: string;
  agency_number: number;
  agency_name: string;
  job_id: string;
  job_number: number;
  title: string;
  status: JobStatus;
  location: string | null;
  starts_on: string | null;
  locks: LockReason[];
  created_at: Date;
  last_activity_at: Date;
  last_seq: number;
  read_floor: number;
  staff: boolean;
  unread: number;
};

/**
 * The records of these conversations as the account sees them, in the order of `ids`; those that it takes no part in are
 * left out. Five statements, whatever their number.
 */
export async function conversationRecords(db: Reader, ids: readonly string[], viewer: string): Promise<Conversation[]> {
  if (ids.length === 0) return [];
  const rows = await db.rows<RecordRow>(
    `SELECT c.id, c.number, g.id AS agency_id, g.number AS agency_number, g.name AS agency_name,
       j.id AS job_id, j.number AS job_number, j.title, j.status, j.location, j.starts_on,
       c.locks, c.created_at, c.last_activity_at, t.next_seq - 1 AS last_seq, t.read_floor, ${IS_ITS_STAFF} AS staff,
       (SELECT count(*) FROM messages u WHERE u.conversation_id = c.id AND u.thread = 'all' AND u.account_id <> a.id
          AND u.removed_at IS NULL AND u.seq > greatest(t.read_floor, coalesce(r.seq, 0))) AS unread,
       ${SUMMARY_COLUMNS}
     FROM conversations c
       JOIN accounts a ON a.id = $2
       JOIN agencies g ON g.id = c.agency_id
       JOIN jobs j ON j.id = c.job_id
       JOIN threads t ON t.conversation_id = c.id AND t.thread = 'all'
       LEFT JOIN reads r ON r.conversation_id = c.id AND r.thread = 'all' AND r.account_id = a.id
       LEFT JOIN messages m ON m.conversation_id = c.id AND m.thread = 'all' AND m.seq = t.last_message_seq
       LEFT JOIN accounts ma ON ma.id = m.account_id
     WHERE c.id = ANY ($1::uuid[]) AND ${TAKES_PART}`,
    [ids, viewer],
  );
  const found = rows.map((row) => row.id);
  const [people, documents, reads] = [await participantsOf(db, found), await documentsOf(db, found), await readsOf(db, found)];
  const team = await teamStates(
    db,
    rows.flatMap(({ id, staff }) => (staff ? [id] : [])),
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => {
    const row = byId.get(id);
    if (!row) return [];
    const sees = ({ thread }: { thread: ThreadName }) => row.staff || thread === 'all';
    return [
      {
        ...toRecord(row),
        participants: people.get(id) ?? [],
        documents: (documents.get(id) ?? []).filter(sees),
        reads: (reads.get(id) ?? []).filter(sees),
        team: team.get(id) ?? null,
      },
    ];
  });
}

export async function conversationRecord(db: Reader, id: string, viewer: string): Promise<Conversation | null> {
  return (await conversationRecords(db, [id], viewer))[0] ?? null;
}

function toRecord(row: RecordRow): Omit<Conversation, 'participants' | 'documents' | 'reads' | 'team'> {
  return {
    id: row.id,
    number: row.number,
    agency: { id: row.agency_id, number: row.agency_number, name: row.agency_name },
    job: toJob(row),
    locks: row.locks,
    lastSeq: row.last_seq,
    readFloor: row.read_floor,
    lastMessage: toSummary(row),
    unread: row.unread,
    createdAt: row.created_at.toISOString(),
    lastActivityAt: row.last_activity_at.toISOString(),
  };
}

type JobRow = Pick<RecordRow, 'job_id' | 'job_number' | 'title' | 'status' | 'location' | 'starts_on'>;

export function toJob({ job_id, job_number, title, status, location, starts_on }: JobRow): JobValue {
  return { id: job_id, number: job_number, title, status, location, startsOn: starts_on };
}

/** Everybody who is or was listed, clients first, then workers, then the agency's. */
export async function participantsOf(db: Reader, conversations: readonly string[]): Promise<Map<string, ParticipantValue[]>> {
  const rows = await db.rows<{
    conversation_id: string;
    account: string;
    name: string;
    role: Role;
    left: boolean;
    erased: boolean;
  }>(
    `SELECT p.conversation_id, p.account_id AS account, a.name, p.role,
       p.left_at IS NOT NULL OR (${IS_LISTED_AS_ITS_STAFF} AND NOT ${IS_ITS_STAFF}) AS left, a.erased_at IS NOT NULL AS erased
     FROM participants p JOIN accounts a ON a.id = p.account_id JOIN conversations c ON c.id = p.conversation_id
     WHERE p.conversation_id = ANY ($1::uuid[])
     ORDER BY array_position('{client,worker,owner,staff,employee}', p.role), a.name, a.id`,
    [conversations],
  );
  return grouped(rows, ({ account, name, role, left, erased }) => ({
    account,
    name,
    role,
    left,
    ...(erased ? { erased } : {}),
  }));
}

async function documentsOf(db: Reader, conversations: readonly string[]): Promise<Map<string, Conversation['documents']>> {
  const rows = await db.rows<{ conversation_id: string; thread: ThreadName; epoch: number; n: number; entries: number }>(
    `SELECT conversation_id, thread, epoch, n, entries FROM documents WHERE conversation_id = ANY ($1::uuid[])
     ORDER BY thread, epoch`,
    [conversations],
  );
  return grouped(rows, ({ conversation_id: conversation, thread, epoch, n, entries }) => {
    return { document: documentName({ kind: 'thread', conversation, thread, epoch }), thread, epoch, n, entries };
  });
}

async function readsOf(db: Reader, conversations: readonly string[]): Promise<Map<string, ReadCursor[]>> {
  const rows = await db.rows<{ conversation_id: string; thread: ThreadName; account: string; seq: number; at: Date }>(
    `SELECT conversation_id, thread, account_id AS account, seq, at FROM reads WHERE conversation_id = ANY ($1::uuid[])
     ORDER BY thread, account_id`,
    [conversations],
  );
  return grouped(rows, ({ thread, account, seq, at }) => ({ thread, account, seq, at: at.toISOString() }));
}

function grouped<Row extends { conversation_id: string }, T>(rows: Row[], map: (row: Row) => T): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(row.conversation_id);
    if (group) group.push(map(row));
    else groups.set(row.conversation_id, [map(row)]);
  }
  return groups;
}

/**
 * Ways in, each with its index: staff ($1) see their agency's ($5) and what they are guests in, everybody else what they are listed in. Who was listed as
 * staff of their own agency, and isn't any more, is not.
 */
const OF_THEIR_AGENCY = `conversations c WHERE c.agency_id = $5 AND NOT EXISTS (
  SELECT FROM participants p WHERE p.conversation_id = c.id AND p.account_id = $1 AND p.left_at IS NOT NULL)`;
const LISTED = `participants p JOIN accounts a ON a.id = p.account_id JOIN conversations c ON c.id = p.conversation_id
  WHERE p.account_id = $1 AND p.left_at IS NULL AND NOT ${IS_LISTED_AS_ITS_STAFF} AND $5::uuid IS NOT DISTINCT FROM $5`;
const AS_GUEST = `${LISTED} AND p.guest`;

function pageOf(scope: string): string {
  return `SELECT c.id, c.last_activity_at AS at FROM ${scope}
    AND ($2::timestamptz IS NULL OR (c.last_activity_at, c.id) < ($2::timestamptz, $3::uuid))
    ORDER BY c.last_activity_at DESC, c.id DESC LIMIT $4`;
}

export type ConversationPage = { ids: string[]; next: string | null };

/** The conversations that an account takes part in, newest activity first. `before`: the `next` of the page before. */
export async function listConversations(
  db: Reader,
  viewer: { account: string; role: Role; agencyId: string | null },
  { limit, before }: { limit: number; before: PagePlace | null },
): Promise<ConversationPage> {
  const scopes = isStaff(viewer.role) && viewer.agencyId !== null ? [OF_THEIR_AGENCY, AS_GUEST] : [LISTED];
  const rows = await db.rows<{ id: string; at: string }>(
    `SELECT id, at::text AS at FROM (${scopes.map((scope) => `(${pageOf(scope)})`).join(' UNION ALL ')}) AS places
     ORDER BY places.at DESC, id DESC LIMIT $4`,
    [viewer.account, before?.at ?? null, before?.id ?? null, limit + 1, viewer.agencyId],
  );
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { ids: page.map((row) => row.id), next: rows.length > limit && last ? encodePlace(last) : null };
}

/** `at` as Postgres writes it, to the microsecond. */
type PagePlace = { at: string; id: string };

function encodePlace({ at, id }: PagePlace): string {
  return Buffer.from(JSON.stringify([at, id])).toString('base64url');
}

/** Reads a `next`; `null` when it is none of ours. */
export function decodePlace(text: string): PagePlace | null {
  const match = /^\["([-0-9:.+ ]{10,40})","([0-9a-f-]{36})"\]$/.exec(Buffer.from(text, 'base64url').toString('utf8'));
  return match && !Number.isNaN(Date.parse(match[1]!.replace(/([+-]\d\d)$/, '$1:00'))) ? { at: match[1]!, id: match[2]! } : null;
}
