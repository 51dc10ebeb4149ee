import { describe, expect, it } from 'vitest';

import { createClient, createPortPair, serve } from './bridge.ts';
import type { Handlers } from './contract.ts';
import { AppError } from './errors.ts';

function connect(handlers: Partial<Handlers>): {
  client: ReturnType<typeof createClient>;
  served: ReturnType<typeof serve>;
  bugs: unknown[];
  raw: ReturnType<typeof createPortPair>;
} {
  const raw = createPortPair();
  const bugs: unknown[] = [];
  const served = serve(
    raw[0],
    handlers as Handlers,
    (error) => bugs.push(error),
    () => {},
  );
  return { client: createClient(raw[1]), served, bugs, raw };
}

describe('bridge', () => {
  it('[BRIDGE-1] a command reaches its handler validated and its answer comes back', async () => {
    const { client } = connect({
      'message.send': (input) => ({ key: `${input.thread}:${input.text}:${input.mentions.length}` }),
    });
    await expect(client.send('message.send', { conversation: 'c', thread: 'all', text: 'hi' })).resolves.toEqual({
      key: 'all:hi:0',
    });
  });

  it('[BRIDGE-2] a command of the wrong shape, or none, is refused and no handler runs', async () => {
    const { client } = connect({});
    await expect(client.send('draft.set', { conversation: 'c', thread: 'all' } as never)).rejects.toMatchObject({
      code: 'bad-request',
    });
    await expect(client.send('toString' as never, {} as never)).rejects.toMatchObject({ code: 'bad-request' });
  });

  it('[BRIDGE-3] an expected failure keeps its code; a bug is reported and told without its details', async () => {
    const { client, bugs } = connect({
      'sync.retry': () => {
        throw new AppError('offline', 'No network.');
      },
      'queue.list': () => {
        throw new Error('secret detail');
      },
    });
    await expect(client.send('sync.retry', {})).rejects.toMatchObject({ code: 'offline' });
    await expect(client.send('queue.list', {})).rejects.toMatchObject({
      code: 'internal',
      message: expect.not.stringContaining('secret'),
    });
    expect(bugs).toHaveLength(1);
  });

  it('[BRIDGE-4] events reach their listeners until these end', async () => {
    const { client, served } = connect({});
    const seen: number[] = [];
    const end = client.on('badge', ({ unread }) => seen.push(unread));
    served.emit('badge', { unread: 3 });
    await Promise.resolve();
    end();
    served.emit('badge', { unread: 4 });
    await Promise.resolve();
    expect(seen).toEqual([3]);
  });

  it('[BRIDGE-5] when the channel ends, what waits fails and later commands fail at once', async () => {
    const { client, raw } = connect({ 'sync.retry': () => new Promise(() => {}) });
    const waiting = client.send('sync.retry', {});
    raw[0].close();
    await expect(waiting).rejects.toMatchObject({ code: 'unavailable' });
    await expect(client.send('sync.retry', {})).rejects.toMatchObject({ code: 'unavailable' });
  });
});
