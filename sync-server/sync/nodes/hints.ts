import { createHmac, timingSafeEqual } from 'node:crypto';

import { z } from 'zod';

import { THREADS } from '#shared/ids.ts';
import { ROLES } from '#shared/roles.ts';

const stream = z.string().max(40);
const whole = z.int().nonnegative();
const thread = z.enum(THREADS);

/** A row of a log as it was committed; `update` in base64. */
const hintRow = z.object({ from: whole, to: whole, update: z.base64() });

/** What one node tells the others after a commit, or of somebody who types. All but presence can be read from Postgres as well. */
export const hintShape = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('grew'),
    documents: z.array(
      z.object({
        documentId: whole,
        n: whole,
        thread: z.object({ conversation: z.string(), thread }).nullable(),
        rows: z.array(hintRow),
      }),
    ),
    streams: z.array(stream),
  }),
  z.object({
    kind: z.literal('reads'),
    raised: z.array(z.object({ conversation: z.string(), thread, account: z.string(), seq: whole, at: z.int() })),
    streams: z.array(stream),
  }),
  /** `typing`: `null` for somebody who left. `client` and `clock`: of the awareness entry that the node made. */
  z.object({
    kind: z.literal('presence'),
    documentId: whole,
    conversation: z.string(),
    thread,
    client: whole,
    clock: whole,
    person: z.object({ account: z.string(), name: z.string(), role: z.enum(ROLES) }),
    typing: z.boolean().nullable(),
  }),
  /** A commit may have happened that its node was never told of: anything may have grown. */
  z.object({ kind: z.literal('unsure') }),
]);
export type Hint = z.infer<typeof hintShape>;
export type GrewHint = Extract<Hint, { kind: 'grew' }>;
export type PresenceHint = Extract<Hint, { kind: 'presence' }>;

/** `count`: of this node on this channel, one more each time, so that a hint that was lost is seen. `at`: ms since 1970. */
const envelopeShape = z.object({ node: z.string(), count: whole, at: whole, hint: hintShape });
export type Envelope = z.infer<typeof envelopeShape>;

/** Sealed with a key that nodes get from Postgres: who can write to Redis alone can make nobody show anything (decision 0025). */
export function seal(key: Buffer, channel: string, envelope: Envelope): string {
  const body = JSON.stringify(envelope);
  return `${macOf(key, channel, body).toString('base64url')}.${body}`;
}

/** `null`: it isn't of a node of ours, or not for this channel, or can't be read. */
export function unseal(key: Buffer, channel: string, text: string): Envelope | null {
  const dot = text.indexOf('.');
  if (dot < 0) return null;
  const body = text.slice(dot + 1);
  const mac = Buffer.from(text.slice(0, dot), 'base64url');
  const own = macOf(key, channel, body);
  if (mac.length !== own.length || !timingSafeEqual(mac, own)) return null;
  try {
    return envelopeShape.parse(JSON.parse(body));
  } catch {
    return null; // counted by the caller: another version's, perhaps
  }
}

function macOf(key: Buffer, channel: string, body: string): Buffer {
  return createHmac('sha256', key).update(channel).update('\n').update(body).digest();
}

export const SHARDS = 64;

/** An agency's conversations and its stream are told of on one channel; so is what one account alone sees. */
export function shardOf(audience: string): number {
  // The last digits of a UUID are random in every version of it.
  return Number.parseInt(audience.slice(-2), 16) % SHARDS || 0;
}
