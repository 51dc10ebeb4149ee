import type { NotificationView } from '#shared/app-views.ts';
import type { ThreadName } from '#shared/ids.ts';

import { NOTIFY_WORDS, type NotifyWords } from './words.ts';

export type Candidate = {
  conversation: string;
  thread: ThreadName;
  key: string;
  seq: number;
  acceptedAt: number;
  authorName: string;
  text: string;
  attachments: number;
  removed: boolean;
  mentionsMe: boolean;
  jobTitle: string;
  /** Nothing can be sent there. */
  locked: boolean;
};

export type Situation = {
  enabled: boolean;
  /** The server's time from which on a message counts as new to this machine. */
  notifyAfter: number;
  focused: boolean;
  open: { conversation: string; thread: ThreadName } | null;
  /** Own cursor of a thread. */
  readUpTo: (conversation: string, thread: ThreadName) => number;
};

const BODY = 140;

/** `quiet`: times of day, `HH:MM`, of this machine's clock; over midnight where `from` is the later one. `now`: ms since 1970. */
export function isQuietNow(quiet: { from: string; to: string } | null, now: number): boolean {
  if (!quiet) return false;
  const at = new Date(now);
  const time = `${String(at.getHours()).padStart(2, '0')}:${String(at.getMinutes()).padStart(2, '0')}`;
  const { from, to } = quiet;
  return from <= to ? from <= time && time < to : time >= from || time < to;
}

/** Pure: which of the messages of others that just came in to tell of, by thread, the oldest first. */
export function toTell(arrived: readonly Candidate[], situation: Situation): Candidate[][] {
  if (!situation.enabled) return [];
  const wanted = arrived.filter(
    (one) =>
      !one.removed &&
      one.acceptedAt > situation.notifyAfter &&
      one.seq > situation.readUpTo(one.conversation, one.thread) &&
      !(situation.focused && situation.open?.conversation === one.conversation && situation.open.thread === one.thread),
  );
  const byThread = Map.groupBy(wanted, threadId);
  return [...byThread.values()].map((group) => group.toSorted((a, b) => a.seq - b.seq));
}

/** What is said of one thread stands under one name, so that what comes later takes its place. */
export function threadId({ conversation, thread }: Pick<Candidate, 'conversation' | 'thread'>): string {
  return `${conversation}/${thread}`;
}

/** One notification of all that is told of a thread and not read yet, `first` to `last`; a click leads to the first of them. */
export function describe(
  told: { count: number; first: number; last: Candidate; mentions: boolean },
  words: NotifyWords = NOTIFY_WORDS.en,
): NotificationView {
  const { count, first, last, mentions } = told;
  const said = last.text === '' ? words.sentFiles(last.attachments) : last.text;
  const body = said.length > BODY ? `${said.slice(0, BODY - 1).toWellFormed()}…` : said;
  const about = last.thread === 'team' ? `${words.notes} · ${last.jobTitle}` : last.jobTitle;
  const mention = mentions ? `${words.mentionsYou}: ` : '';
  return {
    id: threadId(last),
    conversation: last.conversation,
    thread: last.thread,
    seq: first,
    title: count > 1 ? `${words.newMessages(count)} · ${about}` : `${last.authorName} · ${about}`,
    body: count > 1 ? `${last.authorName}: ${mention}${body}` : `${mention}${body}`,
    count,
    quiet: false,
    actions: last.locked ? ['read'] : ['reply', 'read'],
  };
}

/** For those who don't want names and text where others can read them: that there is something, and where a click leads. */
export function withoutWords(notification: NotificationView, words: NotifyWords = NOTIFY_WORDS.en): NotificationView {
  const { count } = notification;
  const body = count > 1 ? words.newForYou(count) : words.somethingNew;
  // Nobody answers what they can't read.
  return { ...notification, title: 'Trialogue', body, actions: notification.actions.filter((action) => action !== 'reply') };
}
