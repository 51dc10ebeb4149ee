import { z } from 'zod';

import { muteValue, OWN_VALUES, ownEntry } from './own.ts';
import { ROLES } from './roles.ts';

/**
 * What stands in a document: one table of values. The server enforces it, the client reads and writes through it,
 * and no other file knows a root's name. All roots are flat `Y.Map`s of plain JSON values.
 */
export const THREAD_ROOTS = {
  /** key `<accountId>/<uuidv7>` → a fact (`facts.ts`); written once, by that account. */
  entries: 'entries',
  /** the entry's key → `[seq, acceptedAt]`; the server, in the commit that stores the entry. */
  accepted: 'accepted',
  /** `job`, `participants`, `locks`, `events/<uuidv7>`; the server. */
  context: 'context',
} as const;

/** A person's own document: pins, mutes, snoozes, drafts, settings. Its one writable root; keys may be set again. */
export const ME_ROOT = 'private';
export const ME_KEY = /^(pin|mute|snooze|archive|unread|draft|setting)\/[\w./-]{1,120}$/;
/** `true`, or until when (ms since 1970), under this key: its owner wants to be told nothing of this conversation. */
export const muteKey = (conversation: string): string => `mute/${conversation}`;
/** Plain, or as the app writes it: with the time at which it was said (`own.ts`). */
const muted = z.union([muteValue, ownEntry.transform(({ value }) => OWN_VALUES.mute.parse(value))]);
/** Whether what stands under `muteKey` mutes at `now` (ms since 1970). What can't be read doesn't. */
export function isMutedBy(value: unknown, now: number): boolean {
  const { data } = muted.safeParse(value);
  return data === true || (data != null && data.until > now);
}
/** The server's own root in `me`: key `n` → how far the document is committed. */
export const ME_STAMP_ROOT = 'committed';

/** The Yjs client id under which the server writes stamps and context. Leases start at `FIRST_LEASE`. */
export const SYSTEM_CLIENT_ID = 1;
export const FIRST_LEASE = 1_000;

/** `[seq, acceptedAt]`: the place of an entry in its thread, and when the server stored it (ms since 1970). */
export const acceptedStamp = z.tuple([z.number().int().positive(), z.number().int().nonnegative()]);
export type AcceptedStamp = z.infer<typeof acceptedStamp>;

export const JOB_STATUSES = ['open', 'scheduled', 'in-progress', 'completed', 'approved', 'cancelled', 'disputed'] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

/** What may change of a job besides its status. */
export const JOB_FIELDS = ['title', 'location', 'startsOn'] as const;

export const jobValue = z.object({
  id: z.string(),
  number: z.number().int(),
  title: z.string(),
  status: z.enum(JOB_STATUSES),
  location: z.string().nullable(),
  /** ISO 8601 date. */
  startsOn: z.string().nullable(),
});
export type JobValue = z.infer<typeof jobValue>;

/** The name of whoever was erased on request. */
export const ERASED_NAME = 'Erased person';

export const participantValue = z.object({
  account: z.string(),
  name: z.string(),
  role: z.enum(ROLES),
  /** No longer takes part; kept so that what they wrote bears a name. */
  left: z.boolean(),
  /** The person was erased: what else a replica holds of them, under values that were replaced, has to go too. */
  erased: z.literal(true).optional(),
});
export type ParticipantValue = z.infer<typeof participantValue>;

/** Why nobody can send. */
export const LOCK_REASONS = ['closed', 'dispute', 'before-start'] as const;
export const locksValue = z.array(z.enum(LOCK_REASONS));
export type LockReason = (typeof LOCK_REASONS)[number];

/** A typed system event, a quiet line in the thread. `seq` gives its place among the entries. */
export const eventValue = z.object({
  seq: z.number().int().positive(),
  /** ms since 1970 */
  at: z.number().int(),
  event: z.discriminatedUnion('type', [
    z.object({ type: z.literal('conversation-created'), by: z.string().nullable() }),
    z.object({ type: z.literal('job-status'), from: z.enum(JOB_STATUSES), to: z.enum(JOB_STATUSES), by: z.string().nullable() }),
    /** Something else about the job is another: see `context.job`. */
    z.object({ type: z.literal('job-changed'), what: z.array(z.enum(JOB_FIELDS)), by: z.string().nullable() }),
    z.object({ type: z.literal('joined'), account: z.string(), by: z.string().nullable() }),
    z.object({ type: z.literal('left'), account: z.string(), by: z.string().nullable() }),
    z.object({ type: z.literal('locked'), reason: z.enum(LOCK_REASONS), by: z.string().nullable() }),
    z.object({ type: z.literal('unlocked'), reason: z.enum(LOCK_REASONS), by: z.string().nullable() }),
    /** What a platform that was imported said of itself, in its own words. */
    z.object({ type: z.literal('note'), text: z.string(), by: z.null() }),
  ]),
});
export type EventValue = z.infer<typeof eventValue>;
export const EVENT_KEY_PREFIX = 'events/';
