import { EVENT_KEY_PREFIX, type EventValue, type JobValue } from '#shared/documents.ts';
import type { AttachmentFact } from '#shared/facts.ts';
import { entryKey, type ThreadName } from '#shared/ids.ts';
import type { Role } from '#shared/roles.ts';
import type { Transcript, TranscriptItem, TranscriptPerson } from '#transcript/transcript.ts';

import { toJob } from './conversations.ts';
import type { Reader } from './database.ts';

type Place = { conversation: string; thread: ThreadName };

export type TranscriptHead = Pick<Transcript, 'conversation' | 'agency' | 'job' | 'thread'> & {
  people: TranscriptPerson[];
  /** What comes later is not in it. */
  lastSeq: number;
};

export async function transcriptHead(db: Reader, { conversation, thread }: Place): Promise<TranscriptHead> {
  const [row] = await db.rows<
    Parameters<typeof toJob>[0] & { number: number; agency: string; agency_name: string; time_zone: string; last_seq: number }
  >(
    `SELECT c.number, g.id AS agency, g.name AS agency_name, g.time_zone, t.next_seq - 1 AS last_seq, j.id AS job_id,
       j.number AS job_number, j.title, j.status, j.location, j.starts_on
     FROM conversations c JOIN agencies g ON g.id = c.agency_id JOIN jobs j ON j.id = c.job_id
       JOIN threads t ON t.conversation_id = c.id AND t.thread = $2 WHERE c.id = $1`,
    [conversation, thread],
  );
  if (!row) throw new Error(`there is no conversation ${conversation}`);
  const people = await db.rows<{ account: string; name: string; role: Role; left: boolean }>(
    `SELECT a.id AS account, a.name, coalesce(p.role, a.role) AS role, p.left_at IS NOT NULL AS left
     FROM accounts a LEFT JOIN participants p ON p.conversation_id = $1 AND p.account_id = a.id
     WHERE p.account_id IS NOT NULL OR a.id IN (SELECT account_id FROM entries WHERE conversation_id = $1 AND thread = $2)
       OR a.id::text IN (SELECT event ->> 'account' FROM events WHERE conversation_id = $1 AND thread = $2
         UNION SELECT event ->> 'by' FROM events WHERE conversation_id = $1 AND thread = $2)
     ORDER BY array_position('{client,worker,owner,staff,employee}', coalesce(p.role, a.role)), a.name, a.id`,
    [conversation, thread],
  );
  const job: JobValue = toJob(row);
  const agency = { id: row.agency, name: row.agency_name, timeZone: row.time_zone };
  return { conversation: { id: conversation, number: row.number }, agency, job, thread, people, lastSeq: row.last_seq };
}

type ItemRow = {
  seq: number;
  number: number;
  account: string;
  id: string;
  text: string;
  mentions: string[];
  attachments: AttachmentFact[];
  reply_to: string | null;
  reply_account: string | null;
  reply_text: string | null;
  sent_at: Date;
  accepted_at: Date;
  edited_at: Date | null;
  removed_at: Date | null;
  reactions: { emoji: string; accounts: string[] }[];
};

/** The messages and events behind `after`, up to `last`, the oldest first. `null` for `next`: these were the last. */
export async function transcriptPage(
  db: Reader,
  { conversation, thread }: Place,
  { after, last, limit }: { after: number; last: number; limit: number },
): Promise<{ items: TranscriptItem[]; next: number | null }> {
  // What was replied to is looked up by itself (LATERAL, LIMIT): before Postgres knows how much lies in its tables it would join all of
  // a thread with all of it.
  const messages = await db.rows<ItemRow>(
    `SELECT m.seq, m.number, m.account_id AS account, m.id, m.text, m.mentions::text[], m.attachments, m.reply_to, m.sent_at,
       m.accepted_at, m.edited_at, m.removed_at, o.account_id AS reply_account, left(o.text, 400) AS reply_text,
       coalesce((SELECT json_agg(json_build_object('emoji', r.emoji, 'accounts', r.accounts) ORDER BY r.first)
         FROM (SELECT emoji, array_agg(account_id ORDER BY seq) AS accounts, min(seq) AS first FROM reactions x
           WHERE x.conversation_id = m.conversation_id AND x.thread = m.thread AND x.message_seq = m.seq GROUP BY emoji) AS r), '[]') AS reactions
     FROM messages m
       LEFT JOIN LATERAL (SELECT r.account_id, r.text FROM messages r
         WHERE r.conversation_id = m.conversation_id AND r.thread = m.thread
           AND r.seq = (SELECT e.seq FROM entries e WHERE e.conversation_id = m.conversation_id AND e.thread = m.thread
             AND e.account_id = split_part(m.reply_to, '/', 1)::uuid AND e.id = split_part(m.reply_to, '/', 2)::uuid)
         LIMIT 1) AS o ON true
     WHERE m.conversation_id = $1 AND m.thread = $2 AND m.seq > $3 AND m.seq <= $4 ORDER BY m.seq LIMIT $5`,
    [conversation, thread, after, last, limit],
  );
  const events = await db.rows<{ seq: number; id: string; at: Date; event: EventValue['event'] }>(
    `SELECT seq, id, at, event FROM events WHERE conversation_id = $1 AND thread = $2 AND seq > $3 AND seq <= $4 ORDER BY seq LIMIT $5`,
    [conversation, thread, after, last, limit],
  );
  const all: TranscriptItem[] = [
    ...messages.map(toMessage),
    ...events.map(({ seq, id, at, event }) => ({
      kind: 'event' as const,
      key: `${EVENT_KEY_PREFIX}${id}`,
      seq,
      at: at.getTime(),
      event,
    })),
  ].sort((a, b) => a.seq - b.seq);
  const items = all.slice(0, limit);
  return { items, next: all.length >= limit ? items.at(-1)!.seq : null };
}

function toMessage(row: ItemRow): TranscriptItem {
  const { account, id, reply_to: key, reply_account: author, removed_at: removedAt, edited_at: editedAt } = row;
  return {
    kind: 'message',
    key: entryKey(account, id),
    number: row.number,
    seq: row.seq,
    account,
    text: row.text,
    mentions: row.mentions,
    attachments: row.attachments,
    replyTo: key === null || author === null ? null : { key, account: author, text: row.reply_text ?? '' },
    sentAt: row.sent_at.getTime(),
    acceptedAt: row.accepted_at.getTime(),
    editedAt: editedAt?.getTime() ?? null,
    removedAt: removedAt?.getTime() ?? null,
    reactions: row.reactions,
  };
}
