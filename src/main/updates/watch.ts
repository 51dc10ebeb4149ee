import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { App, NotificationConstructorOptions } from 'electron';
import electronUpdater from 'electron-updater';

import type { Log } from '#core/platform.ts';
import { enforcedPolicy, type PoliciesView } from '#shared/policies.ts';

import type { SystemNotification } from '../notifications.ts';
import { type ShellWords, updateWords } from '../words.ts';
import { updateWay } from './install-kind.ts';
import { startUpdates, type Updater } from './updates.ts';
import { isWritable } from './writable.ts';

export type WatchParts = {
  app: Pick<App, 'isPackaged' | 'getPath' | 'getAppPath' | 'on'>;
  /** As they were read, with the proxy's password. */
  policies: PoliciesView;
  words: Readonly<ShellWords>;
  makeNotification: (options: NotificationConstructorOptions) => Pick<SystemNotification, 'show'> & {
    on(event: 'click', listener: () => void): unknown;
  };
  log: Log;
};

/** Looks for newer versions as this installation and its policies say. */
export function watchForUpdates({ app, policies, words, makeNotification, log }: WatchParts): void {
  const configurationFile = join(process.resourcesPath ?? '', 'app-update.yml');
  const configuration = app.isPackaged && existsSync(configurationFile) ? readFileSync(configurationFile, 'utf8') : null;
  const found = updateWay({
    platform: process.platform,
    packaged: app.isPackaged,
    execPath: app.getPath('exe'),
    signed: app.isPackaged && isSigned(join(app.getAppPath(), 'package.json')),
    configuration,
    exists: existsSync,
    writable: (path) => isWritable(path, process.platform),
  });
  // Who forgets one hears of no click on it.
  const shown: ReturnType<WatchParts['makeNotification']>[] = [];
  const { stop } = startUpdates({
    updater: () => prepared(policies, log),
    found,
    hasAddress: configuration !== null,
    policies,
    tell(what, version, restart) {
      const notification = makeNotification(updateWords(words, what, version));
      shown.push(notification);
      if (what === 'ready') notification.on('click', restart);
      notification.show();
    },
    log,
  });
  app.on('will-quit', stop);
}

/** The library's for this system. It fetches by Chromium, which knows the system's proxy by itself, and the policy's from here. */
function prepared(policies: PoliciesView, log: Log): Updater {
  const { autoUpdater } = electronUpdater;
  autoUpdater.logger = null; // it would log addresses
  const proxy = enforcedPolicy(policies, 'Proxy') ?? 'system';
  if (proxy !== 'system') {
    const url = proxy === 'direct' ? null : new URL(proxy);
    autoUpdater.netSession
      .setProxy(url ? { mode: 'fixed_servers', proxyRules: url.origin } : { mode: 'direct' })
      .catch((error: unknown) => log.warn('updates.proxy-not-set', { reason: String(error) }));
    if (url?.username) {
      autoUpdater.on('login', (_about, answer) => answer(decodeURIComponent(url.username), decodeURIComponent(url.password)));
    }
  }
  return autoUpdater;
}

/** A build that nobody signed has that written into it (`src/packaging/release/signing.ts`). */
function isSigned(file: string): boolean {
  return (JSON.parse(readFileSync(file, 'utf8')) as { unsigned?: boolean }).unsigned !== true;
}
