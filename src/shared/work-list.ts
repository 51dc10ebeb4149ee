import { z } from 'zod';

import { JOB_STATUSES } from './documents.ts';

/** The inbox as a work list: which conversations to show, in which order, and what one does with them. */

/** Where a conversation stands: put aside by its reader, dealt with by the team, or in front of one. */
export const PLACES = ['inbox', 'snoozed', 'archived', 'resolved'] as const;
export type WorkPlace = (typeof PLACES)[number];

/**
 * `inbox`, `unread`, `mentions`, `mine`, `unassigned`: of what stands in the inbox. `resolved`: all that is, wherever it stands.
 * `mine`, `unassigned` and `resolved` are for the agency's staff; nobody else has anything there.
 */
export const INBOX_VIEWS = [
  'inbox',
  'unread',
  'mentions',
  'mine',
  'unassigned',
  'snoozed',
  'archived',
  'resolved',
  'everything',
] as const;
export type InboxView = (typeof INBOX_VIEWS)[number];

/** `newest`: pinned ones first. `waiting`: whoever has waited longest for an answer first. `unread`: what isn't read first. */
export const INBOX_SORTS = ['newest', 'waiting', 'unread'] as const;
export type InboxSort = (typeof INBOX_SORTS)[number];

export const inboxChoice = z.strictObject({
  view: z.enum(INBOX_VIEWS).default('inbox'),
  status: z.enum(JOB_STATUSES).nullable().default(null),
  label: z.string().nullable().default(null),
  sort: z.enum(INBOX_SORTS).default('newest'),
});
export type InboxChoice = z.infer<typeof inboxChoice>;
export const FIRST_CHOICE: InboxChoice = { view: 'inbox', status: null, label: null, sort: 'newest' };

const count = z.number().int().nonnegative();

/** `statuses` and `labels`: of the view that is shown, each without its own narrowing. */
export const inboxCounts = z.object({
  views: z.record(z.enum(INBOX_VIEWS), count),
  statuses: z.record(z.enum(JOB_STATUSES), count),
  labels: z.array(z.object({ name: z.string(), count })),
});
export type InboxCounts = z.infer<typeof inboxCounts>;

/** What one's own document says of a conversation. Times are ms since 1970. */
export const ownMarks = z.object({
  place: z.enum(PLACES),
  pinned: z.boolean(),
  muted: z.boolean(),
  /** Unread by hand, whatever was read. */
  marked: z.boolean(),
  snoozedUntil: z.number().int().nullable(),
  /** A snooze brought it back, and it wasn't opened since. */
  back: z.boolean(),
});
export type OwnMarks = z.infer<typeof ownMarks>;

/** One's own, seen by nobody else. `until`: ms since 1970; `null` brings it back now. */
export const markChange = z.discriminatedUnion('mark', [
  z.strictObject({ mark: z.enum(['pin', 'mute', 'archive', 'unread']), on: z.boolean() }),
  z.strictObject({ mark: z.literal('snooze'), until: z.number().int().nullable() }),
]);
export type MarkChange = z.infer<typeof markChange>;

/** What stood under a key before a change: what `own.restore` takes. */
export const formerValue = z.strictObject({ key: z.string().max(200), value: z.json() });
export type FormerValue = z.infer<typeof formerValue>;

/** At most so many conversations are changed at once. */
export const MOST_AT_ONCE = 2_000;
