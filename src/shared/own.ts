import { z } from 'zod';

import { THREADS, type ThreadName } from './ids.ts';

/**
 * What a person keeps for themselves, in their own document (`me`): under each key an entry of `{value, at}`. `value: null` takes it
 * back; a key is never deleted, so that it stays known when that was. Of two entries of one key the later one holds.
 */
export const OWN_MARKS = ['pin', 'mute', 'snooze', 'archive', 'unread'] as const;
export type OwnMark = (typeof OWN_MARKS)[number];

/** `at`: ms since 1970 by the clock of who wrote it, and always after the entry that it replaces. */
export const ownEntry = z.object({ value: z.json(), at: z.number().int().nonnegative() });
export type OwnEntry = z.infer<typeof ownEntry>;

/** The newest `seq` of each thread when it was put aside: a message of somebody else above it brings it back. */
const seen = z.object({ all: z.number().int().nonnegative(), team: z.number().int().nonnegative() });
export type Seen = z.infer<typeof seen>;

/** For good, or until then (ms since 1970). */
export const muteValue = z.union([z.literal(true), z.object({ until: z.number() })]);

/** What stands under `<mark>/<conversation>`. What doesn't fit its shape counts as `null`. */
export const OWN_VALUES = {
  pin: z.literal(true).nullable().catch(null),
  mute: muteValue.nullable().catch(null),
  /** `met`: it came back at its time, and was opened since. */
  snooze: z
    .object({ until: z.number().int(), seen, met: z.literal(true).optional() })
    .nullable()
    .catch(null),
  archive: z.object({ seen }).nullable().catch(null),
  unread: z.literal(true).nullable().catch(null),
} as const;
export type OwnValues = { [M in OwnMark]: z.infer<(typeof OWN_VALUES)[M]> };

/** The conversation that a key marks; `null` where it is of something else (`draft/…`, `setting/…`). */
export function markedBy(key: string): string | null {
  const [mark, conversation] = key.split('/', 2);
  return conversation !== undefined && OWN_MARKS.some((one) => one === mark) ? conversation : null;
}

export const markKey = (mark: OwnMark, conversation: string): string => `${mark}/${conversation}`;

/** Which of two entries of a key holds: on every device the same one. */
export function isLater(one: OwnEntry, other: OwnEntry): boolean {
  if (one.at !== other.at) return one.at > other.at;
  return JSON.stringify(one.value) > JSON.stringify(other.value);
}

/**
 * What stands under `draft/<conversation>/<thread>`. A draft that is gone (sent, emptied) is one without text, so that it stays known
 * over which one it was. `files`: how many files lie on which device, by its leased client id; their bytes don't go along.
 */
export const draftValue = z
  .object({
    text: z.string(),
    mentions: z.array(z.string()).catch([]),
    replyTo: z.string().nullable().catch(null),
    files: z.record(z.string(), z.number().int().positive()).catch({}),
    /** `at` of the entry that its writer had seen. */
    over: z.number().int().nonnegative().catch(0),
  })
  .nullable()
  .catch(null);
export type DraftValue = NonNullable<z.infer<typeof draftValue>>;
export const draftKey = (conversation: string, thread: ThreadName): string => `draft/${conversation}/${thread}`;
/** The draft that a key holds; `null` where it is of something else. */
export function draftedBy(key: string): { conversation: string; thread: ThreadName } | null {
  const [kind, conversation, name, ...rest] = key.split('/');
  const thread = THREADS.find((one) => one === name);
  return kind === 'draft' && conversation && thread && rest.length === 0 ? { conversation, thread } : null;
}

export const SETTING_PREFIX = 'setting/';
export const CANNED_PREFIX = 'setting/canned/';
/** What stands under `setting/canned/<id>`; `null`: it was thrown away. */
export const cannedValue = z
  .object({ name: z.string().min(1), text: z.string().min(1) })
  .nullable()
  .catch(null);
