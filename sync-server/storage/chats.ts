import type { JobStatus } from '#shared/documents.ts';
import {
  PLATFORM_JOB_STATUS,
  type ChatConversation,
  type ChatHistoryMessage,
  type ChatMessage,
  type ChatPerson,
} from '#shared/json-clients.ts';
import { isStaff, type Role } from '#shared/roles.ts';

import { IS_ITS_STAFF, TAKES_PART } from './access.ts';
import type { Reader } from './database.ts';

/** What JSON clients see: the thread `all` under integer ids. */

export type ChatViewer = { account: string; role: Role; agencyId: string | null };
/** Where a client that shows no sign-in finds a file. */
export type LinkTo = (file: string) => string;
export type Page = { page: number; limit: number };

export type OpenChat = {
  conversation: string;
  agency: string;
  number: number;
  /** The newest `seq`, and up to where all counts as read. */
  lastSeq: number;
  readFloor: number;
  /** By account. */
  reads: Map<string, number>;
};

/** The conversation of that number; `null` when there is none or the account takes no part in it. */
export async function openChat(db: Reader, account: string, number: number): Promise<OpenChat | null> {
  const [row] = await db.rows<{ id: string; agency: string; last_seq: number; read_floor: number }>(
    `SELECT c.id, c.agency_id AS agency, t.next_seq - 1 AS last_seq, t.read_floor
     FROM conversations c JOIN accounts a ON a.id = $2 JOIN threads t ON t.conversation_id = c.id AND t.thread = 'all'
     WHERE c.number = $1 AND ${TAKES_PART}`,
    [number, account],
  );
  if (!row) return null;
  const reads = await db.rows<{ account_id: string; seq: number }>(
    "SELECT account_id, seq FROM reads WHERE conversation_id = $1 AND thread = 'all'",
    [row.id],
  );
  return {
    conversation: row.id,
    agency: row.agency,
    number,
    lastSeq: row.last_seq,
    readFloor: row.read_floor,
    reads: new Map(reads.map(({ account_id, seq }) => [account_id, seq])),
  };
}

type MessageRow = {
  seq: number;
  number: number;
  id: string;
  account: string;
  sender: number;
  name: string;
  email: string;
  text: string;
  file: string | null;
  removed: boolean;
  edited: boolean;
  accepted_at: Date;
  is_read: boolean;
};

const MESSAGE = `SELECT m.seq, m.number, m.id, m.account_id AS account, a.number AS sender, a.name, a.email, m.text,
    m.attachments -> 0 ->> 'id' AS file, m.removed_at IS NOT NULL AS removed, m.edited_at IS NOT NULL AS edited, m.accepted_at,
    m.seq <= t.read_floor OR EXISTS (SELECT FROM reads r WHERE r.conversation_id = m.conversation_id AND r.thread = m.thread
      AND r.account_id <> m.account_id AND r.seq >= m.seq) AS is_read
  FROM messages m JOIN accounts a ON a.id = m.account_id
    JOIN threads t ON t.conversation_id = m.conversation_id AND t.thread = m.thread
  WHERE m.conversation_id = $1 AND m.thread = 'all'`;

/** `seq` beside what is told. */
export type ToldMessage = { seq: number; message: ChatMessage };

export async function chatMessagesAfter(
  db: Reader,
  linkTo: LinkTo,
  { conversation, after, limit }: { conversation: string; after: number; limit: number },
): Promise<ToldMessage[]> {
  const rows = await db.rows<MessageRow>(`${MESSAGE} AND m.seq > $2 ORDER BY m.seq LIMIT $3`, [conversation, after, limit]);
  return rows.map((row) => ({ seq: row.seq, message: toMessage(row, linkTo) }));
}

/** The message that an account wrote under this id. `changed`: it was edited or removed since. */
export async function chatMessageOf(
  db: Reader,
  linkTo: LinkTo,
  place: { conversation: string; account: string; id: string },
): Promise<{ message: ChatMessage; changed: boolean } | null> {
  const [row] = await db.rows<MessageRow>(
    `${MESSAGE} AND m.seq = (SELECT e.seq FROM entries e
       WHERE e.conversation_id = $1 AND e.thread = 'all' AND e.account_id = $2 AND e.id = $3)`,
    [place.conversation, place.account, place.id],
  );
  return row ? { message: toMessage(row, linkTo), changed: row.edited || row.removed } : null;
}

