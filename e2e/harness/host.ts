import type { BrowserContextOptions, Page } from 'playwright';

/** How a page is to look, and what it may do; a host takes what it has. */
export type Look = Pick<
  BrowserContextOptions,
  'colorScheme' | 'forcedColors' | 'reducedMotion' | 'viewport' | 'deviceScaleFactor' | 'permissions'
>;

/** `email: null`: nobody is signed in by the start; who was signed in on this folder still is. */
export type Start = { folder: string; server: string; email: string | null; env?: Record<string, string> };

export const PASSWORD = 'correct horse battery';

export const VIEWPORT = { width: 1280, height: 800 };

/** One running app. */
export type Launched = {
  readonly pid: number;
  /** Where its page is. The node host's address lets one browser in, once. */
  readonly address: string;
  /** A page of the app, as a person has it before them. Where there is only one, each call gives that one. */
  page(look: Look): Promise<Page>;
  /** SIGTERM lets it close by itself. Does nothing when it has ended. */
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  /** What a browser still shows of an app that has ended. */
  closePages(): Promise<void>;
};

export type HostName = 'node-host' | 'electron';

/** Starts the app in one of its two hosts. */
export type Host = {
  readonly name: HostName;
  /** Why it can't run on this machine, with what to do about it; `null` when it can. */
  readonly missing: string | null;
  /** What not every host can do. */
  readonly capabilities: {
    /** The page itself shows notifications, so that a spec sees them. */
    pageNotifications: boolean;
  };
  launch(start: Start): Promise<Launched>;
  close(): Promise<void>;
};
