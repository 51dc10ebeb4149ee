import { conversationShape, type Conversation } from '#shared/api/conversations.ts';
import { THREADS, type ThreadName } from '#shared/ids.ts';
import type { Role } from '#shared/roles.ts';
import type { PersonView } from '#shared/views.ts';

import { forgetDraft, takeDraft } from '../own/shared-drafts.ts';
import { fold } from '../projection/words.ts';
import type { Store } from './database.ts';
import { raiseServerN } from './documents.ts';
import { markFilesGone } from './file-rows.ts';
import { raiseCursor, ownCursor } from './reads.ts';
import { readSession } from './session.ts';
import { mayReadTeam, refreshTeam } from './team-rows.ts';
import { refreshWork } from './work-rows.ts';

/**
 * Keeps the record of a conversation as the server tells it: rows are usable at once, documents follow. Where it says that the agency's
 * notes aren't ours, what is here of them goes; returns whether there was any.
 */
export function putConversation(store: Store, conversation: Conversation, me: string): { notesGone: boolean } {
  const put = putRecord(store, conversation);
  refreshConversation(store, conversation.id, me);
  return put;
}

/** The same for who refreshes the conversation in the same transaction. */
export function putRecord(store: Store, conversation: Conversation): { notesGone: boolean } {
  const search = fold([conversation.job.title, ...conversation.participants.map((person) => person.name)].join('\n'));
  store.run(
    `INSERT INTO conversations (id, record, at, search) VALUES (?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET record = excluded.record, search = excluded.search`,
    conversation.id,
    JSON.stringify(conversation),
    Date.parse(conversation.lastActivityAt),
    search,
  );
  for (const person of conversation.participants) putPerson(store, person.account, person.name, person.role);
  const { assignee, resolved } = conversation.team ?? {};
  for (const person of [assignee, assignee?.by, resolved?.by]) if (person) putPersonIfUnknown(store, person.account, person.name);
  if (conversation.lastMessage) putPersonIfUnknown(store, conversation.lastMessage.account, conversation.lastMessage.name);
  for (const document of conversation.documents) raiseServerN(store, document.document, document.n);
  for (const cursor of conversation.reads) {
    raiseCursor(store, conversation.id, cursor.thread, cursor.account, cursor.seq, Date.parse(cursor.at));
  }
  const notesGone = conversation.team === null && purgeThread(store, conversation.id, 'team');
  takeDraftsOf(store, conversation);
  return { notesGone };
}

/** Drafts of other devices that came before their conversation. */
function takeDraftsOf(store: Store, record: Conversation): void {
  for (const thread of THREADS) if (mayKeepDraft(store, record, thread)) takeDraft(store, { conversation: record.id, thread });
}

/** Drafts of notes are for who may read these. */
export function mayKeepDraft(store: Store, record: Conversation, thread: ThreadName): boolean {
  if (thread === 'all') return true;
  const session = readSession(store);
  return session !== null && mayReadTeam(record, session.account.role);
}

export function putPerson(store: Store, account: string, name: string, role: Role): void {
  store.run(
    `INSERT INTO people (account, name, role) VALUES (?, ?, ?)
     ON CONFLICT (account) DO UPDATE SET name = excluded.name, role = excluded.role
     WHERE name <> excluded.name OR role <> excluded.role`,
    account,
    name,
    role,
  );
}

/** A name that came along with a message. Who writes without being listed is the agency's staff. */
export function putPersonIfUnknown(store: Store, account: string, name: string): void {
  store.run(`INSERT OR IGNORE INTO people (account, name, role) VALUES (?, ?, 'staff')`, account, name);
}

export function knowsPerson(store: Store, account: string): boolean {
  return store.get(`SELECT 1 FROM people WHERE account = ?`, account) !== undefined;
}

/** The name of an account; `known` is what a record says, for those who were never seen. */
export function readPerson(store: Store, account: string, known?: string): PersonView {
  const row = store.get<PersonView>(`SELECT account AS id, name, role FROM people WHERE account = ?`, account);
  return row ?? { id: account, name: known ?? 'Someone', role: 'staff' };
}

/** Of a record that this core stored. */
export function parseRecord(text: string): Conversation {
  return JSON.parse(text) as Conversation;
}

export function readConversation(store: Store, id: string): Conversation | null {
  const row = store.get<{ record: string }>(`SELECT record FROM conversations WHERE id = ?`, id);
  return row ? parseRecord(row.record) : null;
}

export function knowsConversation(store: Store, id: string): boolean {
  return store.get(`SELECT 1 FROM conversations WHERE id = ?`, id) !== undefined;
}

/** What the feed says of a new entry, for the inbox until its document is here. */
export function noteEntry(store: Store, id: string, seq: number, message: Conversation['lastMessage']): void {
  if (message) putPersonIfUnknown(store, message.account, message.name);
  const record = readConversation(store, id);
  if (!record) return;
  const lastMessage = message && message.seq >= (record.lastMessage?.seq ?? 0) ? message : record.lastMessage;
  const next = conversationShape.parse({
    ...record,
    lastSeq: Math.max(record.lastSeq, seq),
    lastMessage,
    lastActivityAt:
      lastMessage && lastMessage.acceptedAt > record.lastActivityAt ? lastMessage.acceptedAt : record.lastActivityAt,
  });
  store.run(`UPDATE conversations SET record = ? WHERE id = ?`, JSON.stringify(next), id);
}