function toMessage(row: MessageRow, linkTo: LinkTo): ChatMessage {
  return {
    message_id: row.number,
    sender_id: row.sender,
    sender_name: row.name,
    text: row.removed ? '' : row.text,
    attachment_url: row.removed || row.file === null ? null : linkTo(row.file),
    created_at: row.accepted_at.toISOString(),
    is_read: row.is_read,
  };
}

/** Where the newest of these messages stands; `null` when none of them is of this conversation's thread `all`. */
export async function newestSeqOf(db: Reader, conversation: string, numbers: readonly number[]): Promise<number | null> {
  const [row] = await db.rows<{ seq: number | null }>(
    "SELECT max(seq) AS seq FROM messages WHERE conversation_id = $1 AND thread = 'all' AND number = ANY ($2::bigint[])",
    [conversation, numbers],
  );
  return row?.seq ?? null;
}

/** Who read which messages of others by moving a cursor from `after` to `upTo`: the newest of them, in their order. */
export async function messagesRead(
  db: Reader,
  read: { conversation: string; account: string; after: number; upTo: number },
  limit: number,
): Promise<{ user: number; messages: number[] }> {
  const rows = await db.rows<{ number: number; user: number }>(
    `SELECT m.number, a.number AS user FROM messages m JOIN accounts a ON a.id = $2
     WHERE m.conversation_id = $1 AND m.thread = 'all' AND m.account_id <> a.id AND m.removed_at IS NULL
       AND m.seq > $3 AND m.seq <= $4 ORDER BY m.seq DESC LIMIT $5`,
    [read.conversation, read.account, read.after, read.upTo, limit],
  );
  return { user: rows[0]?.user ?? 0, messages: rows.map((row) => row.number).reverse() };
}

export async function accountNumber(db: Reader, account: string): Promise<number | null> {
  const [row] = await db.rows<{ number: number }>('SELECT number FROM accounts WHERE id = $1', [account]);
  return row?.number ?? null;
}

type ConversationRow = {
  number: number;
  job: number;
  title: string;
  status: JobStatus;
  client: (ChatPerson & { account: string }) | null;
  worker: (ChatPerson & { account: string }) | null;
  unread: number;
  created_at: Date;
  m_text: string;
  m_removed: boolean;
  m_name: string;
  m_at: Date | null;
};

/** The newest page first; `asStaff`: of the viewer's agency alone. Those who take part by name first come first; of the clients also one who left, rather than nobody. */
export async function chatConversationPage(
  db: Reader,
  viewer: ChatViewer,
  { page, limit, asStaff = false }: Page & { asStaff?: boolean },
): Promise<{ conversations: ChatConversation[]; total: number }> {
  const own = isStaff(viewer.role) && viewer.agencyId !== null;
  const listed = `c.id IN (SELECT p.conversation_id FROM participants p WHERE p.account_id = $1 AND p.left_at IS NULL${own ? ' AND p.guest' : ''})`;
  const scope = `conversations c JOIN accounts a ON a.id = $1 WHERE $2::uuid IS NOT DISTINCT FROM $2
    AND ${own ? (asStaff ? 'c.agency_id = $2' : `(c.agency_id = $2 OR ${listed})`) : listed} AND ${TAKES_PART}`;
  const place = [viewer.account, viewer.agencyId];
  const [all] = await db.rows<{ total: number }>(`SELECT count(*) AS total FROM ${scope}`, place);
  const rows = await db.rows<ConversationRow>(
    `WITH listed AS MATERIALIZED (
       SELECT c.id FROM ${scope} ORDER BY c.last_activity_at DESC, c.id DESC LIMIT $3 OFFSET $4)
     SELECT c.number, j.number AS job, j.title, j.status, c.created_at,
       (SELECT ${PERSON} FROM participants p JOIN accounts x ON x.id = p.account_id
        WHERE p.conversation_id = c.id AND p.role = 'client' ORDER BY p.left_at IS NOT NULL, p.joined_at, x.number LIMIT 1) AS client,
       (SELECT ${PERSON} FROM participants p JOIN accounts x ON x.id = p.account_id
        WHERE p.conversation_id = c.id AND p.role = 'worker' AND p.left_at IS NULL ORDER BY p.joined_at, x.number LIMIT 1) AS worker,
       (SELECT count(*) FROM messages u WHERE u.conversation_id = c.id AND u.thread = 'all' AND u.account_id <> $1
          AND u.removed_at IS NULL AND u.seq > greatest(t.read_floor, coalesce(r.seq, 0))) AS unread,
       m.text AS m_text, m.removed_at IS NOT NULL AS m_removed, ma.name AS m_name, m.accepted_at AS m_at
     FROM listed JOIN conversations c ON c.id = listed.id JOIN jobs j ON j.id = c.job_id
       JOIN threads t ON t.conversation_id = c.id AND t.thread = 'all'
       LEFT JOIN reads r ON r.conversation_id = c.id AND r.thread = 'all' AND r.account_id = $1
       LEFT JOIN messages m ON m.conversation_id = c.id AND m.thread = 'all' AND m.seq = t.last_message_seq
       LEFT JOIN accounts ma ON ma.id = m.account_id
     ORDER BY c.last_activity_at DESC, c.id DESC`,
    [...place, limit, (page - 1) * limit],
  );
  return { conversations: rows.map((row) => toConversation(row, viewer)), total: all!.total };
}

