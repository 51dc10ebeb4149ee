import { AppError } from '#shared/errors.ts';
import { factSchema, type Fact, type MessageFact } from '#shared/facts.ts';
import { entryKey, newId } from '#shared/ids.ts';
import { LIMITS } from '#shared/limits.ts';

import { discardMessage, retryMessage } from './outgoing.ts';
import { readConversation, refreshConversation } from './storage/conversations.ts';
import type { Store } from './storage/database.ts';
import { deleteQueuedMessage, putQueuedMessage, type Place } from './storage/items.ts';
import { addToOutbox, readOutboxEntry, removeFromOutbox, rewriteEntry } from './storage/outbox.ts';
import { readSession } from './storage/session.ts';
import { mayReadTeam } from './storage/team-rows.ts';
import { itemByKey, reactionsOn, type ItemRow } from './storage/thread-rows.ts';
import { deleteUpload, returnUploads } from './storage/upload-rows.ts';
import { waitingFacts, type ChangeFact, type WaitingFact } from './storage/waiting-facts.ts';

type Change = { me: string; item: ItemRow; waiting: WaitingFact[]; editWindowMs: number };

/** What stands in the way of a change, or all that one needs for it. */
function begin(store: Store, place: Place, target: string): Change {
  const session = readSession(store);
  const record = readConversation(store, place.conversation);
  if (!session || !record) throw new AppError('not-found', 'This conversation isn’t on this computer any more.');
  if (place.thread === 'team' && !mayReadTeam(record, session.account.role)) {
    throw new AppError('forbidden', 'Only the agency’s staff can change notes.');
  }
  const item = itemByKey(store, place, target);
  const waiting = waitingFacts(store, place).get(target) ?? [];
  const isGoing = waiting.some(({ fact, rule }) => fact.kind === 'remove' && rule === null);
  if (item?.kind !== 'message' || item.removed === 1 || isGoing) throw new AppError('conflict', 'This message was removed.');
  return { me: session.account.id, item, waiting, editWindowMs: session.account.agency?.editWindowMs ?? LIMITS.editWindowMs };
}

/** Refused changes give way to a new one; one that never was on the wire is replaced by it. */
function clear(store: Store, waiting: readonly WaitingFact[], isOld: (fact: ChangeFact) => boolean): void {
  for (const { key, fact, rule, document } of waiting) {
    if (isOld(fact) && (rule !== null || document === null)) removeFromOutbox(store, key);
  }
}

function queue(store: Store, place: Place, { me }: Change, fact: Fact, now: number): string {
  const key = entryKey(me, newId(now));
  addToOutbox(store, place, key, fact);
  refreshConversation(store, place.conversation, me);
  return key;
}

function mustBeOwn({ me, item, editWindowMs }: Change, now: number): void {
  if (item.author !== me) throw new AppError('forbidden', 'Only its author can change a message.');
  if (item.accepted_at !== null && now - item.accepted_at > editWindowMs) {
    throw new AppError('conflict', 'It is too late to change this message: your agency allows that only for a while.');
  }
}

/**
 * Gives an own message another text. One that was never put on the wire is written anew in its place in the queue; else the edit goes behind it.
 * Returns the key of the entry that carries it. @throws AppError forbidden, conflict (removed, too late), bad-request
 */
export function queueEdit(
  store: Store,
  place: Place,
  edit: { of: string; text: string; mentions: string[] },
  now: number,
): string {
  return store.transact(() => {
    const change = begin(store, place, edit.of);
    mustBeOwn(change, now);
    const row = readOutboxEntry(store, edit.of);
    if (row && row.rule !== null) {
      retryMessage(store, edit.of, edit.text, now, [], edit.mentions);
      return edit.of;
    }
    if (row && row.document === null) {
      const fact = checked(place, { ...(JSON.parse(row.fact) as MessageFact), text: edit.text, mentions: edit.mentions });
      deleteQueuedMessage(store, row, edit.of);
      putQueuedMessage(store, row, edit.of, change.me, fact as MessageFact);
      rewriteEntry(store, edit.of, fact);
      refreshConversation(store, place.conversation, change.me);
      return edit.of;
    }
    const fact = checked(place, { kind: 'edit', ...edit, sentAt: now });
    clear(store, change.waiting, (old) => old.kind === 'edit');
    return queue(store, place, change, fact, now);
  });
}

