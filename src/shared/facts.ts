import { z } from 'zod';

import { UUID, UUID_V7, parseEntryKey, type ThreadName } from './ids.ts';
import { LIMITS } from './limits.ts';

/**
 * The facts of a thread: what stands as a value in the root `entries`, each written once by its author.
 * `sentAt` is the author's own clock (ms since 1970) and decides nothing: order is `seq`.
 */
const sentAt = z.number().int().min(0).max(8.64e15);
const accountId = z.string().regex(UUID);
const key = z.string().refine((value) => parseEntryKey(value) !== null, 'not an entry key');

/** What stands in a message for a file. The server refuses one that differs from what was uploaded to this thread. */
export const attachmentFact = z.strictObject({
  id: z.string().regex(UUID_V7),
  name: z.string().min(1).max(255),
  /** Media type, as the server found it. */
  type: z.string().min(1).max(127),
  bytes: z.number().int().min(0),
  width: z.number().int().positive().optional(),
  height: z.number().int().positive().optional(),
});
export type AttachmentFact = z.infer<typeof attachmentFact>;

const text = z.string().max(LIMITS.textLength);
const mentions = z.array(accountId).max(LIMITS.mentions).default([]);

const message = z
  .strictObject({
    kind: z.literal('message'),
    text,
    mentions,
    attachments: z.array(attachmentFact).max(LIMITS.attachments).default([]),
    replyTo: key.optional(),
    sentAt,
  })
  .refine((fact) => fact.text.trim() !== '' || fact.attachments.length > 0, 'a message needs text or a file');

const edit = z
  .strictObject({ kind: z.literal('edit'), of: key, text, mentions, sentAt })
  .refine((fact) => fact.text.trim() !== '', 'an edit needs text');

const remove = z.strictObject({ kind: z.literal('remove'), of: key, sentAt });

const react = z.strictObject({
  kind: z.literal('react'),
  to: key,
  emoji: z.string().min(1).max(LIMITS.emojiLength),
  on: z.boolean(),
  sentAt,
});

/** Compared as it is written, but for spaces around it and how its accents are composed. */
export const labelName = z
  .string()
  .trim()
  .normalize('NFC')
  .min(1)
  .max(LIMITS.labelLength)
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u, 'a label is one line');

const assign = z.strictObject({ kind: z.literal('assign'), to: accountId.nullable(), sentAt: sentAt.optional() });
const label = z.strictObject({
  kind: z.literal('label'),
  name: labelName,
  on: z.boolean(),
  sentAt: sentAt.optional(),
});
const resolve = z.strictObject({ kind: z.literal('resolve'), on: z.boolean(), sentAt: sentAt.optional() });

export const threadFact = z.discriminatedUnion('kind', [message, edit, remove, react]);
export const teamFact = z.discriminatedUnion('kind', [message, edit, remove, react, assign, label, resolve]);

export type Fact = z.output<typeof teamFact>;
export type FactKind = Fact['kind'];
export type MessageFact = z.output<typeof message>;

/** The schema of the facts that may stand in a thread. */
export function factSchema(thread: ThreadName): typeof threadFact | typeof teamFact {
  return thread === 'team' ? teamFact : threadFact;
}

/** The entry that a fact speaks of, which must be there before it: `of`, `to` or `replyTo`. */
export function targetOf(fact: Fact): string | null {
  switch (fact.kind) {
    case 'edit':
    case 'remove':
      return fact.of;
    case 'react':
      return fact.to;
    case 'message':
      return fact.replyTo ?? null;
    default:
      return null;
  }
}