const PERSON = "json_build_object('account', x.id, 'id', x.number, 'name', x.name, 'email', x.email)";

function toConversation(row: ConversationRow, viewer: ChatViewer): ChatConversation {
  const at = row.m_at?.toISOString() ?? null;
  return {
    conversation_id: row.number,
    job: { id: row.job, title: row.title, status: PLATFORM_JOB_STATUS[row.status] },
    client: row.client && personFor(viewer, row.client),
    worker: row.worker && personFor(viewer, row.worker),
    last_message: at === null ? null : { text: row.m_removed ? '' : row.m_text, sender_name: row.m_name, created_at: at },
    unread_count: row.unread,
    last_message_at: at,
    created_at: row.created_at.toISOString(),
  };
}

/** Addresses are for the agency: clients and workers are not handed each other's through an interface. */
function personFor(viewer: ChatViewer, { account, id, name, email }: ChatPerson & { account: string }): ChatPerson {
  return { id, name, email: isStaff(viewer.role) || account === viewer.account ? email : '' };
}

export type ChatHistory = {
  messages: ChatHistoryMessage[];
  conversation: { id: number; job_id: number; job_title: string };
  total: number;
};

/** Oldest first, page 1 with the oldest. `null`: not there, or not the viewer's. `asStaff`: only as the agency's own. */
export async function chatHistoryPage(
  db: Reader,
  linkTo: LinkTo,
  viewer: ChatViewer,
  number: number,
  { page, limit, asStaff }: Page & { asStaff: boolean },
): Promise<ChatHistory | null> {
  const [found] = await db.rows<{ id: string; job: number; title: string; total: number }>(
    `SELECT c.id, j.number AS job, j.title,
       (SELECT count(*) FROM messages m WHERE m.conversation_id = c.id AND m.thread = 'all') AS total
     FROM conversations c JOIN accounts a ON a.id = $2 JOIN jobs j ON j.id = c.job_id
     WHERE c.number = $1 AND ${TAKES_PART} AND (${IS_ITS_STAFF} OR NOT $3::boolean)`,
    [number, viewer.account, asStaff],
  );
  if (!found) return null;
  const rows = await db.rows<MessageRow>(`${MESSAGE} ORDER BY m.seq LIMIT $2 OFFSET $3`, [found.id, limit, (page - 1) * limit]);
  const messages = rows.map((row): ChatHistoryMessage => {
    const { message_id, text, attachment_url, is_read, created_at } = toMessage(row, linkTo);
    const { account, sender: id, name, email } = row;
    return { message_id, sender: personFor(viewer, { account, id, name, email }), text, attachment_url, is_read, created_at };
  });
  return { messages, conversation: { id: number, job_id: found.job, job_title: found.title }, total: found.total };
}
