import { z } from 'zod';

import { eventValue, jobValue, locksValue, participantValue } from './documents.ts';
import { attachmentFact } from './facts.ts';
import { uploadState, uploadView } from './file-views.ts';
import { THREADS } from './ids.ts';
import { ROLES } from './roles.ts';
import { REFUSAL_RULES } from './wire.ts';
import { inboxCounts, ownMarks } from './work-list.ts';

/** What the renderer gets to see of conversations. Times are ms since 1970. */
export const ms = z.number().int();
export const count = z.number().int().nonnegative();

/** Where an own message stands on its way. Others' messages are always `sent`. */
export const messageState = z.discriminatedUnion('kind', [
  /** Durable, and still to be taken back until then. */
  z.object({ kind: z.literal('held'), until: ms }),
  z.object({ kind: z.literal('queued') }),
  z.object({ kind: z.literal('sending') }),
  z.object({ kind: z.literal('sent') }),
  z.object({ kind: z.literal('not-sent'), rule: z.enum(REFUSAL_RULES) }),
]);
export type MessageState = z.infer<typeof messageState>;

export const personView = z.object({ id: z.string(), name: z.string(), role: z.enum(ROLES) });
export type PersonView = z.infer<typeof personView>;

/** `url`: relative to the page that shows it; the core fetches and keeps the bytes. */
export const attachmentView = attachmentFact.extend({
  url: z.string(),
  /** Of an own file that nobody gets: why, in words. */
  refused: z.string().optional(),
  /** Of an own file in a message that waits: how far it was when this was told. */
  upload: uploadState.optional(),
});

export const messageView = z.object({
  kind: z.literal('message'),
  key: z.string(),
  /** Place in the thread; `null` while it is not accepted: then it stands at the end, by `sentAt`. */
  seq: z.number().int().nullable(),
  author: personView,
  own: z.boolean(),
  text: z.string(),
  mentions: z.array(personView),
  attachments: z.array(attachmentView),
  replyTo: z.object({ key: z.string(), author: personView.nullable(), excerpt: z.string() }).nullable(),
  sentAt: ms,
  acceptedAt: ms.nullable(),
  edited: z.boolean(),
  removed: z.boolean(),
  /** `waits`: one's own is not accepted yet, or taken away and that is not accepted yet. */
  reactions: z.array(
    z.object({ emoji: z.string(), people: z.array(personView), own: z.boolean(), waits: z.boolean().optional() }),
  ),
  state: messageState,
  /** Of an own message: whom its mentions don't reach, by name. */
  unreached: z.array(z.string()).optional(),
  /** An own edit or removal that isn't accepted: it shows already, but for one that was not sent, whose text is here. */
  change: z.object({ key: z.string(), kind: z.enum(['edit', 'remove']), text: z.string(), state: messageState }).optional(),
});
export type MessageView = z.infer<typeof messageView>;

export const eventView = z.object({
  kind: z.literal('event'),
  key: z.string(),
  seq: z.number().int(),
  at: ms,
  event: eventValue.shape.event,
  /** Names of the accounts that the event speaks of. */
  people: z.array(personView),
});
export type EventView = z.infer<typeof eventView>;

export const threadItem = z.discriminatedUnion('kind', [messageView, eventView]);
export type ThreadItem = z.infer<typeof threadItem>;

/** How a conversation stands for the agency's staff. */
export const teamView = z.object({
  assignee: personView.nullable(),
  /** By name. */
  labels: z.array(z.string()),
  resolved: z.object({ by: personView, at: ms }).nullable(),
  /** Some of it waits in the queue. */
  waiting: z.boolean(),
});
export type TeamView = z.infer<typeof teamView>;

export const inboxRow = z.object({
  conversation: z.string(),
  job: z.object({ title: z.string(), status: jobValue.shape.status }),
  /** The clients and workers of the job, in that order; at most three, with `more` for the rest. */
  people: z.array(personView),
  more: count,
  last: z
    .object({
      /** `null` for a system event. */
      author: personView.nullable(),
      own: z.boolean(),
      text: z.string(),
      attachments: count,
      removed: z.boolean(),
      event: eventValue.shape.event.nullable(),
      /** Whom the event speaks of. */
      eventPeople: z.array(personView),
      state: messageState,
    })
    .nullable(),
  at: ms,
  unread: count,
  mentioned: z.boolean(),
  queued: count,
  notSent: count,
  draft: z.string().nullable(),
  typing: z.array(personView),
  locked: z.boolean(),
  /** When the other side wrote what this side has not answered yet. */
  waitingSince: ms.nullable(),
  own: ownMarks,
  /** `null` for everybody but the agency's staff. */
  team: teamView.nullable(),
});
export type InboxRow = z.infer<typeof inboxRow>;

export const inboxPage = z.object({
  rows: z.array(inboxRow),
  /** Of this choice. */
  total: count,
  counts: inboxCounts,
});

/** A read cursor; `at` is when it was known to have come so far. */
export const readView = z.object({ person: personView, seq: count, at: ms });

export const conversationView = z.object({
  id: z.string(),
  job: jobValue,
  agency: z.object({ id: z.string(), name: z.string() }),
  participants: z.array(participantValue),
  locks: locksValue,
  /** Others' cursors in this thread. */
  reads: z.array(readView),
  own: ownMarks,
  /** `null` for everybody but the agency's staff. */
  team: teamView.nullable(),
  /** Messages of others above one's own cursor in each thread. */
  unread: z.object({ all: count, team: count }).optional(),
});
export type ConversationView = z.infer<typeof conversationView>;

export const threadPage = z.object({
  items: z.array(threadItem),
  /** Whether there is more on this machine before / after these. */
  before: z.boolean(),
  after: z.boolean(),
});
export type ThreadPage = z.infer<typeof threadPage>;

export const replyView = z.object({ key: z.string(), author: personView.nullable(), excerpt: z.string() });
export type ReplyView = z.infer<typeof replyView>;
export const draftAround = z.object({
  mentions: z.array(personView),
  replyTo: replyView.nullable(),
  caret: count.nullable(),
  /** Own files of the thread that aren't in an accepted message: the draft's, and those of messages that wait. */
  files: z.array(uploadView),
});
export type DraftAround = z.infer<typeof draftAround>;

/** How a draft stands towards this person's other devices. */
export const draftShared = z.object({
  /** Which draft of another device this one is, or was written over; 0: none. Only for comparing. */
  adopted: count,
  /** Words of another device, or of this one, that the draft was not joined with. */
  aside: z.string().nullable(),
  /** Files of this draft that lie on other devices. */
  filesElsewhere: count,
});
export type DraftShared = z.infer<typeof draftShared>;

/** A draft as it is now. */
export const draftNews = z.object({
  conversation: z.string(),
  thread: z.enum(THREADS),
  text: z.string(),
  mentions: z.array(personView),
  replyTo: replyView.nullable(),
  shared: draftShared,
});
export type DraftNews = z.infer<typeof draftNews>;

export const threadSnapshot = z.object({
  conversation: conversationView,
  thread: z.enum(THREADS),
  page: threadPage,
  /** The first message of others above one's own cursor when the thread was opened. */
  firstUnread: z.number().int().nullable(),
  unread: count,
  lastSeq: count,
  /** Own cursor. */
  readSeq: count,
  draft: z.string(),
  /** What the draft has besides its text; a caret in UTF-16 units. */
  draftAround: draftAround,
  draftShared: draftShared.optional(),
  typing: z.array(personView),
  /** Not all of this thread's history is on this machine yet. */
  loading: z.boolean(),
});
export type ThreadSnapshot = z.infer<typeof threadSnapshot>;
