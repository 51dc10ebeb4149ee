import { AppError } from '#shared/errors.ts';
import type { ThreadName } from '#shared/ids.ts';
import type { Notification } from '#shared/notifications.ts';
import type { NotificationView, Settings } from '#shared/views.ts';

import type { Arrival } from '../projection/apply.ts';
import { readConversation, readPerson, readUpTo } from '../storage/conversations.ts';
import type { Store } from '../storage/database.ts';
import { noteNotified, notifiedIds, withdrawUpTo } from '../storage/notified.ts';
import { readSession } from '../storage/session.ts';
import { itemByKey } from '../storage/thread-rows.ts';
import { isMuted } from '../storage/work-rows.ts';
import { decideNotifications, isQuietNow, withoutWords, type Candidate } from './decide.ts';

/** Messages that come in this close to each other are looked at together. */
const GATHER_MS = 150;

export type Notifier = {
  arrived(arrivals: readonly Arrival[]): void;
  /** A thread was read up to here, on this machine or another. */
  read(conversation: string, thread: ThreadName, seq: number): void;
  /** What the server tells besides messages: that a job is ours now. */
  told(notifications: readonly Notification[]): void;
  /** Shows that notifications come through; it leads nowhere. */
  test(): void;
  /** These threads were taken away. */
  gone(conversation: string, threads: readonly ThreadName[]): void;
  /** What is still shown must not outlive the rows. */
  wipe(): void;
  close(): void;
};

export function createNotifier(deps: {
  store: Store;
  settings: () => Settings;
  now: () => number;
  view: () => { focused: boolean; open: { conversation: string; thread: ThreadName } | null };
  show: (notification: NotificationView) => void;
  withdraw: (ids: string[]) => void;
}): Notifier {
  const { store } = deps;
  let waiting: Arrival[] = [];
  let timer: NodeJS.Timeout | null = null;

  const tell = (): void => {
    timer = null;
    const session = readSession(store);
    const arrivals = waiting;
    waiting = [];
    if (!session) return;
    const me = session.account.id;
    const decisions = decideNotifications(
      arrivals.flatMap((arrival) => candidateOf(arrival)),
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
    for (const { notification } of decisions) {
      if (isNew(notification)) show(notification);
    }
  };

  const isWanted = (): boolean => {
    const { notifications, quietHours } = deps.settings();
    return notifications && !isQuietNow(quietHours, deps.now());
  };

  const show = (notification: NotificationView): void => {
    deps.show(deps.settings().notificationText ? notification : withoutWords(notification));
  };

  /** When the disk doesn't take it, it is better told twice than not at all. */
  const isNew = (notification: NotificationView): boolean => {
    try {
      return store.transact(() => noteNotified(store, notification));
    } catch (error) {
      if (error instanceof AppError) return true;
      throw error;
    }
  };

  const candidateOf = (arrival: Arrival): Candidate[] => {
    const item = itemByKey(store, arrival, arrival.key);
    const record = readConversation(store, arrival.conversation);
    if (!item || !record || isMuted(store, arrival.conversation)) return [];
    return [
      {
        ...arrival,
        authorName: readPerson(store, arrival.author).name,
        text: item.text,
        attachments: (JSON.parse(item.attachments) as unknown[]).length,
        removed: item.removed === 1,
        mentionsMe: (JSON.parse(item.mentions) as string[]).includes(readSession(store)?.account.id ?? ''),
        jobTitle: record.job.title,
      },
    ];
  };

  return {
    arrived(arrivals) {
      if (arrivals.length === 0) return;
      // Those of the first sync and of long ago are dropped here, before they pile up.
      const after = readSession(store)?.notifyAfter ?? 0;
      waiting.push(...arrivals.filter((arrival) => arrival.acceptedAt > after));
      if (waiting.length > 0) timer ??= setTimeout(tell, GATHER_MS);
    },
    read(conversation, thread, seq) {
      const ids = store.transact(() => withdrawUpTo(store, conversation, thread, seq));
      if (ids.length > 0) deps.withdraw(ids);
    },
    told(notifications) {
      const session = readSession(store);
      if (!session || !isWanted()) return;
      for (const { id, kind, title, conversation, job, thread, seq, createdAt, read } of notifications) {
        // Messages and mentions are told from the messages themselves, without a network too.
        if (kind !== 'ASSIGNED' || read || isMuted(store, conversation.id) || Date.parse(createdAt) <= session.notifyAfter)
          continue;
        const shown = { id: `assigned/${id}`, conversation: conversation.id, thread, seq, title, body: job.title };
        if (isNew(shown)) show(shown);
      }
    },
    test() {
      const at = deps.now();
      deps.show({
        id: `test/${at}`,
        conversation: '',
        thread: 'all',
        seq: 0,
        title: 'Trialogue',
        body: 'This is how you will be told of new messages.',
      });
    },
    gone(conversation, threads) {
      const ids = store.transact(() =>
        threads.flatMap((thread) => withdrawUpTo(store, conversation, thread, Number.MAX_SAFE_INTEGER)),
      );
      if (ids.length > 0) deps.withdraw(ids);
    },
    wipe() {
      waiting = [];
      const ids = notifiedIds(store);
      if (ids.length > 0) deps.withdraw(ids);
    },
    close() {
      if (timer) clearTimeout(timer);
    },
  };
}
