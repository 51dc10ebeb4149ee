import type { NotificationView, Settings } from '#shared/app-views.ts';
import { AppError } from '#shared/errors.ts';
import { THREADS, type ThreadName } from '#shared/ids.ts';
import { chooseLanguage } from '#shared/languages.ts';
import type { Notification } from '#shared/notifications.ts';

import { paced, type Pace } from '../paced.ts';
import type { Arrival, Changes } from '../projection/apply.ts';
import { readConversation, readPerson, readUpTo } from '../storage/conversations.ts';
import type { Store } from '../storage/database.ts';
import {
  allShown,
  noteNotified,
  readShown,
  toldAmong,
  toldBefore,
  withdrawOne,
  withdrawUpTo,
  type Shown,
} from '../storage/notified.ts';
import { readSession } from '../storage/session.ts';
import { itemAt, itemByKey, type ItemRow } from '../storage/thread-rows.ts';
import { isMuted } from '../storage/work-rows.ts';
import { describe, isQuietNow, threadId, toTell, withoutWords, type Candidate } from './decide.ts';
import { NOTIFY_WORDS, type NotifyWords } from './words.ts';

/** Messages that come in this close to each other are told together; nobody reads, or wants to hear, more than one a second in the long run. */
const TOGETHER: Pace = { afterMs: 150, everyMs: 1_000, burst: 4 };

type Place = { conversation: string; thread: ThreadName };

export type Notifier = {
  arrived(arrivals: readonly Arrival[]): void;
  /** Messages changed: what was told of one that was removed or edited since is not left standing. */
  changed(threads: Changes['threads']): void;
  /** A thread was read up to here, on this machine or another. */
  read(conversation: string, thread: ThreadName, seq: number): void;
  /** What the server tells besides messages: that a job is ours now. */
  told(notifications: readonly Notification[]): void;
  /** Shows that notifications come through; it leads nowhere. */
  test(): void;
  /** Says that what somebody did from a notification did not work. */
  failed(place: Place, seq: number, message: string): void;
  /** Where a notification leads, and the newest that it tells of; `null` for one that leads nowhere. */
  find(id: string): (Place & { seq: number; newest: number }) | null;
  /** These threads were taken away. */
  gone(conversation: string, threads: readonly ThreadName[]): void;
  /** What is still shown must not outlive the rows. */
  wipe(): void;
  close(): void;
};

