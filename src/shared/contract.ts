import { z } from 'zod';

import { notificationView, sessionView, settingsView, syncStatus } from './app-views.ts';
import { none, place, type COMMANDS } from './commands.ts';
import { exportState } from './export-views.ts';
import { uploadView } from './file-views.ts';
import { MENU_COMMANDS } from './menu-commands.ts';
import { conversationView, count, draftNews, personView, threadItem } from './views.ts';

/** Every event that the core may tell, with its shape, and the types of all that passes between renderer and core. JSON only. */
export const EVENTS = {
  status: syncStatus,
  /** Rows of the inbox changed; whoever shows some lists them again. */
  'inbox.changed': z.object({ conversations: z.array(z.string()) }),
  /**
   * In a thread that is open: items that are new or changed (by key) and keys that are gone. `newest`: the highest
   * `seq` on this machine. `view` when people, job, locks or read cursors changed.
   */
  'thread.changed': z.object({
    ...place,
    items: z.array(threadItem),
    gone: z.array(z.string()),
    newest: count,
    view: conversationView.nullable(),
    loading: z.boolean(),
  }),
  /** Of a thread: the own files of its draft and of messages that wait, with how far they are. */
  'files.changed': z.object({ ...place, files: z.array(uploadView) }),
  /** Of a thread that is open: another device has written its draft, or words were put aside. */
  'draft.changed': draftNews,
  /** Canned replies came from another device. */
  'replies.changed': none,
  typing: z.object({ ...place, people: z.array(personView) }),
  /** Show this notification; told only where `capabilities.notifications` is `page`. */
  notify: notificationView,
  /** It was read elsewhere: take these away. */
  'notify.withdraw': z.object({ ids: z.array(z.string()) }),
  /** The system did not show one: why, as it says itself. */
  'notify.refused': z.object({ reason: z.string() }),
  /** Chosen in the menu of the system. */
  menu: z.object({ command: z.enum(MENU_COMMANDS) }),
  /** How far a thread is written down. */
  'export.changed': z.object({ id: z.string(), state: exportState }),
  badge: z.object({ unread: count }),
  /** Go to this place: a click on a notification, a deep link. */
  'go-to': z.object({ ...place, seq: z.number().int().nullable() }),
  /** A conversation was taken away: leave it if it is open. */
  'conversation.gone': z.object({ conversation: z.string() }),
  /** The agency's notes on it were taken away: leave them if they are open. */
  'thread.gone': z.object(place),
  /** The session changed: signed in, signed out, or ended by the server. */
  session: z.object({ session: sessionView.nullable() }),
  settings: settingsView,
} as const;

export type CommandName = keyof typeof COMMANDS;
export type CommandInput<N extends CommandName> = z.input<(typeof COMMANDS)[N]['input']>;
export type CommandData<N extends CommandName> = z.output<(typeof COMMANDS)[N]['input']>;
export type CommandOutput<N extends CommandName> = z.output<(typeof COMMANDS)[N]['output']>;
export type EventName = keyof typeof EVENTS;
export type EventData<N extends EventName> = z.output<(typeof EVENTS)[N]>;

/** What the core implements: one function a command. */
export type Handlers = { [N in CommandName]: (input: CommandData<N>) => CommandOutput<N> | Promise<CommandOutput<N>> };
