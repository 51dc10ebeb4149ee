import type { z } from 'zod';

import type { historyItem, historyPage } from '#shared/api/conversations.ts';
import { EVENT_KEY_PREFIX, type EventValue } from '#shared/documents.ts';
import type { AttachmentFact } from '#shared/facts.ts';
import { entryKey, type ThreadName } from '#shared/ids.ts';

import type { Reader } from './database.ts';

type HistoryItem = z.infer<typeof historyItem>;

type MessageRow = {
  seq: number;
  number: number;
  account_id: string;
  id: string;
  name: string;
  text: string;
  mentions: string[];
  attachments: AttachmentFact[];
  reply_to: string | null;
  sent_at: Date;
  accepted_at: Date;
  edited_at: Date | null;
  removed_at: Date | null;
};

type Place = { conversation: string; thread: ThreadName };

/** The page of a thread that ends below `before`: messages in their present state and events, oldest first. */
export async function readHistory(
  db: Reader,
  { conversation, thread }: Place,
  { before, limit }: { before: number | null; limit: number },
): Promise<z.infer<typeof historyPage>> {
  const below = before ?? Number.MAX_SAFE_INTEGER;
  const messages = await db.rows<MessageRow>(
    `SELECT m.seq, m.number, m.account_id, m.id, a.name, m.text, m.mentions::text[], m.attachments, m.reply_to, m.sent_at,
       m.accepted_at, m.edited_at, m.removed_at
     FROM messages m JOIN accounts a ON a.id = m.account_id
     WHERE m.conversation_id = $1 AND m.thread = $2 AND m.seq < $3 ORDER BY m.seq DESC LIMIT $4`,
    [conversation, thread, below, limit + 1],
  );
  const events = await db.rows<{ seq: number; id: string; at: Date; event: EventValue['event'] }>(
    `SELECT seq, id, at, event FROM events WHERE conversation_id = $1 AND thread = $2 AND seq < $3 ORDER BY seq DESC LIMIT $4`,
    [conversation, thread, below, limit + 1],
  );
  const reactions = await reactionsOf(
    db,
    { conversation, thread },
    messages.map((row) => row.seq),
  );
  const items: HistoryItem[] = [
    ...messages.map((row) => toMessage(row, reactions.get(row.seq) ?? [])),
    ...events.map(({ seq, id, at, event }) => {
      return { kind: 'event' as const, key: `${EVENT_KEY_PREFIX}${id}`, seq, at: at.toISOString(), event };
    }),
  ];
  items.sort((a, b) => b.seq - a.seq);
  const page = items.slice(0, limit).reverse();
  return { messages: page, before: items.length > limit ? (page[0]?.seq ?? null) : null };
}

type Reactions = Extract<HistoryItem, { kind: 'message' }>['reactions'];

async function reactionsOf(db: Reader, { conversation, thread }: Place, seqs: number[]): Promise<Map<number, Reactions>> {
  if (seqs.length === 0) return new Map();
  const rows = await db.rows<{ message_seq: number; emoji: string; accounts: string[] }>(
    `SELECT message_seq, emoji, array_agg(account_id::text ORDER BY seq) AS accounts FROM reactions
     WHERE conversation_id = $1 AND thread = $2 AND message_seq = ANY ($3::bigint[])
     GROUP BY message_seq, emoji ORDER BY message_seq, min(seq)`,
    [conversation, thread, seqs],
  );
  const byMessage = new Map<number, Reactions>();
  for (const { message_seq: seq, emoji, accounts } of rows) {
    const list = byMessage.get(seq);
    if (list) list.push({ emoji, accounts });
    else byMessage.set(seq, [{ emoji, accounts }]);
  }
  return byMessage;
}

function toMessage(row: MessageRow, reactions: Reactions): HistoryItem {
  return {
    kind: 'message',
    key: entryKey(row.account_id, row.id),
    number: row.number,
    seq: row.seq,
    account: row.account_id,
    name: row.name,
    text: row.text,
    mentions: row.mentions,
    attachments: row.attachments,
    replyTo: row.reply_to,
    sentAt: row.sent_at.toISOString(),
    acceptedAt: row.accepted_at.toISOString(),
    editedAt: row.edited_at?.toISOString() ?? null,
    removedAt: row.removed_at?.toISOString() ?? null,
    reactions,
  };
}
