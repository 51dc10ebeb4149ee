import { z } from 'zod';

import { CONTACT_FILTERS } from './contact-details.ts';
import { eventValue, jobValue, locksValue, participantValue } from './documents.ts';
import { attachmentFact } from './facts.ts';
import { uploadState, uploadView } from './file-views.ts';
import { THREADS } from './ids.ts';
import { LANGUAGE_CHOICES } from './languages.ts';
import { ROLES } from './roles.ts';
import { REFUSAL_RULES } from './wire.ts';
import { inboxCounts, ownMarks } from './work-list.ts';

/** What the renderer gets to see. Times are ms since 1970. */
const ms = z.number().int();
const count = z.number().int().nonnegative();

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

export const connectionState = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('online') }),
  z.object({ kind: z.literal('connecting'), since: ms }),
  z.object({ kind: z.literal('offline'), since: ms }),
  /** The session ended: what is here stays readable and the queue is kept; sign in again to go on. */
  z.object({
    kind: z.literal('signed-out'),
    /** The latter two: everything of the account was removed from this machine. */
    reason: z.enum(['ended', 'account-disabled', 'device-wiped']),
    /** How many messages that were not sent yet went with that. */
    unsent: count.optional(),
  }),
]);

export const syncStatus = z.object({
  connection: connectionState,
  queued: count,
  notSent: count,
  /** When the oldest of those that wait was written. */
  waitingSince: ms.nullable(),
  lastSyncedAt: ms.nullable(),
  /** The first sync, while it goes on. */
  firstSync: z.object({ done: count, total: count, paused: z.boolean() }).nullable(),
  /** Something is wrong with the disk: what is safe and what to do, in words. */
  storage: z.object({ code: z.enum(['storage-full', 'storage-failed']), message: z.string() }).nullable(),
});
export type SyncStatus = z.infer<typeof syncStatus>;

/** What an entry of the queue does. Only a message has a text of its own to edit. */
export const queuedWork = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('message'), text: z.string(), files: z.array(attachmentView) }),
  z.object({ kind: z.literal('edit'), text: z.string() }),
  z.object({ kind: z.literal('remove') }),
  z.object({ kind: z.literal('react'), emoji: z.string(), on: z.boolean() }),
  /** `to`: the name of one of the team, or nobody. */
  z.object({ kind: z.literal('assign'), to: z.string().nullable() }),
  z.object({ kind: z.literal('label'), name: z.string(), on: z.boolean() }),
  z.object({ kind: z.literal('resolve'), on: z.boolean() }),
]);
export type QueuedWork = z.infer<typeof queuedWork>;

export const queueItem = z.object({
  key: z.string(),
  work: queuedWork,
  conversation: z.string(),
  thread: z.enum(THREADS),
  jobTitle: z.string(),
  sentAt: ms,
  state: messageState,
});
export type QueueItem = z.infer<typeof queueItem>;

/** `excerpt` holds the text around the hit; `marks` are [start, end) in UTF-16 units of the excerpt. */
const marked = z.object({ text: z.string(), marks: z.array(z.tuple([count, count])) });
export const searchResult = z.object({
  conversations: z.array(z.object({ conversation: z.string(), title: marked, people: marked, at: ms })),
  messages: z.array(
    z.object({
      conversation: z.string(),
      thread: z.enum(THREADS),
      key: z.string(),
      seq: z.number().int().nullable(),
      jobTitle: z.string(),
      author: personView,
      excerpt: marked,
      at: ms,
    }),
  ),
  /** There are more messages than these. */
  more: z.boolean(),
});
export type SearchResult = z.infer<typeof searchResult>;

/** What the palette finds on this machine, the best first. `conversations`: how many of that person are here. */
export const paletteFound = z.object({
  people: z.array(personView.extend({ conversations: count })),
  jobs: z.array(
    z.object({
      conversation: z.string(),
      title: z.string(),
      number: z.number().int(),
      people: z.array(z.string()),
      status: jobValue.shape.status,
    }),
  ),
});
export type PaletteFound = z.infer<typeof paletteFound>;

