import { describe, expect, it } from 'vitest';

import { AppError } from '#shared/errors.ts';

import type { NotificationAct } from '../platform.ts';
import { silentLog } from '../testing/test-platform.ts';
import { actOnNotification } from './act.ts';

const PLACE = { conversation: 'c', thread: 'team' } as const;

async function act(what: NotificationAct, over: { known?: boolean; failure?: Error } = {}): Promise<unknown[]> {
  const calls: unknown[] = [];
  const deps: Parameters<typeof actOnNotification>[0] = {
    notifier: {
      find: () => (over.known === false ? null : { ...PLACE, seq: 3, newest: 5 }),
      failed: (place, seq, words) => void calls.push({ failed: place, seq, words }),
    },
    commands: {
      'message.send': (input) => {
        if (over.failure) throw over.failure;
        calls.push({ send: input });
        return { key: 'k' };
      },
      'thread.seen': (input) => {
        calls.push({ seen: input });
        return {};
      },
    },
    goTo: (place) => void calls.push({ goTo: place }),
    log: silentLog,
  };
  await actOnNotification(deps, 'c/team', what);
  return calls;
}

describe('what is done from a notification', () => {
  it('[NOTIFY-2] a click leads to the first that it told of', async () => {
    expect(await act({ kind: 'open' })).toEqual([{ goTo: { ...PLACE, seq: 3 } }]);
  });
  it('[NOTIFY-2] a reply goes into the queue, at once, and what was answered is read', async () => {
    const sent = { ...PLACE, text: 'On my way', mentions: [], attachments: [], files: [], undoable: false };
    expect(await act({ kind: 'reply', text: ' On my way\n' })).toEqual([{ send: sent }, { seen: { ...PLACE, seq: 5 } }]);
    expect(await act({ kind: 'reply', text: '  ' })).toEqual([]);
  });
  it('[NOTIFY-2] marked as read, it is read up to the newest that it told of', async () => {
    expect(await act({ kind: 'read' })).toEqual([{ seen: { ...PLACE, seq: 5 } }]);
  });
  it('[NOTIFY-2] a reply that can’t be kept is said, and reads nothing', async () => {
    const failure = new AppError('storage-full', 'The disk is full.');
    expect(await act({ kind: 'reply', text: 'x' }, { failure })).toEqual([{ failed: PLACE, seq: 3, words: 'The disk is full.' }]);
    await expect(act({ kind: 'reply', text: 'x' }, { failure: new TypeError('bug') })).rejects.toThrow('bug');
  });
  it('[NOTIFY-2] one that leads nowhere any more does nothing', async () => {
    expect(await act({ kind: 'reply', text: 'x' }, { known: false })).toEqual([]);
  });
});
