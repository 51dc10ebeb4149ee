import type { EventData, EventName } from '#shared/contract.ts';
import type { ThreadName } from '#shared/ids.ts';
import type { ThreadItem } from '#shared/views.ts';

import { paced, type Pace } from '../paced.ts';
import type { Changes } from '../projection/apply.ts';
import { readConversation, unreadMessages } from '../storage/conversations.ts';
import { isBehind } from '../storage/documents.ts';
import { itemByKey, lastSeq } from '../storage/thread-rows.ts';
import { changedBy } from '../storage/waiting-facts.ts';
import { draftNews } from './draft-view.ts';
import { createViewBuilder, type ViewContext } from './view-builder.ts';

/** A message of one's own changes three times until it is accepted, and none of that has to wait. */
const MESSAGES: Pace = { afterMs: 1, everyMs: 20, burst: 4 };
/** Who has read, and how a list looks, comes behind the messages themselves: several at a time, and never in their way. */
const RECORDS: Pace = { afterMs: 40, everyMs: 80, burst: 1 };
/** A page reads all the rows it shows again: not before a message of one's own is accepted, which that would delay. What comes now and then is there at once; nobody follows a list that changes more than four times a second. */
const INBOX: Pace = { afterMs: 80, everyMs: 250, burst: 4 };
const STATUS: Pace = { afterMs: 20, everyMs: 50, burst: 1 };
/** When a whole history comes in, the newest are told and the rest is paged. */
const ITEMS_AT_ONCE = 200;

type Place = { conversation: string; thread: ThreadName };
export type Emit = <N extends EventName>(name: N, data: EventData<N>) => void;

/** Tells the pages what changed: only of threads that are open, gathered for some milliseconds. */
export type Broadcast = {
  opened(place: Place): void;
  closed(place: Place): void;
  isOpen(place: Place): boolean;
  changed(changes: Changes): void;
  items(place: Place, keys: readonly string[], gone?: readonly string[]): void;
  conversations(ids: readonly string[]): void;
  typing(place: Place): void;
  /** Another device wrote this draft, or words were put aside. */
  draft(place: Place): void;
  status(): void;
  close(): void;
};

export function createBroadcast(deps: {
  context: () => ViewContext | null;
  emit: Emit;
  emitStatus: () => void;
  setBadge: (unread: number) => void;
}): Broadcast {
  const open = new Map<string, Place & { count: number }>();
  const dirty = new Map<string, { keys: Set<string>; gone: Set<string>; record: boolean }>();
  const rows = new Set<string>();
  let badge = -1;
  const nameOf = (place: Place): string => `${place.conversation}/${place.thread}`;

  const tellThreads = (): void => {
    const context = deps.context();
    for (const [name, change] of dirty) {
      const place = open.get(name);
      if (context && place) tellThread(context, place, change);
    }
    dirty.clear();
  };
  const flushThreads = paced(MESSAGES, tellThreads);
  const flushRecords = paced(RECORDS, tellThreads);
  const flushInbox = paced(INBOX, () => {
    if (!deps.context()) return rows.clear();
    deps.emit('inbox.changed', { conversations: [...rows] });
    rows.clear();
    const unread = unreadMessages(deps.context()!.store);
    if (unread === badge) return;
    badge = unread;
    deps.emit('badge', { unread });
    deps.setBadge(unread);
  });
  const flushStatus = paced(STATUS, deps.emitStatus);

  const tellThread = (
    context: ViewContext,
    place: Place,
    change: { keys: Set<string>; gone: Set<string>; record: boolean },
  ): void => {
    const { conversation, thread } = place;
    const record = readConversation(context.store, conversation);
    if (!record) return;
    const build = createViewBuilder(context);
    const found = [...change.keys].flatMap((key) => itemByKey(context.store, place, key) ?? []);
    const sorted = found.sort((a, b) => (a.seq ?? Number.MAX_SAFE_INTEGER) - (b.seq ?? Number.MAX_SAFE_INTEGER) || a.id - b.id);
    const items: ThreadItem[] = sorted.slice(-ITEMS_AT_ONCE).map((row) => build.item(row));
    deps.emit('thread.changed', {
      conversation,
      thread,
      items,
      gone: [...change.gone],
      newest: lastSeq(context.store, place),
      view: change.record ? build.conversation(record, thread) : null,
      loading: isBehind(context.store, conversation, thread),
    });
  };

  const dirtyOf = (place: Place): { keys: Set<string>; gone: Set<string>; record: boolean } => {
    const name = nameOf(place);
    const change = dirty.get(name) ?? { keys: new Set(), gone: new Set(), record: false };
    dirty.set(name, change);
    return change;
  };

  /** Who reads one thread of a conversation is told what is new in the other. */
  const tellUnread = (conversation: string, thread: ThreadName): void => {
    const other: Place = { conversation, thread: thread === 'all' ? 'team' : 'all' };
    if (!open.has(nameOf(other))) return;
    dirtyOf(other).record = true;
    flushRecords.soon();
  };

  return {
    opened(place) {
      const held = open.get(nameOf(place));
      open.set(nameOf(place), { ...place, count: (held?.count ?? 0) + 1 });
    },
    closed(place) {
      const held = open.get(nameOf(place));
      if (held && held.count > 1) open.set(nameOf(place), { ...held, count: held.count - 1 });
      else open.delete(nameOf(place));
    },
    isOpen: (place) => open.has(nameOf(place)),
    changed(changes) {
      for (const { conversation, thread, keys } of changes.threads.values()) {
        rows.add(conversation);
        tellUnread(conversation, thread);
        if (!open.has(`${conversation}/${thread}`)) continue;
        const change = dirtyOf({ conversation, thread });
        if (keys.size === 0) change.record = true;
        for (const key of keys) change.keys.add(key);
        flushThreads.soon();
      }
      if (changes.threads.size > 0) flushInbox.soon();
      if (changes.accepted.length > 0) flushStatus.soon();
    },
    items(place, keys, gone = []) {
      rows.add(place.conversation);
      flushInbox.soon();
      flushStatus.soon();
      if (!open.has(nameOf(place))) return;
      const change = dirtyOf(place);
      const context = deps.context();
      // A change of a message shows on that.
      for (const key of keys) change.keys.add((context && changedBy(context.store, key)) ?? key);
      for (const key of gone) change.gone.add(key);
      flushThreads.soon();
    },
    conversations(ids) {
      for (const id of ids) {
        rows.add(id);
        for (const thread of ['all', 'team'] as const) {
          if (!open.has(`${id}/${thread}`)) continue;
          dirtyOf({ conversation: id, thread }).record = true;
          flushRecords.soon();
        }
      }
      if (ids.length > 0) flushInbox.soon();
    },
    typing(place) {
      const context = deps.context();
      if (!context) return;
      deps.emit('typing', { ...place, people: context.typing(place.conversation, place.thread) });
      rows.add(place.conversation);
      flushInbox.soon();
    },
    draft(place) {
      const context = deps.context();
      if (context && open.has(nameOf(place))) deps.emit('draft.changed', draftNews(context, place));
      rows.add(place.conversation);
      flushInbox.soon();
    },
    status: () => flushStatus.soon(),
    close() {
      for (const one of [flushThreads, flushRecords, flushInbox, flushStatus]) one.cancel();
    },
  };
}
