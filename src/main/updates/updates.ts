import type { Log } from '#core/platform.ts';
import { enforcedPolicy, type PoliciesView } from '#shared/policies.ts';

import type { UpdateWay } from './install-kind.ts';

/** Only what this needs of electron-updater's. */
export type Updater = {
  autoDownload: boolean;
  autoInstallOnAppQuit: boolean;
  allowDowngrade: boolean;
  channel: string | null;
  setFeedURL(options: { provider: 'generic'; url: string; channel: string }): void;
  checkForUpdates(): Promise<unknown>;
  quitAndInstall(isSilent: boolean, isForceRunAfter: boolean): void;
  on(event: 'update-available' | 'update-downloaded', listener: (info: { version: string }) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
};

export type UpdatesParts = {
  /** Loaded only where it is used. */
  updater: () => Updater;
  found: UpdateWay;
  /** Where the builder said that newer versions are; `false` when it didn't. */
  hasAddress: boolean;
  policies: PoliciesView;
  /** Says it by the system. `ready`: it is put in when the app is closed, or when the person asks for it, by `restart`. `elsewhere`: IT brings it. */
  tell: (what: 'ready' | 'elsewhere', version: string, restart: () => void) => void;
  log: Log;
};

const EVERY_MS = 4 * 60 * 60_000;

/**
 * Looks for newer versions at the start and every four hours. Nothing is ever put in while the app runs but by the person's own click: who is writing or
 * sending closes it when they are done, and what waits is kept through it.
 */
export function startUpdates({ updater: load, found, hasAddress, policies, tell, log }: UpdatesParts): { stop: () => void } {
  const address = enforcedPolicy(policies, 'UpdateAddress');
  const off = whyOff(policies, found, hasAddress || address !== undefined);
  if (off !== null) {
    log.info('updates.off', { why: off });
    return { stop: () => undefined };
  }
  const automatic = found.way === 'automatic';
  const channel = enforcedPolicy(policies, 'UpdateChannel') ?? 'latest';
  const updater = load();
  updater.autoDownload = automatic;
  updater.autoInstallOnAppQuit = automatic;
  if (address !== undefined) updater.setFeedURL({ provider: 'generic', url: address, channel });
  updater.channel = channel;
  // Setting a channel allows it, so that people can leave one; going back is done by hand.
  updater.allowDowngrade = false;
  const told = new Set<string>();
  const once = (what: 'ready' | 'elsewhere', version: string): void => {
    log.info('updates.found', { what, version });
    if (told.has(version)) return;
    told.add(version);
    tell(what, version, () => updater.quitAndInstall(true, true));
  };
  updater.on('update-available', ({ version }) => {
    if (!automatic) once('elsewhere', version);
  });
  updater.on('update-downloaded', ({ version }) => once('ready', version));
  updater.on('error', (error) => log.warn('updates.failed', { reason: error.name, code: (error as NodeJS.ErrnoException).code }));
  const look = (): void => {
    // It tells the listener above too.
    updater.checkForUpdates().catch(() => undefined);
  };
  look();
  const timer = setInterval(look, EVERY_MS);
  timer.unref();
  log.info('updates.on', { way: found.way, why: found.why, channel });
  return { stop: () => clearInterval(timer) };
}

function whyOff(policies: PoliciesView, found: UpdateWay, hasAddress: boolean): string | null {
  if (enforcedPolicy(policies, 'UpdatesEnabled') === false) return 'by policy';
  if (found.way === 'off') return found.why;
  return hasAddress ? null : 'no address';
}
