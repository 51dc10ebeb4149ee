import type { App, Shell } from 'electron';

import type { Log, Platform } from '#core/platform.ts';
import { AppError } from '#shared/errors.ts';

import type { Notifications } from './notifications.ts';

export type PlatformParts = {
  app: Pick<App, 'getVersion' | 'setBadgeCount'>;
  shell: Pick<Shell, 'openExternal'>;
  platform: NodeJS.Platform;
  dataDir: string;
  deviceName: string;
  secrets: Platform['secrets'];
  secure: boolean;
  notifications: Pick<Notifications, 'notify' | 'withdraw'>;
  prepare: (server: string) => Promise<void>;
  /** What is unread, for what else shows it: the small icons. */
  onUnread: (unread: number) => void;
  languages: NonNullable<Platform['languages']>;
  settingsAre: NonNullable<Platform['settingsAre']>;
  /** `null` where the app isn't installed: nothing of a checkout is started by a system. */
  startup: NonNullable<Platform['startup']> | null;
  saveFile: NonNullable<Platform['saveFile']>;
  exportWorker: URL;
  log: Log;
};

/** The core's surroundings in Electron. */
export function electronPlatform(parts: PlatformParts): Platform {
  const { app, notifications, startup } = parts;
  // Windows has no count on an icon, only a picture over it.
  const badge = parts.platform === 'darwin' || parts.platform === 'linux';
  const isMac = parts.platform === 'darwin';
  return {
    version: app.getVersion(),
    dataDir: parts.dataDir,
    secrets: parts.secrets,
    capabilities: {
      notifications: 'host',
      badge: true,
      secretStore: parts.secure,
      // On macOS an app goes on without a window anyway, in the dock.
      tray: !isMac,
      startAtLogin: startup !== null,
      spellCheck: isMac ? 'system' : 'fetched',
    },
    // An app from the checkout ends with its window, as whoever started it expects.
    usual: { closeToTray: parts.platform === 'win32' && startup !== null, spellCheck: isMac },
    notify: notifications.notify,
    withdraw: notifications.withdraw,
    setBadge(unread) {
      if (badge) app.setBadgeCount(unread);
      parts.onUnread(unread);
    },
    languages: parts.languages,
    settingsAre: parts.settingsAre,
    ...(startup && { startup }),
    saveFile: parts.saveFile,
    exportWorker: parts.exportWorker,
    async openLink(url) {
      // The core has checked it; what opens anything on a system is checked where it happens as well.
      if (!/^(https?|mailto|tel):/i.test(url))
        throw new AppError('bad-request', 'Only web, mail and telephone links are opened.');
      await parts.shell.openExternal(url);
    },
    prepare: parts.prepare,
    deviceName: parts.deviceName,
    log: parts.log,
    now: Date.now,
    random: Math.random,
  };
}
