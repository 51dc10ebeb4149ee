import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterEach, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';

import { AppError } from '#shared/errors.ts';

import { createTurns } from '../turns.ts';
import type { ApiClient } from './api-client.ts';
import { createFeed, type Feed, type FeedState } from './feed.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A server that knows the way on from one cursor alone, and says `items` there first. Returns its address, and which cursors were shown to it. */
async function knowing(cursor: string, items?: readonly unknown[]): Promise<{ url: string; shown: string[] }> {
  const shown: string[] = [];
  const server = createServer();
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    const after = new URL(request.url!, 'http://here').searchParams.get('after') ?? '';
    shown.push(after);
    socket.on('error', () => {}); // who is refused may cut the line off before all was read
    if (after !== cursor) {
      socket.end('HTTP/1.1 410 Gone\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (opened) => {
      if (items) opened.send(JSON.stringify({ type: 'items', items, cursor: 'behind the items' }));
      opened.send(JSON.stringify({ type: 'live', cursor }));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => {
    for (const client of sockets.clients) client.terminate();
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, shown };
}

/** `lists`: the cursor that each list brings, or that it can't be read. A wait of any length is noted, and over at once. */
function follow(
  url: string,
  lists: (string | AppError)[],
): { feed: Feed; states: FeedState[]; waits: () => number; failures: unknown[]; told: [number, string][]; onTold: () => void } {
  let cursor = 'of last month';
  let waits = 0;
  const states: FeedState[] = [];
  const failures: unknown[] = [];
  const told: [number, string][] = [];
  const feed = createFeed({
    turns: createTurns(() => undefined),
    api: { server: url, token: () => Promise.resolve('token') } as unknown as ApiClient,
    // Asked for a wait, and for nothing else.
    random() {
      waits++;
      return 0;
    },
    cursor: () => cursor,
    timeline: () => null,
    onItems: (items, behind) => {
      told.push([items.length, behind]);
      followed.onTold();
    },
    onTyping: () => {},
    startAgain() {
      const next = lists.shift() ?? cursor;
      if (next instanceof AppError) return Promise.reject(next);
      cursor = next;
      return Promise.resolve();
    },
    onState: (state) => states.push(state),
    onFailure: (error) => failures.push(error),
  });
  closers.push(() => feed.stop());
  const followed = { feed, states, waits: () => waits, failures, told, onTold: (): void => {} };
  return followed;
}

test('[FEED-1] a cursor that is too old is an answer: the list is read, and the feed goes on at once', async () => {
  const { url, shown } = await knowing('new');
  const { states, waits, failures } = follow(url, ['new']);
  await expect.poll(() => states.at(-1)).toBe('live');
  expect(shown).toEqual(['of last month', 'new']);
  expect([waits(), states.includes('lost'), failures]).toEqual([0, false, []]);
});

test('[FEED-1] a new cursor that is too old as well is a failure: each further try waits, and begins with the list', async () => {
  const { url, shown } = await knowing('third');
  const { states, waits } = follow(url, ['first', 'second', 'third']);
  await expect.poll(() => states.at(-1)).toBe('live');
  expect(shown).toEqual(['of last month', 'first', 'second', 'third']);
  expect([waits(), states.filter((state) => state === 'lost').length]).toEqual([2, 2]);
});

test('[FEED-1] a list that can’t be read is told, and read again after a wait', async () => {
  const { url, shown } = await knowing('new');
  const broken = new AppError('internal', 'The server did not answer.');
  const { states, waits, failures } = follow(url, [broken, 'new']);
  await expect.poll(() => states.at(-1)).toBe('live');
  expect(shown).toEqual(['of last month', 'new']);
  expect([waits(), failures]).toEqual([1, [broken]]);
});

const own = (n: number): unknown => ({ kind: 'me', n });

test('[FEED-1] a frame of thousands of items is read in pieces, and what comes behind it waits for its last', async () => {
  const { url } = await knowing(
    'of last month',
    Array.from({ length: 20_000 }, (_, n) => own(n)),
  );
  const { states, told } = follow(url, []);
  await expect.poll(() => states.at(-1)).toBe('live');
  expect(told).toEqual([
    [20_000, 'behind the items'],
    [0, 'of last month'],
  ]);
});

test('[FEED-1] of a frame with an item that makes no sense nothing is taken, nor of what comes behind it', async () => {
  const { url } = await knowing('of last month', [...Array.from({ length: 20_000 }, (_, n) => own(n)), { kind: 'unheard of' }]);
  const { feed, states, told, failures } = follow(url, []);
  await expect.poll(() => failures.length).toBeGreaterThan(0);
  await expect.poll(() => states).toContain('lost');
  feed.stop();
  expect([told, states.includes('live')]).toEqual([[], false]);
});

test('[FEED-1] what came behind items that could not be kept is not taken before them', async () => {
  const { url } = await knowing('of last month', [own(1)]);
  const all = follow(url, []);
  all.onTold = () => all.feed.restart();
  await expect.poll(() => all.told.length).toBeGreaterThan(1);
  all.feed.stop();
  expect(all.told.filter(([, behind]) => behind !== 'behind the items')).toEqual([]);
});
