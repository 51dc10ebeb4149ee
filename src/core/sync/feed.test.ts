import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterEach, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';

import { AppError } from '#shared/errors.ts';

import type { ApiClient } from './api-client.ts';
import { createFeed, type Feed, type FeedState } from './feed.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A server that knows the way on from one cursor alone. Returns its address, and which cursors were shown to it. */
async function knowing(cursor: string): Promise<{ url: string; shown: string[] }> {
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
    sockets.handleUpgrade(request, socket, head, (opened) => opened.send(JSON.stringify({ type: 'live', cursor })));
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
): { feed: Feed; states: FeedState[]; waits: () => number; failures: unknown[] } {
  let cursor = 'of last month';
  let waits = 0;
  const states: FeedState[] = [];
  const failures: unknown[] = [];
  const feed = createFeed({
    api: { server: url, token: () => Promise.resolve('token') } as unknown as ApiClient,
    // Asked for a wait, and for nothing else.
    random() {
      waits++;
      return 0;
    },
    cursor: () => cursor,
    timeline: () => null,
    onItems: () => {},
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
  return { feed, states, waits: () => waits, failures };
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
