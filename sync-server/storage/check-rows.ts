import type { EventValue } from '#shared/documents.ts';
import type { FactKind } from '#shared/facts.ts';
import type { ThreadName } from '#shared/ids.ts';

import type { Reader, Transaction } from './database.ts';

/** All that is kept of one thread, for `check` to compare. */
export type ThreadRows = {
  conversation: string;
  thread: ThreadName;
  nextSeq: number;
  lastMessageSeq: number | null;
  documents: CheckedDocument[];
  entries: CheckedEntry[];
  messages: CheckedMessage[];
  events: { seq: number; id: string; at: Date; event: EventValue['event'] }[];
  reactions: { message_seq: number; account_id: string; emoji: string }[];
  /** Of the conversation; compared with its thread `team`. */
  team: { assignee: string | null; resolved: boolean; reopened: boolean; labels: string[] };
};
export type CheckedDocument = {
  id: number;
  /** `null`: of a person's own document. */
  epoch: number | null;
  n: number;
  entries: number;
  snapshot: Buffer | null;
  snapshotN: number;
  log: { from: number; to: number; update: Buffer }[];
  clocks: { client: number; next: number }[];
  deletes: { client: number; clock: number }[];
  context: { key: string; clock: number; value: unknown }[];
};
export type CheckedEntry = {
  key: string;
  kind: FactKind;
  seq: number;
  document: number;
  client: number;
  clock: number;
  hash: Buffer;
  at: Date;
  emptied: boolean;
  target: string | null;
};
export type CheckedMessage = { seq: number; key: string; text: string; replyTo: string | null; removed: boolean };

/** Everything that one look sees is of one moment, though the server goes on writing. */
export async function asOfNow(tx: Transaction): Promise<void> {
  await tx.rows('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
}

/** The threads after `after`, in order. */
export async function listThreads(
  db: Reader,
  after: { conversation: string; thread: string } | null,
  limit: number,
): Promise<{ conversation: string; thread: ThreadName }[]> {
  return db.rows(
    `SELECT conversation_id AS conversation, thread FROM threads WHERE (conversation_id, thread) > ($1::uuid, $2)
     ORDER BY conversation_id, thread LIMIT $3`,
    [after?.conversation ?? '00000000-0000-0000-0000-000000000000', after?.thread ?? '', limit],
  );
}

export async function loadThread(db: Reader, conversation: string, thread: ThreadName): Promise<ThreadRows | null> {
  const place = [conversation, thread];
  const [head] = await db.rows<{ next_seq: number; last_message_seq: number | null }>(
    'SELECT next_seq, last_message_seq FROM threads WHERE conversation_id = $1 AND thread = $2',
    place,
  );
  if (!head) return null;
  const ids = await db.rows<{ id: number }>(
    'SELECT id FROM documents WHERE conversation_id = $1 AND thread = $2 ORDER BY epoch',
    place,
  );
  const documents: CheckedDocument[] = [];
  for (const { id } of ids) documents.push(await loadDocument(db, id));
  const entries = await db.rows<CheckedEntry>(
    `SELECT account_id || '/' || id AS key, kind, seq, document_id AS document, client_id AS client, clock, hash, accepted_at AS at, emptied, target
     FROM entries WHERE conversation_id = $1 AND thread = $2 ORDER BY seq`,
    place,
  );
  const messages = await db.rows<CheckedMessage>(
    `SELECT seq, account_id || '/' || id AS key, text, reply_to AS "replyTo", removed_at IS NOT NULL AS removed FROM messages
     WHERE conversation_id = $1 AND thread = $2 ORDER BY seq`,
    place,
  );
  const events = await db.rows<ThreadRows['events'][number]>(
    'SELECT seq, id, at, event FROM events WHERE conversation_id = $1 AND thread = $2 ORDER BY seq',
    place,
  );
  const reactions = await db.rows<ThreadRows['reactions'][number]>(
    'SELECT message_seq, account_id, emoji FROM reactions WHERE conversation_id = $1 AND thread = $2',
    place,
  );
  const [team] = await db.rows<ThreadRows['team']>(
    `SELECT s.assignee_id AS assignee, coalesce(s.resolved, false) AS resolved, s.reopened_at IS NOT NULL AS reopened,
       ARRAY(SELECT name FROM labels l WHERE l.conversation_id = c.id) AS labels
     FROM conversations c LEFT JOIN team_states s ON s.conversation_id = c.id WHERE c.id = $1`,
    [conversation],
  );
  const { next_seq: nextSeq, last_message_seq: lastMessageSeq } = head;
  return { conversation, thread, nextSeq, lastMessageSeq, documents, entries, messages, events, reactions, team: team! };
}

/** The documents of accounts, after `after`, in order. */
export async function listOwnDocuments(db: Reader, after: number, limit: number): Promise<number[]> {
  const rows = await db.rows<{ id: number }>(
    'SELECT id FROM documents WHERE account_id IS NOT NULL AND id > $1 ORDER BY id LIMIT $2',
    [after, limit],
  );
  return rows.map(({ id }) => id);
}

export async function loadDocument(db: Reader, id: number): Promise<CheckedDocument> {
  const [row] = await db.rows<Pick<CheckedDocument, 'epoch' | 'n' | 'entries' | 'snapshot' | 'snapshotN'>>(
    'SELECT epoch, n, entries, snapshot, snapshot_n AS "snapshotN" FROM documents WHERE id = $1',
    [id],
  );
  const log = await db.rows<CheckedDocument['log'][number]>(
    'SELECT n_from AS from, n_to AS to, update FROM document_log WHERE document_id = $1 ORDER BY n_to',
    [id],
  );
  const clocks = await db.rows<CheckedDocument['clocks'][number]>(
    'SELECT client_id AS client, next_clock AS next FROM document_clocks WHERE document_id = $1',
    [id],
  );
  const deletes = await db.rows<CheckedDocument['deletes'][number]>(
    'SELECT client_id AS client, clock FROM document_deletes WHERE document_id = $1',
    [id],
  );
  const context = await db.rows<CheckedDocument['context'][number]>(
    'SELECT key, clock, value FROM document_context WHERE document_id = $1',
    [id],
  );
  return { id, ...row!, log, clocks, deletes, context };
}
