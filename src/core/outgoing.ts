import { AppError } from '#shared/errors.ts';
import { factSchema, type Fact, type MessageFact } from '#shared/facts.ts';
import { entryKey, newId, type ThreadName } from '#shared/ids.ts';
import { LIMITS } from '#shared/limits.ts';

import { readConversation, refreshConversation } from './storage/conversations.ts';
import type { Store } from './storage/database.ts';
import { deleteQueuedMessage, putQueuedMessage } from './storage/items.ts';
import { addToOutbox, readOutboxEntry, removeFromOutbox, requeue, type OutboxRow } from './storage/outbox.ts';
import { readSession } from './storage/session.ts';
import { assignable, mayReadTeam, readTeam } from './storage/team-rows.ts';
import {
  ANEW,
  attachmentOfUpload,
  changeUpload,
  deleteUpload,
  deleteUploadsOf,
  readUpload,
  uploadsOf,
  type UploadRow,
} from './storage/upload-rows.ts';

type Place = { conversation: string; thread: ThreadName };
type Draft = {
  text: string;
  mentions: string[];
  attachments: MessageFact['attachments'];
  /** Own files of the draft, by their ids here. */
  files?: readonly string[];
  replyTo?: string | undefined;
};

/** Writes the message and its outbox entry in one transaction: durable when it returns. Returns its key. */
export function queueMessage(store: Store, place: Place, draft: Draft, now: number): string {
  return store.transact(() => {
    const session = readSession(store);
    const record = readConversation(store, place.conversation);
    if (!session || !record)
      throw new AppError('not-found', 'This conversation isn’t on this computer any more. Copy your text.');
    if (place.thread === 'team' && !mayReadTeam(record, session.account.role)) {
      throw new AppError('forbidden', 'Only the agency’s staff can write notes.');
    }
    const { replyTo, files = [], ...rest } = draft;
    const attachments = [...rest.attachments, ...files.map((id) => attachmentOfUpload(draftFile(store, place, id)))];
    const fact = checked(place.thread, {
      kind: 'message',
      ...rest,
      attachments,
      ...(replyTo === undefined ? {} : { replyTo }),
      sentAt: now,
    });
    const key = entryKey(session.account.id, newId(now));
    putQueuedMessage(store, place, key, session.account.id, fact);
    addToOutbox(store, place, key, fact);
    for (const id of files) changeUpload(store, id, { message: key });
    refreshConversation(store, place.conversation, session.account.id);
    return key;
  });
}

function draftFile(store: Store, place: Place, id: string): UploadRow {
  const row = readUpload(store, id);
  if (row?.message !== null || row.conversation !== place.conversation || row.thread !== place.thread) {
    throw new AppError('conflict', 'One of the files isn’t here any more. Add it again, or send without it.');
  }
  if (row.state === 'refused') throw new AppError('conflict', `${row.name}: ${row.why ?? ''} Take it out, then send.`);
  return row;
}

export type TeamFact = Extract<Fact, { kind: 'assign' | 'label' | 'resolve' }>;

/** The same for what staff say of a conversation: it shows at once, and is durable when this returns. Returns its key. */
export function queueTeamFact(store: Store, conversation: string, fact: TeamFact, now: number): string {
  return store.transact(() => {
    const session = readSession(store);
    const record = readConversation(store, conversation);
    if (!session || !record) throw new AppError('not-found', 'This conversation isn’t on this computer any more.');
    if (!mayReadTeam(record, session.account.role)) {
      throw new AppError('forbidden', 'Only the agency’s staff can assign, label or resolve a conversation.');
    }
    if (fact.kind === 'assign' && fact.to !== null && !assignable(store, record).some(({ id }) => id === fact.to)) {
      throw new AppError('bad-request', 'A job can be assigned to the agency’s staff, and to employees who take part in it.');
    }
    const labels = readTeam(store, conversation)?.labels ?? [];
    if (fact.kind === 'label' && fact.on && labels.length >= LIMITS.labels && !labels.includes(fact.name)) {
      throw new AppError('conflict', `A conversation has at most ${LIMITS.labels} labels. Take one away first.`);
    }
    const me = session.account.id;
    const key = entryKey(me, newId(now));
    addToOutbox(store, { conversation, thread: 'team' }, key, { ...fact, sentAt: now });
    refreshConversation(store, conversation, me);
    return key;
  });
}

/**
 * Puts what was not sent into the queue again, a message with another text, or without some of its files, if given. What was said against
 * its files is tried again. @throws AppError conflict when it isn't waiting for that, bad-request when nothing would be left.
 */
export function retryMessage(
  store: Store,
  key: string,
  text: string | undefined,
  now: number,
  without: readonly string[] = [],
  mentions?: readonly string[],
): Place {
  return store.transact(() => {
    const row = readOutboxEntry(store, key);
    if (row?.rule == null) throw new AppError('conflict', 'This message is on its way or sent already.');
    const author = key.slice(0, key.indexOf('/'));
    const held = JSON.parse(row.fact) as Fact;
    if (held.kind !== 'message') {
      requeue(store, row, held);
      refreshConversation(store, row.conversation, author);
      return { conversation: row.conversation, thread: row.thread };
    }
    const attachments = held.attachments.filter((file) => !without.includes(file.id));
    const { replyTo, ...plain } = held;
    // Of a message that is gone there is nothing to answer any more.
    const answers = replyTo === undefined || (row.rule === 'target' && text !== undefined) ? {} : { replyTo };
    const fact = checked(row.thread, {
      ...plain,
      ...answers,
      attachments,
      ...(text === undefined ? {} : { text }),
      ...(mentions === undefined ? {} : { mentions }),
      sentAt: now,
    });
    renewFiles(store, row, key, without);
    deleteQueuedMessage(store, row, key);
    putQueuedMessage(store, row, key, author, fact);
    requeue(store, row, fact);
    refreshConversation(store, row.conversation, author);
    return { conversation: row.conversation, thread: row.thread };
  });
}

function renewFiles(store: Store, { rule }: Pick<OutboxRow, 'rule'>, key: string, without: readonly string[]): void {
  for (const id of without) deleteUpload(store, id);
  const files = uploadsOf(store, key);
  const refused = files.filter((file) => file.state === 'refused');
  // The server knows none of them any more, unless it said which.
  const anew = refused.length > 0 || rule !== 'attachment' || without.length > 0 ? refused : files;
  for (const { id } of anew) changeUpload(store, id, ANEW);
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
    deleteUploadsOf(store, key);
    refreshConversation(store, row.conversation, key.slice(0, key.indexOf('/')));
    return { conversation: row.conversation, thread: row.thread };
  });
}

function checked(thread: ThreadName, fact: unknown): MessageFact {
  const parsed = factSchema(thread).safeParse(fact);
  if (!parsed.success || parsed.data.kind !== 'message') throw new AppError('bad-request', 'A message needs text or a file.');
  return parsed.data;
}