export function createNotifier(deps: {
  store: Store;
  settings: () => Settings;
  /** What the system asks for, best first. */
  languages: () => readonly string[];
  now: () => number;
  view: () => { focused: boolean; open: Place | null };
  show: (notification: NotificationView) => void;
  withdraw: (ids: string[]) => void;
}): Notifier {
  const { store } = deps;
  const words = (): NotifyWords => NOTIFY_WORDS[chooseLanguage(deps.settings().language, deps.languages())];
  let waiting: Arrival[] = [];
  /** What each thread's notification says now, as far as this run of the app knows. */
  const saying = new Map<string, string>();

  const telling = paced(TOGETHER, () => {
    const session = readSession(store);
    const arrivals = waiting;
    waiting = [];
    if (!session) return;
    const me = session.account.id;
    const groups = toTell(
      arrivals.flatMap((arrival) => candidateAt(arrival, itemByKey(store, arrival, arrival.key)) ?? []),
      {
        ...deps.view(),
        enabled: isWanted(),
        notifyAfter: session.notifyAfter,
        readUpTo: (conversation, thread) => {
          const record = readConversation(store, conversation);
          return record ? readUpTo(store, record, thread, me) : Number.MAX_SAFE_INTEGER;
        },
      },
    );
    for (const group of groups) {
      const fresh = newOf(group.map((one) => ({ ...one, id: messageId(one) })));
      if (fresh.length > 0) show(notificationOf(fresh));
    }
  });

  /** Of these, and of what was told before and isn't read. */
  const notificationOf = (fresh: readonly Candidate[]): NotificationView => {
    const last = fresh.at(-1)!;
    const older = toldBefore(store, last, fresh[0]!.seq);
    return describe(
      {
        count: older.count + fresh.length,
        first: older.first ?? fresh[0]!.seq,
        last,
        mentions: fresh.some((one) => one.mentionsMe),
      },
      words(),
    );
  };

  const isWanted = (): boolean => {
    const { notifications, quietHours, pausedUntil } = deps.settings();
    return notifications && !isQuietNow(quietHours, deps.now()) && (pausedUntil ?? 0) <= deps.now();
  };

  const show = (notification: NotificationView): void => {
    const shown = deps.settings().notificationText ? notification : withoutWords(notification, words());
    saying.set(shown.id, wordsOf(shown));
    deps.show(shown);
  };

  const withdraw = (ids: readonly string[]): void => {
    if (ids.length === 0) return;
    for (const id of ids) saying.delete(id);
    deps.withdraw([...new Set(ids)]);
  };

  /** Those that weren't told before, noted as told in one write. When the disk doesn't take it, it is better told twice than not at all. */
  const newOf = <T extends Shown>(all: readonly T[]): readonly T[] => {
    try {
      return store.transact(() => all.filter((one) => noteNotified(store, one)));
    } catch (error) {
      if (error instanceof AppError) return all;
      throw error;
    }
  };

  const candidateAt = (place: Place, item: ItemRow | undefined): Candidate | null => {
    const record = readConversation(store, place.conversation);
    if (item?.kind !== 'message' || item.author === null || item.seq === null) return null;
    if (!record || isMuted(store, place.conversation)) return null;
    return {
      conversation: place.conversation,
      thread: place.thread,
      key: item.key,
      seq: item.seq,
      acceptedAt: item.accepted_at ?? 0,
      authorName: readPerson(store, item.author).name,
      text: item.text,
      attachments: (JSON.parse(item.attachments) as unknown[]).length,
      removed: item.removed === 1,
      mentionsMe: (JSON.parse(item.mentions) as string[]).includes(readSession(store)?.account.id ?? ''),
      jobTitle: record.job.title,
      locked: place.thread === 'all' && record.locks.length > 0,
    };
  };

  /** Brings what is shown of a thread in step with what those of its messages say now that were told. New ones cost one look, however much is unread. */
  const bringInStep = (place: Place, changed: Iterable<string>): void => {
    const told = toldAmong(store, place, changed);
    if (told.length === 0) return;
    const removed = told.filter((one) => one.removed === 1);
    if (removed.length > 0) store.transact(() => removed.forEach(({ id }) => withdrawOne(store, id)));
    const left = toldBefore(store, place, Number.MAX_SAFE_INTEGER);
    const last = left.last === null ? null : candidateAt(place, itemAt(store, place, left.last));
    if (last === null) return withdraw([threadId(place)]);
    const before = saying.get(threadId(place));
    const now = describe({ count: left.count, first: left.first ?? last.seq, last, mentions: last.mentionsMe }, words());
    const shown = deps.settings().notificationText ? now : withoutWords(now, words());
    // What an earlier run showed is taken away rather than shown anew.
    if (before === undefined) return removed.length > 0 ? withdraw([threadId(place)]) : undefined;
    if (before !== wordsOf(shown)) show({ ...now, quiet: true });
  };

  const withdrawThread = (place: Place, seq: number): void => {
    const gone = store.transact(() => withdrawUpTo(store, place, seq));
    const left = toldBefore(store, place, Number.MAX_SAFE_INTEGER).count > 0;
    withdraw(gone.flatMap((one) => (isOfMessage(one) ? (left ? [] : [threadId(place)]) : [one.id])));
  };

  return {
    arrived(arrivals) {
      if (arrivals.length === 0) return;
      // Those of the first sync and of long ago are dropped here, before they pile up.
      const after = readSession(store)?.notifyAfter ?? 0;
      waiting.push(...arrivals.filter((arrival) => arrival.acceptedAt > after));
      if (waiting.length > 0) telling.soon();
    },
    changed(threads) {
      for (const { keys, ...place } of threads.values()) if (keys.size > 0) bringInStep(place, keys);
    },
    read: (conversation, thread, seq) => withdrawThread({ conversation, thread }, seq),
    told(notifications) {
      const session = readSession(store);
      if (!session || !isWanted()) return;
      for (const { id, kind, by, conversation, job, thread, seq, createdAt, read } of notifications) {
        // Messages and mentions are told from the messages themselves, without a network too.
        if (kind !== 'ASSIGNED' || read || isMuted(store, conversation.id) || Date.parse(createdAt) <= session.notifyAfter)
          continue;
        const shown = { id: `assigned/${id}`, conversation: conversation.id, thread, seq };
        const title = words().assigned(by?.name ?? words().somebody);
        if (newOf([shown]).length > 0) show({ ...shown, title, body: job.title, count: 1, quiet: false, actions: [] });
      }
    },
    test() {
      const title = 'Trialogue';
      const body = words().test;
      deps.show({ ...nowhere(`test/${deps.now()}`), title, body });
    },
    failed(place, seq, message) {
      const title = words().notSent;
      deps.show({ ...nowhere(`failed/${deps.now()}`), ...place, seq, title, body: message });
    },
    find(id) {
      const [conversation = '', name] = id.split('/');
      const thread = THREADS.find((one) => one === name);
      if (thread === undefined) {
        const shown = readShown(store, id);
        return shown && readConversation(store, shown.conversation) ? { ...shown, newest: shown.seq } : null;
      }
      if (!readConversation(store, conversation)) return null;
      const told = toldBefore(store, { conversation, thread }, Number.MAX_SAFE_INTEGER);
      return { conversation, thread, seq: told.first ?? 0, newest: told.last ?? 0 };
    },
    gone(conversation, threads) {
      for (const thread of threads) withdrawThread({ conversation, thread }, Number.MAX_SAFE_INTEGER);
    },
    wipe() {
      waiting = [];
      withdraw(allShown(store).map((one) => (isOfMessage(one) ? threadId(one) : one.id)));
    },
    close() {
      telling.cancel();
    },
  };
}

function messageId({ conversation, thread, seq }: Place & { seq: number }): string {
  return `${conversation}/${thread}/${seq}`;
}

function isOfMessage(shown: Shown): boolean {
  return shown.id === messageId(shown);
}

function wordsOf({ title, body }: NotificationView): string {
  return `${title}\n${body}`;
}

function nowhere(id: string): Omit<NotificationView, 'title' | 'body'> {
  return { id, conversation: '', thread: 'all', seq: 0, count: 1, quiet: false, actions: [] };
}
