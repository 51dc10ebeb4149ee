import { AppError } from '#shared/errors.ts';
import { factSchema, type MessageFact } from '#shared/facts.ts';
import { entryKey, newId, type ThreadName } from '#shared/ids.ts';
import { isStaff } from '#shared/roles.ts';

import { readConversation, refreshConversation } from './storage/conversations.ts';
import type { Store } from './storage/database.ts';
import { deleteQueuedMessage, putQueuedMessage } from './storage/items.ts';
import { addToOutbox, readOutboxEntry, removeFromOutbox, requeue } from './storage/outbox.ts';
import { readSession } from './storage/session.ts';

type Place = { conversation: string; thread: ThreadName };
type Draft = { text: string; mentions: string[]; attachments: MessageFact['attachments']; replyTo?: string | undefined };

/** Writes the message and its outbox entry in one transaction: durable when it returns. Returns its key. */
export function queueMessage(store: Store, place: Place, draft: Draft, now: number): string {
  return store.transact(() => {
    const session = readSession(store);
    const record = readConversation(store, place.conversation);
    if (!session || !record)
      throw new AppError('not-found', 'This conversation isn’t on this computer any more. Copy your text.');
    if (place.thread === 'team' && !isStaff(session.account.role)) {
      throw new AppError('forbidden', 'Only the agency’s staff can write notes.');
    }
    const { replyTo, ...rest } = draft;
    const fact = checked(place.thread, { kind: 'message', ...rest, ...(replyTo === undefined ? {} : { replyTo }), sentAt: now });
    const key = entryKey(session.account.id, newId(now));
    putQueuedMessage(store, place, key, session.account.id, fact);
    addToOutbox(store, place, key, fact);
    refreshConversation(store, place.conversation, session.account.id);
    return key;
  });
}

/** Puts a message that was not sent into the queue again. @throws AppError conflict when it isn't waiting for that. */
export function retryMessage(store: Store, key: string, text: string | undefined, now: number): Place {
  return store.transact(() => {
    const row = readOutboxEntry(store, key);
    if (row?.rule == null) throw new AppError('conflict', 'This message is on its way or sent already.');
    const held = JSON.parse(row.fact) as MessageFact;
    const fact = checked(row.thread, { ...held, ...(text === undefined ? {} : { text }), sentAt: now });
    const author = key.slice(0, key.indexOf('/'));
    deleteQueuedMessage(store, row, key);
    putQueuedMessage(store, row, key, author, fact);
    requeue(store, row, fact);
    refreshConversation(store, row.conversation, author);
    return { conversation: row.conversation, thread: row.thread };
  });
}

/**
 * Drops a message that was not sent, or that waits and was never put on the wire.
 * @throws AppError conflict when it was sent, or may have been.
 */
export function discardMessage(store: Store, key: string): Place {
  return store.transact(() => {
    const row = readOutboxEntry(store, key);
    if (!row) throw new AppError('conflict', 'This message was sent meanwhile.');
    if (row.rule === null && row.document !== null) {
      throw new AppError('conflict', 'This message may have been sent already. Its state shows as soon as you are connected.');
    }
    removeFromOutbox(store, key);
    deleteQueuedMessage(store, row, key);
    refreshConversation(store, row.conversation, key.slice(0, key.indexOf('/')));
    return { conversation: row.conversation, thread: row.thread };
  });
}

function checked(thread: ThreadName, fact: unknown): MessageFact {
  const parsed = factSchema(thread).safeParse(fact);
  if (!parsed.success || parsed.data.kind !== 'message') throw new AppError('bad-request', 'A message needs text or a file.');
  return parsed.data;
}
