import type { Handlers } from '#shared/contract.ts';
import { AppError } from '#shared/errors.ts';

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

const DAY_MS = 24 * 60 * 60_000;

/** Two devices, some files, and a password that is `right`. */
export function accountHandlers(): Pick<Handlers, AccountCommand> {
  const now = Date.now();
  let devices = [
    { id: 'here', name: 'Office computer', since: now - 40 * DAY_MS, lastUsed: now, current: true },
    { id: 'there', name: 'Old laptop', since: now - 300 * DAY_MS, lastUsed: now - 9 * DAY_MS, current: false },
  ];
  let usage = {
    conversations: 40,
    messages: 1_200,
    databaseBytes: 3_400_000,
    files: 12,
    fileBytes: 8_600_000,
    waitingFiles: 2,
    waitingBytes: 1_900_000,
  };
  return {
    'account.devices': () => ({ devices }),
    'account.endDevice': ({ id }) => {
      devices = devices.filter((device) => device.id !== id);
      return {};
    },
    'account.changePassword': ({ current }) => {
      if (current !== 'right') throw new AppError('sign-in-failed', 'The present password is not right.');
      return {};
    },
    'storage.usage': () => usage,
    'storage.clearFiles': () => (usage = { ...usage, files: 0, fileBytes: 0 }),
    'notify.test': () => ({}),
    'startup.read': () => ({ on: false }),
    'startup.set': ({ on }) => ({ on }),
    diagnostics: () => ({ text: 'Trialogue: 0\nConnection: online' }),
  };
}
