import { z } from 'zod';

import { THREADS } from './ids.ts';

/** Message types of the y-websocket protocol, as a varUint at the start of each frame. */
export const MESSAGE = {
  sync: 0,
  awareness: 1,
  auth: 2,
  queryAwareness: 3,
  /** Ours, all with one JSON string as their payload; stock clients ignore them. */
  refusal: 65,
  reads: 66,
  drain: 67,
} as const;

/** Why the server closed a socket. The client goes on by itself after 1012, 1013, 4429 and any network failure. */
export const CLOSE = {
  restarting: 1012,
  tryLater: 1013,
  unreadable: 4400,
  signIn: 4401,
  notParticipant: 4403,
  replicaRefused: 4409,
  tooLarge: 4413,
  tooFast: 4429,
} as const;

/** Why an update was refused: the rows of the table in section 4 of the sync contract, each with its own name. */
export const REFUSAL_RULES = [
  'unreadable', // the update can't be decoded, or is over the limits
  'structure', // a struct that isn't one plain JSON value
  'foreign-client', // written under a client id that isn't this device's lease
  'fork', // another content under a clock that is committed: a new lease is needed
  'gap', // a clock above the next one: resync
  'root', // a root, key or key owner that isn't the writer's
  'duplicate-key',
  'origin', // an origin or parent that points at another's struct
  'deletion', // deletes what the server does not know as deleted
  'schema', // a fact that its schema refuses
  'mention', // mentions somebody who isn't there
  'attachment', // a file that isn't uploaded to this thread
  'target', // `of`, `to` or `replyTo` isn't there
  'not-author', // edits or removes another's
  'too-late', // edits or removes after the agency's limit
  'epoch-full', // this epoch takes no more: write it to the newest
  'contact-details', // an e-mail address or phone number, where the agency blocks them
  'closed', // a lock, a dispute, a closed conversation
  'not-participant',
] as const;
export type RefusalRule = (typeof REFUSAL_RULES)[number];

/** Payload of `MESSAGE.refusal`. Nothing of the update was applied. `keys`: the entries at fault, empty when it is the whole. */
export const refusalPayload = z.object({ rule: z.enum(REFUSAL_RULES), keys: z.array(z.string()) });
export type Refusal = z.infer<typeof refusalPayload>;

export const readsPayload = z.array(
  z.object({ account: z.string(), thread: z.enum(THREADS), seq: z.number().int().nonnegative(), at: z.number().int() }),
);

/** Payload of `MESSAGE.drain`: this node is going; come back after so many milliseconds, spread at random. */
export const drainPayload = z.object({ retryAfterMs: z.number().int().nonnegative() });

/** What the server makes of somebody's awareness state before it shows it to others. */
export const presenceState = z.object({ account: z.string(), name: z.string(), role: z.string(), typing: z.boolean() });
export type PresenceState = z.infer<typeof presenceState>;
