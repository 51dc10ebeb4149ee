import { z } from 'zod';

import { CONTACT_FILTERS } from './contact-details.ts';
import { THREADS } from './ids.ts';
import { LANGUAGE_CHOICES } from './languages.ts';
import { attachmentView, count, messageState, ms, personView } from './views.ts';

/** What the renderer gets to see of the app itself: its person, its connection, its queue and this machine. */
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
