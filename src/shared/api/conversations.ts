import { z } from 'zod';

import { eventValue, jobValue, locksValue, participantValue } from '#shared/documents.ts';
import { attachmentFact } from '#shared/facts.ts';
import { THREADS } from '#shared/ids.ts';
import { LIMITS } from '#shared/limits.ts';

import { accountShape } from './accounts.ts';
import { agencyShape, count, id, time } from './common.ts';

/** One epoch of a thread: its name below `/sync/`, how far it is committed (`n`), how many entries it holds. */
export const documentShape = z.object({
  document: z.string(),
  thread: z.enum(THREADS),
  epoch: z.number().int().positive(),
  n: count,
  entries: count,
});
export type DocumentShape = z.infer<typeof documentShape>;

/** What an inbox shows of the newest message of a thread. */
export const messageSummary = z.object({
  key: z.string(),
  seq: z.number().int(),
  account: id,
  name: z.string(),
  /** At most 200 characters; empty when the message was removed or holds files alone. */
  text: z.string(),
  attachments: count,
  removed: z.boolean(),
  acceptedAt: time,
});

export const readCursor = z.object({ thread: z.enum(THREADS), account: id, seq: count, at: time });
export type ReadCursor = z.infer<typeof readCursor>;

const teamPerson = z.object({ account: id, name: z.string() });

/** How a conversation stands for the agency's staff: who has it in hand, its labels by name, and whether it is dealt with. */
export const teamState = z.object({
  /** What stands in the thread `team` up to here is in it. */
  lastSeq: count,
  assignee: teamPerson.extend({ by: teamPerson, at: time }).nullable(),
  labels: z.array(z.object({ name: z.string(), by: teamPerson, at: time })),
  resolved: z.object({ by: teamPerson, at: time }).nullable(),
});
export type TeamState = z.infer<typeof teamState>;

export const conversationShape = z.object({
  id,
  number: z.number().int(),
  agency: agencyShape,
  job: jobValue,
  /** Everybody who takes or took part by name; staff of the agency may read without being listed. */
  participants: z.array(participantValue),
  locks: locksValue,
  documents: z.array(documentShape),
  /** Of the thread `all`. */
  lastSeq: count,
  /** Messages up to here count as read by everybody (imported history). */
  readFloor: count,
  lastMessage: messageSummary.nullable(),
  unread: count,
  reads: z.array(readCursor),
  /** `null` for everybody but the agency's staff. */
  team: teamState.nullable(),
  createdAt: time,
  lastActivityAt: time,
});
export type Conversation = z.infer<typeof conversationShape>;

/**
 * `next`: what to pass as `before` for the following page; `null` at the end. `feed`: the cursor from which the feed goes on after this list.
 * `account`: the caller's, as it is now. `timeline`: what the database's history is called; another one when it was set back to a backup.
 */
export const conversationList = z.object({
  account: accountShape,
  conversations: z.array(conversationShape),
  next: z.string().nullable(),
  feed: z.string(),
  timeline: z.string().optional(),
});

export const createConversationRequest = z.object({
  job: z.object({
    title: z.string().trim().min(1).max(200),
    status: jobValue.shape.status.default('open'),
    location: z.string().max(255).nullable().default(null),
    startsOn: z.iso.date().nullable().default(null),
  }),
  clients: z.array(id).min(1).max(20),
  workers: z.array(id).max(50).default([]),
  employees: z.array(id).max(50).default([]),
});

export const reactionShape = z.object({ emoji: z.string(), accounts: z.array(id) });

/** One row of a thread as history pages give it: a message in its present state, or a system event. */
export const historyItem = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('message'),
    key: z.string(),
    number: z.number().int(),
    seq: z.number().int(),
    account: id,
    name: z.string(),
    text: z.string(),
    mentions: z.array(id),
    attachments: z.array(attachmentFact),
    replyTo: z.string().nullable(),
    sentAt: time,
    acceptedAt: time,
    editedAt: time.nullable(),
    removedAt: time.nullable(),
    reactions: z.array(reactionShape),
  }),
  z.object({ kind: z.literal('event'), key: z.string(), seq: z.number().int(), at: time, event: eventValue.shape.event }),
]);

/** `GET …/messages`: oldest first within the page; `before` of the next older page, `null` at the beginning. */
export const historyPage = z.object({ messages: z.array(historyItem), before: z.number().int().nullable() });

export const readsRequest = z.array(z.object({ conversation: id, thread: z.enum(THREADS), seq: count })).max(LIMITS.readsPerCall);
