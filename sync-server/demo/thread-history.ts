import type { EventValue } from '#shared/documents.ts';
import { factSchema, type AttachmentFact, type Fact } from '#shared/facts.ts';
import { entryKey, newId, type ThreadName } from '#shared/ids.ts';

import type { DemoEvent, DemoItem, DemoMessage } from './demo-format.ts';

/** What happened in a thread, in order. Times are ms since 1970. */
export type HistoryStep =
  | { kind: 'entry'; account: string; id: string; at: number; fact: Fact }
  | { kind: 'event'; id: string; at: number; event: EventValue['event'] };

type Facts = {
  thread: ThreadName;
  now: number;
  /** The account of a person of the demo. */
  accountOf: (person: string) => string;
  photosOf: (message: DemoMessage) => AttachmentFact[];
};

/** How long after a message somebody reacts to it, for each reaction. */
const REACTION_MS = 90_000;

/** The facts and events that a thread of the demo is made of. */
export function historyOf(items: readonly DemoItem[], facts: Facts): HistoryStep[] {
  const keys = new Map<string, string>();
  const steps = items.flatMap((item): HistoryStep[] => {
    const at = facts.now - item.ago;
    return 'event' in item
      ? [{ kind: 'event', id: newId(at), at, event: eventOf(item.event, facts.accountOf) }]
      : messageSteps(item, at, keys, facts);
  });
  return steps.sort((a, b) => a.at - b.at);
}

function messageSteps(
  item: DemoMessage,
  at: number,
  keys: Map<string, string>,
  { thread, now, accountOf, photosOf }: Facts,
): HistoryStep[] {
  const account = accountOf(item.by);
  // What a client would have written, so its schema decides here as well.
  const step = (by: string, time: number, fact: unknown): HistoryStep & { kind: 'entry' } => {
    return { kind: 'entry', account: by, id: newId(time), at: time, fact: factSchema(thread).parse(fact) };
  };
  const replyTo = item.replyTo === undefined ? {} : { replyTo: keys.get(item.replyTo) };
  const mentions = item.mentions.map(accountOf);
  const said = step(account, at, {
    kind: 'message',
    text: item.text,
    mentions,
    attachments: photosOf(item),
    ...replyTo,
    sentAt: at,
  });
  const key = entryKey(account, said.id);
  if (item.id !== undefined) keys.set(item.id, key);
  const steps = [said];
  for (const [index, { by, emoji }] of item.reactions.entries()) {
    const time = Math.min(at + (index + 1) * REACTION_MS, now);
    steps.push(step(accountOf(by), time, { kind: 'react', to: key, emoji, on: true, sentAt: time }));
  }
  if (item.edited) {
    const time = at + item.edited.after;
    steps.push(step(account, time, { kind: 'edit', of: key, text: item.edited.text, mentions, sentAt: time }));
  }
  if (item.removed) {
    const time = at + item.removed.after;
    steps.push(step(account, time, { kind: 'remove', of: key, sentAt: time }));
  }
  return steps;
}

function eventOf(event: DemoEvent, accountOf: (person: string) => string): EventValue['event'] {
  const by = accountOf(event.by);
  return event.type === 'joined' ? { type: 'joined', account: accountOf(event.account), by } : { ...event, by };
}
