import type { Capabilities, NotificationView, Settings } from '#shared/app-views.ts';
import type { Port } from '#shared/bridge.ts';
import type { ExportSaved } from '#shared/export-views.ts';
import type { GivenFile, UploadView } from '#shared/file-views.ts';
import type { ThreadName } from '#shared/ids.ts';
import type { MenuCommand } from '#shared/menu-commands.ts';
import type { PoliciesView } from '#shared/policies.ts';

/** Structured log without message text, names or tokens: an event's name and plain fields. */
export type Log = {
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
};
export type LogFields = Record<string, string | number | boolean | undefined>;

export type NotificationAct = { kind: 'open' } | { kind: 'read' } | { kind: 'reply'; text: string };

/** What a host gives to the core: everything outside it, so that tests can give their own. */
export type Platform = {
  version: string;
  /** This profile's folder; the core makes it, and everything it keeps is in it. */
  dataDir: string;
  /** Ours for the lifetime of the profile: the refresh token. Values never leave this machine in the clear where the system has a store. */
  secrets: {
    read(name: string): Promise<string | null>;
    write(name: string, value: string): Promise<void>;
    remove(name: string): Promise<void>;
  };
  capabilities: Capabilities;
  /** Shows a notification by the system; called only where `capabilities.notifications` is `host`. */
  notify(notification: NotificationView, onRefused: (reason: string) => void): void;
  withdraw(ids: string[]): void;
  setBadge(unread: number): void;
  /** The languages that the system asks for, best first, as `fil-PH`; English where a host doesn’t know. */
  languages?: () => readonly string[];
  /** What holds on this system until somebody chooses otherwise. */
  usual?: Partial<Settings>;
  /** Told at the start and after each change. */
  settingsAre?: (settings: Settings) => void;
  /** Where `capabilities.startAtLogin`. */
  startup?: { read(): Promise<boolean>; set(on: boolean): Promise<void> };
  /** The program of the thread that writes conversations down (`core/export/worker.ts`), where this host has it. */
  exportWorker?: URL;
  /** Brings a finished file to where the person wants it. It is the caller's: it goes when this has answered, or was fetched. */
  saveFile?: (file: { path: string; name: string; type: string }) => Promise<ExportSaved>;
  /** Opens a link whose scheme the core has checked. */
  openLink(url: string): Promise<void>;
  /** Called before a server is connected to, where the way there may be another each time. */
  prepare?: (server: string) => Promise<void>;
  /** How this machine is called in the list of devices. */
  deviceName: string;
  log: Log;
  /** ms since 1970 */
  now: () => number;
  /** [0, 1) */
  random: () => number;
  /** How long, in ms, what was sent can be taken back; `HOLD_MS` where it isn't given. */
  holdMs?: number;
};

export type CoreOptions = {
  /** Where the sign-in form starts, or what an unattended first sign-in uses. */
  server: string;
  /** What the organisation settled for this machine; nothing unless given. */
  policies?: PoliciesView;
  /** Makes all rows anew from what the server committed, before anything else. What waits to be sent, and drafts, stay. */
  rebuild?: boolean;
};

/** The whole app without a window. */
export type Core = {
  /** What was made anew at the start; `null` when that was not asked for, or nobody ever signed in here. */
  rebuilt: { threads: number; messages: number } | null;
  /** Serves a renderer over this channel until it ends. Several may be attached. */
  attach(port: Port): void;
  /** The bytes of a file of a message: on disk already, else fetched and kept. Throws AppError not-found or offline. */
  file(id: string): Promise<{ path: string; type: string; name: string }>;
  /**
   * Takes a file that the page gives, into the draft of its thread: durable when it answers, uploaded as soon as there is a network.
   * Throws AppError too-large, bad-request, forbidden, not-found, storage-full, storage-failed.
   */
  addFile(file: GivenFile, body: AsyncIterable<Uint8Array>): Promise<UploadView>;
  /** A deep link. */
  goTo(place: { conversation: string; thread: ThreadName; seq: number | null }): void;
  /** A click on a notification, or what somebody did from it; also long after it was shown, by another run of the app. */
  actOn(notification: string, act: NotificationAct): Promise<void>;
  /** The pages do what was chosen in a menu of the system. */
  menu(command: MenuCommand): void;
  settings(): Settings;
  changeSettings(change: Partial<Settings>): void;
  /** The machine woke up or its network changed: connect now. */
  wake(): void;
  /** Signs in without a form, when nobody is signed in yet. */
  signIn(email: string, password: string): Promise<void>;
  /** Ends timers and sockets and closes the database. */
  close(): Promise<void>;
};