/**
 * Takes a file out of an own message that was never put on the wire; it stays in its place of the queue. Without anything left it is
 * discarded, as if one had discarded it. @throws AppError conflict when it was sent, or may have been
 */
export function withoutFile(store: Store, key: string, file: string): { place: Place; left: 'message' | 'nothing' } {
  return store.transact(() => {
    const row = readOutboxEntry(store, key);
    if (!row) throw new AppError('conflict', 'This message was sent meanwhile, with the file. You can still remove it.');
    if (row.document !== null) {
      throw new AppError('conflict', 'This message is on its way, with the file. You can remove it once it is sent.');
    }
    const place = { conversation: row.conversation, thread: row.thread };
    const fact = JSON.parse(row.fact) as Fact;
    const attachments = fact.kind === 'message' ? fact.attachments.filter(({ id }) => id !== file) : [];
    if (fact.kind !== 'message' || attachments.length === fact.attachments.length) return { place, left: 'message' };
    if (fact.text.trim() === '' && attachments.length === 0) {
      discardMessage(store, key);
      return { place, left: 'nothing' };
    }
    const author = key.slice(0, key.indexOf('/'));
    const next: MessageFact = { ...fact, attachments };
    deleteUpload(store, file);
    deleteQueuedMessage(store, row, key);
    putQueuedMessage(store, row, key, author, next);
    rewriteEntry(store, key, next);
    refreshConversation(store, row.conversation, author);
    return { place, left: 'message' };
  });
}

/**
 * Removes an own message: out of the queue when it was never put on the wire, else by an entry of its own.
 * Returns the key of that entry, `null` when the message is gone already.
 */
export function queueRemoval(store: Store, place: Place, of: string, now: number): string | null {
  return store.transact(() => {
    const change = begin(store, place, of);
    mustBeOwn(change, now);
    const row = readOutboxEntry(store, of);
    clear(store, change.waiting, () => true);
    if (row && (row.rule !== null || row.document === null)) {
      discardMessage(store, of);
      return null;
    }
    return queue(store, place, change, { kind: 'remove', of, sentAt: now }, now);
  });
}

/** Puts a reaction on a message or takes it away. Returns the key of its entry, `null` when nothing is left to tell. */
export function queueReaction(
  store: Store,
  place: Place,
  reaction: { to: string; emoji: string; on: boolean },
  now: number,
): string | null {
  return store.transact(() => {
    const { to, emoji, on } = reaction;
    const change = begin(store, place, to);
    if (change.item.seq === null) throw new AppError('conflict', 'This message wasn’t sent yet.');
    const fact = checked(place, { kind: 'react', ...reaction, sentAt: now });
    clear(store, change.waiting, (old) => old.kind === 'react' && old.emoji === emoji);
    const underWay = (waitingFacts(store, place).get(to) ?? []).findLast(
      (one) => one.fact.kind === 'react' && one.fact.emoji === emoji,
    );
    const accepted = reactionsOn(store, place, to).some((one) => one.account === change.me && one.emoji === emoji);
    const isOn = underWay?.fact.kind === 'react' ? underWay.fact.on : accepted;
    if (isOn === on) {
      refreshConversation(store, place.conversation, change.me);
      return null;
    }
    return queue(store, place, change, fact, now);
  });
}

export type TakenBack = { place: Place; key: string; fact: Extract<Fact, { kind: 'message' | 'remove' }> };

/** Takes back what is still held. @throws AppError conflict when it went out. */
export function takeBack(store: Store, key: string): TakenBack {
  return store.transact(() => {
    const row = readOutboxEntry(store, key);
    if (!row || row.held === 0 || row.document !== null) {
      throw new AppError('conflict', 'This was sent already. You can still edit or remove it.');
    }
    const fact = JSON.parse(row.fact) as TakenBack['fact'];
    removeFromOutbox(store, key);
    deleteQueuedMessage(store, row, key);
    returnUploads(store, key);
    refreshConversation(store, row.conversation, key.slice(0, key.indexOf('/')));
    return { place: { conversation: row.conversation, thread: row.thread }, key, fact };
  });
}

function checked({ thread }: Place, fact: unknown): Fact {
  const parsed = factSchema(thread).safeParse(fact);
  if (!parsed.success) throw new AppError('bad-request', 'A message needs text or a file.');
  return parsed.data;
}
