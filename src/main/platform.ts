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
  notifications: Notifications;
  prepare: (server: string) => Promise<void>;
  log: Log;
};

/** The core's surroundings in Electron. */
export function electronPlatform(parts: PlatformParts): Platform {
  const { app, notifications } = parts;
  // Windows has no count on an icon, only a picture over it.
  const badge = parts.platform === 'darwin' || parts.platform === 'linux';
  return {
    version: app.getVersion(),
    dataDir: parts.dataDir,
    secrets: parts.secrets,
    capabilities: { notifications: 'host', badge, secretStore: parts.secure },
    notify: notifications.notify,
    withdraw: notifications.withdraw,
    setBadge(unread) {
      if (badge) app.setBadgeCount(unread);
    },
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
