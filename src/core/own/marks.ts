import { AppError } from '#shared/errors.ts';
import { markedBy, markKey, type OwnEntry, type OwnMark } from '#shared/own.ts';
import type { FormerValue, MarkChange } from '#shared/work-list.ts';

import { readConversation, refreshConversation } from '../storage/conversations.ts';
import type { Store } from '../storage/database.ts';
import { readMarks, writeOwn } from '../storage/own-values.ts';
import { marksToMeet, seenNow } from '../storage/work-rows.ts';

type Where = { store: Store; me: string; now: number };

/**
 * Marks conversations for this person alone; durable when it returns. Returns what stood there before, for taking it back.
 * @throws AppError bad-request when a time to come back at has passed.
 */
export function markConversations(
  { store, me, now }: Where,
  conversations: readonly string[],
  change: MarkChange,
): FormerValue[] {
  if (change.mark === 'snooze' && change.until !== null && change.until <= now) {
    throw new AppError('bad-request', 'That time has passed. Choose a later one.');
  }
  return store.transact(() => {
    const before: FormerValue[] = [];
    const put = (mark: OwnMark, conversation: string, value: OwnEntry['value']): void => {
      const key = markKey(mark, conversation);
      before.push({ key, value: writeOwn(store, key, value, now) });
    };
    for (const id of conversations) {
      const record = readConversation(store, id);
      if (!record) continue;
      const { snooze, archive } = readMarks(store, id);
      switch (change.mark) {
        case 'pin':
        case 'mute':
        case 'unread':
          put(change.mark, id, change.on ? true : null);
          break;
        case 'archive':
          put('archive', id, change.on ? { seen: seenNow(store, record) } : null);
          // One place at a time: what is archived doesn't come back by the clock.
          if (change.on && snooze !== null) put('snooze', id, null);
          break;
        case 'snooze':
          put('snooze', id, change.until === null ? null : { until: change.until, seen: seenNow(store, record) });
          if (change.until !== null && archive !== null) put('archive', id, null);
          break;
      }
      refreshConversation(store, id, me);
    }
    return before;
  });
}

/** Puts back what stood there before a change. */
export function restoreMarks({ store, me, now }: Where, before: readonly FormerValue[]): string[] {
  return store.transact(() => {
    const ids = new Set<string>();
    for (const { key, value } of before) {
      writeOwn(store, key, value, now);
      const id = markedBy(key);
      if (id !== null) ids.add(id);
    }
    for (const id of ids) refreshConversation(store, id, me);
    return [...ids];
  });
}

/** The person looks at it: it isn't unread by hand any more, nor just back from a snooze. Returns whether that changed anything. */
export function meetConversation({ store, me, now }: Where, conversation: string): boolean {
  const row = marksToMeet(store, conversation);
  if (!row) return false;
  store.transact(() => {
    const { snooze } = readMarks(store, conversation);
    if (row.marked) writeOwn(store, markKey('unread', conversation), null, now);
    if (row.back && snooze) writeOwn(store, markKey('snooze', conversation), { ...snooze, met: true }, now);
    refreshConversation(store, conversation, me);
  });
  return true;
}