export const notificationView = z.object({
  /** One per thread and machine: what has the same id takes its place. */
  id: z.string(),
  /** Where a click leads; empty: nowhere. */
  conversation: z.string(),
  thread: z.enum(THREADS),
  seq: z.number().int(),
  title: z.string(),
  body: z.string(),
  /** So many messages it tells of. */
  count,
  /** What it says was changed: it is put in place without a sound. */
  quiet: z.boolean(),
  /** What can be done from it, where the system has buttons for that. */
  actions: z.array(z.enum(['reply', 'read'])),
});
export type NotificationView = z.infer<typeof notificationView>;

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);

export const settingsView = z.object({
  theme: z.enum(['system', 'light', 'dark']),
  language: z.enum(LANGUAGE_CHOICES),
  notifications: z.boolean(),
  /** Who wrote, about what job, and what, in a notification; else only that there is something. */
  notificationText: z.boolean(),
  /** What one sends can be taken back for some seconds before it goes out. */
  undoSend: z.boolean(),
  /** Nothing is shown between these times of day, on this machine's clock; `HH:MM`, over midnight where the first is the later. */
  quietHours: z.object({ from: timeOfDay, to: timeOfDay }).nullable(),
  /** Nothing is shown before this time (ms since 1970). */
  pausedUntil: ms.nullable(),
  /** The app goes on running when its window is closed; where `capabilities.tray`. */
  closeToTray: z.boolean(),
  /** Where `capabilities.spellCheck`. */
  spellCheck: z.boolean(),
  /** The tour was seen, or skipped, on this machine. */
  toured: z.boolean(),
});
export type Settings = z.infer<typeof settingsView>;

/** Before anybody chose. */
export const USUAL_SETTINGS: Settings = {
  theme: 'system',
  language: 'system',
  notifications: true,
  notificationText: true,
  undoSend: false,
  quietHours: null,
  toured: false,
  pausedUntil: null,
  closeToTray: false,
  spellCheck: false,
};

/** What lies on this computer. Files are those that were opened; they can be fetched again. */
export const storageUsage = z.object({
  conversations: count,
  messages: count,
  databaseBytes: count,
  files: count,
  fileBytes: count,
  /** Own files that wait to be sent, with their drafts or messages: nowhere else yet. */
  waitingFiles: count,
  waitingBytes: count,
});
export type StorageUsage = z.infer<typeof storageUsage>;

/** Somewhere this account is signed in; times in ms since 1970. */
export const deviceView = z.object({ id: z.string(), name: z.string(), since: count, lastUsed: count, current: z.boolean() });
export type DeviceView = z.infer<typeof deviceView>;

/** What this host can do; the UI asks for these, never for which host it is in. */
export const capabilities = z.object({
  /** `host`: the core shows notifications itself. `page`: the page shows them by the web's Notification. */
  notifications: z.enum(['host', 'page']),
  badge: z.boolean(),
  /** Secrets are kept by the system's store rather than in a file that only this user can read. */
  secretStore: z.boolean(),
  /** The app has a place among the system's small icons, and can go on without a window. */
  tray: z.boolean().optional(),
  startAtLogin: z.boolean().optional(),
  /** `system`: by the system itself. `fetched`: with dictionaries that are fetched from Google's server. */
  spellCheck: z.enum(['system', 'fetched']).optional(),
});
export type Capabilities = z.infer<typeof capabilities>;

export const sessionView = z.object({
  account: personView.extend({ email: z.string() }),
  agency: z.string().nullable(),
  /** What the agency does about contact details in messages to everybody. */
  contactFilter: z.enum(CONTACT_FILTERS),
  /** How long, in ms, one's own messages may be edited or removed. */
  editWindowMs: count,
  server: z.string(),
});
export type SessionView = z.infer<typeof sessionView>;
