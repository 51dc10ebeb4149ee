import type { Account } from '#shared/api/accounts.ts';
import type { FeedItem } from '#shared/api/feed.ts';
import type { Notification } from '#shared/notifications.ts';

import { noChanges, touch, type Changes } from '../projection/apply.ts';
import { noteEntry, purgeConversation, putPerson, putRecord, refreshConversation } from '../storage/conversations.ts';
import type { Store } from '../storage/database.ts';
import { raiseServerN } from '../storage/documents.ts';
import { putRefusedFile } from '../storage/file-rows.ts';
import { raiseCursor } from '../storage/reads.ts';
import { readSession, writeSession } from '../storage/session.ts';
import { itemsAfter } from '../storage/thread-rows.ts';
import { putUnreached } from '../storage/unreached.ts';
import type { Turns } from '../turns.ts';

/** All of a turn but its commit: items, and what the conversations that they touched look like then. */
const SLICE_MS = 4;

/** What a stretch of the feed brought. */
export type FeedChanges = {
  changes: Changes;
  /** Conversations whose record or cursors changed. */
  records: Set<string>;
  gone: { conversation: string; lost: string[] }[];
  /** Conversations of which the agency's notes were here, and are not ours any more. */
  notesGone: string[];
  /** What this account is told besides messages. */
  notifications: Notification[];
  /** Documents of which the server has more now. */
  documents: string[];
  /** Threads that this account read elsewhere. */
  read: { conversation: string; thread: 'all' | 'team'; seq: number }[];
  /** The own account is another now: its role, or what its agency has set. */
  account: boolean;
};

export type FeedWriting = {
  store: Store;
  turns: Turns;
  now: () => number;
  isStopped: () => boolean;
  /** After each slice. */
  onWritten: (changes: FeedChanges) => void;
};

/**
 * Writes items of the feed in slices. The cursor is in the last slice: after a crash in between the same items come
 * again, and none of them does anything twice.
 */
export async function applyFeedItems(
  { store, turns, now, isStopped, onWritten }: FeedWriting,
  items: readonly FeedItem[],
  cursor: string,
): Promise<void> {
  let done = 0;
  let refreshMs = 0.5;
  do {
    await turns.next();
    if (isStopped()) return;
    const slice: FeedChanges = {
      changes: noChanges(),
      records: new Set(),
      gone: [],
      notesGone: [],
      notifications: [],
      documents: [],
      read: [],
      account: false,
    };
    store.transactRepeatable(() => {
      const session = readSession(store);
      if (!session) return;
      const end = performance.now() + SLICE_MS;
      while (done < items.length && performance.now() + slice.records.size * refreshMs < end) {
        applyItem(store, items[done++]!, session.account.id, slice);
      }
      const applied = performance.now();
      for (const id of slice.records) refreshConversation(store, id, session.account.id);
      if (slice.records.size > 0) refreshMs = (performance.now() - applied) / slice.records.size;
      if (done === items.length) {
        writeSession(store, { ...readSession(store)!, feedCursor: cursor, lastSyncedAt: now() });
      }
    });
    onWritten(slice);
  } while (done < items.length && readSession(store) !== null);
}

function applyItem(store: Store, item: FeedItem, me: string, into: FeedChanges): void {
  switch (item.kind) {
    case 'conversation':
      if (putRecord(store, item.conversation).notesGone) into.notesGone.push(item.conversation.id);
      into.records.add(item.conversation.id);
      into.documents.push(...item.conversation.documents.map((document) => document.document));
      touch(into.changes, { conversation: item.conversation.id, thread: 'all' });
      touch(into.changes, { conversation: item.conversation.id, thread: 'team' });
      break;
    case 'entry':
      raiseServerN(store, item.document, item.n);
      if (item.thread === 'all') noteEntry(store, item.conversation, item.seq, item.message);
      into.records.add(item.conversation);
      into.documents.push(item.document);
      break;
    case 'read': {
      const { thread, account, seq, at } = item.cursor;
      raiseCursor(store, item.conversation, thread, account, seq, Date.parse(at));
      if (account === me) into.read.push({ conversation: item.conversation, thread, seq });
      into.records.add(item.conversation);
      touch(into.changes, { conversation: item.conversation, thread });
      break;
    }
    case 'left':
      into.gone.push({ conversation: item.conversation, lost: purgeConversation(store, item.conversation) });
      break;
    case 'account': {
      if (putAccount(store, item.account)) into.account = true;
      break;
    }
    case 'notification':
      into.notifications.push(item.notification);
      noteUnreached(store, item.notification, into);
      break;
    case 'file': {
      const { file } = item;
      for (const key of putRefusedFile(store, file)) touch(into.changes, file, key);
      break;
    }
    case 'me':
      break;
  }
}

/** The author sees at the message whom it does not reach. */
function noteUnreached(store: Store, { people = [], conversation: { id }, thread, seq }: Notification, into: FeedChanges): void {
  if (people.length === 0) return;
  const place = { conversation: id, thread };
  putUnreached(store, place, seq, people);
  const [item] = itemsAfter(store, place, seq - 1, 1);
  if (item?.seq === seq) touch(into.changes, place, item.key);
}

/** Keeps what the own account is now. Returns whether it is another than before. */
export function putAccount(store: Store, account: Account): boolean {
  const session = readSession(store);
  if (session?.account.id !== account.id) return false;
  putPerson(store, account.id, account.name, account.role);
  if (JSON.stringify(session.account) === JSON.stringify(account)) return false;
  writeSession(store, { ...session, account });
  return true;
}
