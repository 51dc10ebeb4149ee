import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { expect, test, vi } from 'vitest';

import { createTurns } from '../turns.ts';
import type { ApiClient } from './api-client.ts';
import { createFeed } from './feed.ts';
import { LiveSocket } from './socket.ts';

async function refusing(headers: Record<string, string>): Promise<{ url: string; tries: number[]; close: () => void }> {
  const tries: number[] = [];
  const server = createServer();
  server.on('upgrade', (_request, socket) => {
    tries.push(Date.now());
    // Who is refused may cut the line off before all was read.
    socket.on('error', () => {});
    const all = { 'Content-Length': '0', Connection: 'close', ...headers };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.end(`HTTP/1.1 503 Service Unavailable\r\n${lines.join('')}\r\n`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tries,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

test.each<[Record<string, string>, number | null]>([
  [{ 'Retry-After': '3' }, 3_000],
  [{ 'Retry-After': '86400' }, 60_000],
  [{ 'Retry-After': 'Wed, 21 Oct 2026 07:28:00 GMT' }, null],
  [{}, null],
])('[SYNC-5] a socket that is refused knows when it is to come back (%j)', async (headers, expected) => {
  const { url, close } = await refusing(headers);
  const socket = new LiveSocket(url.replace('http', 'ws'), 'token');
  await new Promise((resolve) => socket.once('close', resolve));
  expect([socket.rejected, socket.retryAfterMs]).toEqual([503, expected]);
  close();
});

test('[SYNC-5] a feed comes back when the server said, spread at random over as long again', async () => {
  const { url, tries, close } = await refusing({ 'Retry-After': '2' });
  const waits: number[] = [];
  const real = setTimeout;
  // All waits are over at once, and how long they were is what this is about.
  vi.spyOn(globalThis, 'setTimeout').mockImplementation((work: () => void, ms = 0) => {
    if (ms >= 2_000 && ms <= 4_000) waits.push(ms);
    return real(work, ms >= 2_000 && ms <= 4_000 ? 0 : ms);
  });
  const feed = createFeed({
    turns: createTurns(() => undefined),
    api: { server: url, token: () => Promise.resolve('token') } as unknown as ApiClient,
    random: () => 0.5,
    cursor: () => 'a cursor',
    timeline: () => null,
    onItems: () => {},
    onTyping: () => {},
    startAgain: () => Promise.resolve(),
    onState: () => {},
    onFailure: () => {},
  });
  await expect.poll(() => tries.length).toBeGreaterThan(1);
  expect(waits[0]).toBe(3_000);
  feed.stop();
  vi.restoreAllMocks();
  close();
});