type LastItem = { kind: string; seq: number | null; sent_at: number; accepted_at: number | null };

/** Derives what the inbox shows of a conversation. Part of each transaction that changes it. */
export function refreshConversation(store: Store, id: string, me: string): void {
  const record = readConversation(store, id);
  if (!record) return;
  const queued = store.get<{ waiting: number; notSent: number; newest: string | null }>(
    `SELECT count(*) FILTER (WHERE rule IS NULL) AS waiting, count(*) FILTER (WHERE rule IS NOT NULL) AS notSent,
       (SELECT max(id) FROM items WHERE conversation = ? AND thread = 'all' AND seq IS NULL) AS newest
     FROM outbox WHERE conversation = ?`,
    id,
    id,
  )!;
  const last = store.get<LastItem & { id: number }>(
    queued.newest === null
      ? `SELECT id, kind, seq, sent_at, accepted_at FROM items WHERE conversation = ? AND thread = 'all' ORDER BY seq DESC LIMIT 1`
      : `SELECT id, kind, seq, sent_at, accepted_at FROM items WHERE conversation = ? AND thread = 'all' AND seq IS NULL
         ORDER BY id DESC LIMIT 1`,
    id,
  );
  let unread = 0;
  let mentioned = false;
  for (const thread of THREADS) {
    const cursor = readUpTo(store, record, thread, me);
    unread += countUnread(store, record, thread, cursor, me);
    mentioned ||=
      store.get(
        `SELECT 1 FROM items WHERE conversation = ? AND thread = ? AND seq > ? AND mentions_me = 1`,
        id,
        thread,
        cursor,
      ) !== undefined;
  }
  const at = Math.max(Date.parse(record.lastActivityAt), last?.accepted_at ?? last?.sent_at ?? 0);
  store.run(
    `UPDATE conversations SET at = ?, unread = ?, mentioned = ?, queued = ?, not_sent = ?, last = ? WHERE id = ?`,
    at,
    unread,
    Number(mentioned),
    queued.waiting,
    queued.notSent,
    last && (last.seq === null || last.seq >= (record.lastMessage?.seq ?? 0)) ? String(last.id) : null,
    id,
  );
  refreshTeam(store, record, me);
  refreshWork(store, record, me);
}

/** Up to here a thread counts as read by this account. */
export function readUpTo(store: Store, record: Conversation, thread: ThreadName, me: string): number {
  return Math.max(ownCursor(store, record.id, thread, me), thread === 'all' ? record.readFloor : 0);
}

function countUnread(store: Store, record: Conversation, thread: ThreadName, cursor: number, me: string): number {
  if (thread === 'all' && cursor >= record.lastSeq) return countAbove(store, record.id, thread, cursor, me);
  // While none of the thread is here, the server's count is all that is known.
  const isHere = store.get(`SELECT 1 FROM items WHERE conversation = ? AND thread = ? AND seq IS NOT NULL`, record.id, thread);
  if (thread === 'all' && isHere === undefined) return record.unread;
  return countAbove(store, record.id, thread, cursor, me);
}

export function countAbove(store: Store, id: string, thread: ThreadName, cursor: number, me: string): number {
  return store.get<{ count: number }>(
    `SELECT count(*) AS count FROM items
     WHERE conversation = ? AND thread = ? AND seq > ? AND kind = 'message' AND removed = 0 AND author <> ?`,
    id,
    thread,
    cursor,
    me,
  )!.count;
}

/** Which notifications are shown stays known: they are still to be taken away. */
const TABLES = [
  'items',
  'facts',
  'bare_stamps',
  'documents',
  'read_cursors',
  'reads_to_tell',
  'outbox',
  'offered',
  'drafts',
  'uploads',
  'unreached',
] as const;

/** Deletes all that is here of a thread. Returns whether there was anything. */
function purgeThread(store: Store, id: string, thread: ThreadName): boolean {
  markFilesGone(store, id, thread);
  forgetDraft(store, { conversation: id, thread });
  store.run(`DELETE FROM item_words WHERE rowid IN (SELECT id FROM items WHERE conversation = ? AND thread = ?)`, id, thread);
  let gone = 0;
  for (const table of TABLES) gone += store.run(`DELETE FROM ${table} WHERE conversation = ? AND thread = ?`, id, thread);
  return gone > 0;
}

/** Deletes all that is here of a conversation. Returns the keys of the entries that will never be sent now. */
export function purgeConversation(store: Store, id: string): string[] {
  return store.transact(() => {
    const lost = store.all<{ key: string }>(`SELECT key FROM outbox WHERE conversation = ?`, id).map((row) => row.key);
    for (const thread of THREADS) purgeThread(store, id, thread);
    store.run(`DELETE FROM conversations WHERE id = ?`, id);
    return lost;
  });
}

export function conversationIds(store: Store): string[] {
  return store.all<{ id: string }>(`SELECT id FROM conversations`).map((row) => row.id);
}

/** For the badge: of what stands in the inbox and isn't muted; what was marked unread by hand counts as one. */
export function unreadMessages(store: Store): number {
  return (
    store.get<{ unread: number | null }>(
      `SELECT sum(iif(muted, marked, max(unread, marked))) AS unread FROM conversations WHERE place = 'inbox'`,
    )?.unread ?? 0
  );
}
