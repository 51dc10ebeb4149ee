import type { Handlers } from '#shared/contract.ts';
import { AppError } from '#shared/errors.ts';
import type { PoliciesView } from '#shared/policies.ts';

import { diagnosticsText, lastLogLines } from './diagnostics.ts';
import type { Files } from './files.ts';
import type { Notifier } from './notify/notifier.ts';
import type { Platform } from './platform.ts';
import type { SessionKeeper } from './session-keeper.ts';
import type { Store } from './storage/database.ts';
import { storageUsage } from './storage/usage.ts';
import type { ApiClient } from './sync/api-client.ts';

type AccountCommand =
  | 'account.devices'
  | 'account.endDevice'
  | 'account.changePassword'
  | 'storage.usage'
  | 'storage.clearFiles'
  | 'notify.test'
  | 'startup.read'
  | 'startup.set'
  | 'diagnostics';

/** What the settings ask for: where somebody is signed in, what lies on this computer, and what to tell those who help. */
export function createAccountHandlers(parts: {
  platform: Platform;
  policies: PoliciesView;
  store: Store;
  keeper: SessionKeeper;
  files: Files;
  notifier: Notifier;
}): Pick<Handlers, AccountCommand> {
  const { platform, store, keeper, files } = parts;
  const api = (): ApiClient => {
    const client = keeper.api();
    if (!client) throw new AppError('sign-in-required', 'Sign in to change that.');
    return client;
  };
  const usage = () => ({ ...storageUsage(store, platform.dataDir), ...files.usage() });
  return {
    'account.devices': async () => {
      const sessions = await api().sessions();
      return {
        devices: sessions.map(({ id, device, createdAt, lastUsedAt, current }) => ({
          id,
          name: device.name,
          since: Date.parse(createdAt),
          lastUsed: Date.parse(lastUsedAt),
          current,
        })),
      };
    },
    'account.endDevice': async ({ id, wipe }) => {
      await api().endSession(id, wipe);
      return {};
    },
    'account.changePassword': async (input) => {
      await api().changePassword(input);
      return {};
    },
    'storage.usage': usage,
    'storage.clearFiles': () => {
      files.expire(Number.POSITIVE_INFINITY);
      return usage();
    },
    'notify.test': () => {
      parts.notifier.test();
      return {};
    },
    'startup.read': async () => ({ on: (await platform.startup?.read()) ?? false }),
    'startup.set': async ({ on }) => {
      await platform.startup?.set(on);
      return { on: (await platform.startup?.read()) ?? false };
    },
    diagnostics: async () => {
      const text = diagnosticsText({
        platform,
        store,
        policies: parts.policies,
        connection: keeper.connection().kind,
        server: keeper.view()?.server,
        usage: usage(),
      });
      return { text: `${text}\n\n${await lastLogLines(platform.dataDir)}`.trimEnd() };
    },
  };
}
