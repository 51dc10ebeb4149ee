import type { EventValue } from '#shared/documents.ts';
import type { AttachmentFact } from '#shared/facts.ts';
import type { ThreadName } from '#shared/ids.ts';
import type { Role } from '#shared/roles.ts';
import type { Transcript, TranscriptItem, TranscriptPerson } from '#transcript/transcript.ts';

import { readConversation, readPerson } from './conversations.ts';
import type { Store } from './database.ts';
import { isBehind } from './documents.ts';
import { reactionsOn } from './thread-rows.ts';

type Place = { conversation: string; thread: ThreadName };

export type TranscriptHead = Omit<Transcript, 'items' | 'exportedAt' | 'timeZone'> & {
  /** What comes later is not in it. */
  lastSeq: number;
  /** Messages and events. */
  total: number;
};

const ORDER: readonly Role[] = ['client', 'worker', 'owner', 'staff', 'employee'];

/** What is known of a thread here; `null` where there is no such conversation. */
export function transcriptHead(store: Store, place: Place): TranscriptHead | null {
  const record = readConversation(store, place.conversation);
  if (!record) return null;
  const { lastSeq, total } = store.get<{ lastSeq: number; total: number }>(
    `SELECT coalesce(max(seq), 0) AS lastSeq, count(*) AS total FROM items WHERE conversation = ? AND thread = ? AND seq IS NOT NULL`,
    place.conversation,
    place.thread,
  )!;
  return {
    conversation: { id: record.id, number: record.number },
    agency: { id: record.agency.id, name: record.agency.name },
    job: record.job,
    thread: place.thread,
    people: people(store, place, record.participants),
    isPartial: isBehind(store, place.conversation, place.thread),
    lastSeq,
    total,
  };
}

function people(store: Store, { conversation, thread }: Place, participants: readonly TranscriptPerson[]): TranscriptPerson[] {
  const found = new Map(participants.map(({ account, name, role, left }) => [account, { account, name, role, left }]));
  // One by one: each of these is read from an index alone, or from the few events.
  const authors = [
    `SELECT DISTINCT author FROM items WHERE conversation = ? AND thread = ? AND seq > 0`,
    `SELECT DISTINCT author FROM facts WHERE conversation = ? AND thread = ?`,
  ].flatMap((sql) => store.all<{ author: string | null }>(sql, conversation, thread).map((row) => row.author));
  const spokenOf = store
    .all<{ of: string | null; by: string | null }>(
      `SELECT event ->> '$.account' AS of, event ->> '$.by' AS by FROM items
       WHERE conversation = ? AND thread = ? AND seq > 0 AND kind = 'event'`,
      conversation,
      thread,
    )
    .flatMap((row) => [row.of, row.by]);
  for (const account of new Set([...authors, ...spokenOf])) {
    if (account === null || found.has(account)) continue;
    const { name, role } = readPerson(store, account);
    found.set(account, { account, name, role, left: false });
  }
  return [...found.values()].sort((a, b) => ORDER.indexOf(a.role) - ORDER.indexOf(b.role) || (a.name < b.name ? -1 : 1));
}

type Row = {
  key: string;
  kind: 'message' | 'event';
  seq: number;
  author: string | null;
  text: string;
  mentions: string;
  attachments: string;
  reply_to: string | null;
  reply_author: string | null;
  reply_text: string | null;
  sent_at: number;
  accepted_at: number | null;
  removed: number;
  event: string | null;
  changed_at: number | null;
};

/** The messages and events behind `after`, up to `last`, the oldest first. */
export function transcriptItems(
  store: Store,
  { conversation, thread }: Place,
  { after, last, limit }: { after: number; last: number; limit: number },
): TranscriptItem[] {
  const rows = store.all<Row>(
    `SELECT items.key, items.kind, items.seq, items.author, items.text, items.mentions, items.attachments, items.reply_to,
       items.sent_at, items.accepted_at, items.removed, items.event, answered.author AS reply_author,
       substr(answered.text, 1, 400) AS reply_text,
       (SELECT max(accepted_at) FROM facts INDEXED BY facts_target WHERE facts.conversation = items.conversation AND facts.thread = items.thread
          AND facts.target = items.key AND facts.kind = iif(items.removed, 'remove', 'edit')) AS changed_at
     FROM items LEFT JOIN items AS answered ON answered.conversation = items.conversation AND answered.thread = items.thread
       AND answered.key = items.reply_to
     WHERE items.conversation = ? AND items.thread = ? AND items.seq > ? AND items.seq <= ? ORDER BY items.seq LIMIT ?`,
    conversation,
    thread,
    after,
    last,
    limit,
  );
  return rows.map((row) => itemOf(row, reactionsOn(store, { conversation, thread }, row.key)));
}

function itemOf(row: Row, reacted: { emoji: string; account: string }[]): TranscriptItem {
  const { key, seq } = row;
  if (row.kind === 'event') {
    return { kind: 'event', key, seq, at: row.sent_at, event: JSON.parse(row.event!) as EventValue['event'] };
  }
  const acceptedAt = row.accepted_at ?? row.sent_at;
  const removed = row.removed === 1;
  const byEmoji = Map.groupBy(reacted, ({ emoji }) => emoji);
  return {
    kind: 'message',
    key,
    // Only the server counts them.
    number: null,
    seq,
    account: row.author ?? '',
    text: row.text,
    mentions: JSON.parse(row.mentions) as string[],
    attachments: JSON.parse(row.attachments) as AttachmentFact[],
    replyTo:
      row.reply_to === null || row.reply_author === null
        ? null
        : { key: row.reply_to, account: row.reply_author, text: row.reply_text ?? '' },
    sentAt: row.sent_at,
    acceptedAt,
    editedAt: removed ? null : row.changed_at,
    removedAt: removed ? (row.changed_at ?? acceptedAt) : null,
    reactions: [...byEmoji].map(([emoji, all]) => ({ emoji, accounts: all.map(({ account }) => account) })),
  };
}
