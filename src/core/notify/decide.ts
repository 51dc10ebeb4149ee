import type { ThreadName } from '#shared/ids.ts';
import type { NotificationView } from '#shared/views.ts';

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

/** More than so many at once in one conversation are told in one. */
const MOST_AT_ONCE = 3;
const BODY = 140;

export type Decision = { notification: NotificationView; covers: Candidate[] };

/** `quiet`: times of day, `HH:MM`, of this machine's clock; over midnight where `from` is the later one. `now`: ms since 1970. */
export function isQuietNow(quiet: { from: string; to: string } | null, now: number): boolean {
  if (!quiet) return false;
  const at = new Date(now);
  const time = `${String(at.getHours()).padStart(2, '0')}:${String(at.getMinutes()).padStart(2, '0')}`;
  const { from, to } = quiet;
  return from <= to ? from <= time && time < to : time >= from || time < to;
}

/** Pure: which of the messages of others that just came in to tell of, and how. Oldest first. */
export function decideNotifications(arrived: readonly Candidate[], situation: Situation): Decision[] {
  if (!situation.enabled) return [];
  const wanted = arrived.filter(
    (one) =>
      !one.removed &&
      one.acceptedAt > situation.notifyAfter &&
      one.seq > situation.readUpTo(one.conversation, one.thread) &&
      !(situation.focused && situation.open?.conversation === one.conversation && situation.open.thread === one.thread),
  );
  const byThread = Map.groupBy(wanted, (one) => `${one.conversation}/${one.thread}`);
  return [...byThread.values()].flatMap((group) => {
    const sorted = group.toSorted((a, b) => a.seq - b.seq);
    return sorted.length > MOST_AT_ONCE ? [tell(sorted)] : sorted.map((one) => tell([one]));
  });
}

/** For those who don't want names and text where others can read them: that there is something, and where a click leads. */
export function withoutWords(notification: NotificationView): NotificationView {
  return { ...notification, title: 'Trialogue', body: 'Something new for you' };
}

function tell(covers: Candidate[]): Decision {
  const last = covers.at(-1)!;
  const said = last.text === '' ? (last.attachments === 1 ? 'sent a file' : `sent ${last.attachments} files`) : last.text;
  const body = said.length > BODY ? `${said.slice(0, BODY - 1)}…` : said;
  const mentions = covers.some((one) => one.mentionsMe) ? 'mentions you: ' : '';
  return {
    covers,
    notification: {
      id: `${last.conversation}/${last.thread}/${last.seq}`,
      conversation: last.conversation,
      thread: last.thread,
      seq: last.seq,
      title: covers.length > 1 ? `${covers.length} new messages · ${last.jobTitle}` : `${last.authorName} · ${last.jobTitle}`,
      body: covers.length > 1 ? `${last.authorName}: ${body}` : `${mentions}${body}`,
    },
  };
}
