import { EventEmitter } from 'node:events';

import { expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';

import type { Caller } from '../auth/authentication.ts';
import { DEFAULT_LIMITS } from '../limits.ts';
import type { Database } from '../storage/database.ts';
import { FeedSocket } from './feed-socket.ts';

/** A feed whose next page fails when the test says so. */
function feed(): { feed: FeedSocket; fail: (error: Error) => void; failures: unknown[]; closed: ReturnType<typeof vi.fn> } {
  const page = Promise.withResolvers<never>();
  const failures: unknown[] = [];
  const closed = vi.fn();
  const socket = Object.assign(new EventEmitter(), { readyState: WebSocket.OPEN, OPEN: WebSocket.OPEN, bufferedAmount: 0 });
  const made = new FeedSocket({
    socket: Object.assign(socket, { close: closed, terminate: () => {}, send: () => {} }) as unknown as WebSocket,
    caller: { account: 'ana' } as Caller,
    db: {} as Database,
    cursor: new Map([['ana', 0]]),
    page: () => page.promise,
    now: () => 0,
    limits: DEFAULT_LIMITS,
    refused: () => {},
    meters: { fed: () => {} },
    onEnd: () => {},
    onError: (error) => failures.push(error),
  });
  return { feed: made, fail: page.reject, failures, closed };
}

test('[FEED-1] a page that can’t be read is told, and its reader comes back later', async () => {
  const { fail, failures, closed } = feed();
  fail(new Error('Postgres is away'));
  await vi.waitFor(() => expect(closed).toHaveBeenCalledWith(1013, 'try later'));
  expect(failures).toEqual([new Error('Postgres is away')]);
});

test('[SERVER-6] a page that is read as the server stops fails nobody', async () => {
  const stopping = feed();
  stopping.feed.close(1012, 'restarting');
  stopping.fail(new Error('Cannot use a pool after calling end on the pool'));
  // Another one that fails behind it was told: so would this one have been.
  const other = feed();
  other.fail(new Error('Postgres is away'));
  await vi.waitFor(() => expect(other.failures).toHaveLength(1));
  expect(stopping.failures).toEqual([]);
  expect(stopping.closed.mock.calls).toEqual([[1012, 'restarting']]);
});
