import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';

import { AppError } from '#shared/errors.ts';

import { addresses } from '../addresses.ts';
import type { Caller } from '../auth/authentication.ts';
import { createStrangers } from '../http/strangers.ts';
import { DEFAULT_LIMITS, type LimitName, type ServerLimits } from '../limits.ts';
import { silentLog, type LogFields } from '../log.ts';
import { createMeters } from '../metrics/meters.ts';
import type { ServerParts } from '../parts.ts';
import { createEntrance, type Rooms } from './entrance.ts';

const CALLER = { account: 'somebody', until: null } as unknown as Caller;
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

type Started = { url: string; refused: LimitName[]; logged: { event: string; fields: LogFields | undefined }[] };

/** A door with nothing behind it but what a test puts there. `null`: nobody is known. */
async function start(
  limits: Partial<ServerLimits>,
  rooms: Partial<Rooms> = {},
  caller: Caller | null = CALLER,
): Promise<Started> {
  const refused: LimitName[] = [];
  const logged: Started['logged'] = [];
  const all = { ...DEFAULT_LIMITS, ...limits };
  const of = addresses(['127.0.0.1']);
  const server: Server = createServer();
  const entrance = createEntrance(
    {
      auth: {
        callerOf: () => (caller ? Promise.resolve(caller) : Promise.reject(new AppError('sign-in-required', 'Sign in.'))),
      },
      log: { ...silentLog, info: (event: string, fields?: LogFields) => void logged.push({ event, fields }) },
      limits: all,
      meters: createMeters({ version: 'test' }),
      refused: (limit: LimitName) => void refused.push(limit),
      addresses: of,
      strangers: createStrangers({ addresses: of, most: 10, refused: () => {} }),
      allowedOrigins: [],
    } as unknown as ServerParts,
    {
      now: Date.now,
      onError(error) {
        throw error;
      },
      rooms: {
        document: async (who, _target, accept) => void (await accept(who)),
        feed: async (who, _after, accept) => void (await accept(who)),
        chat: () => Promise.reject(new AppError('not-found', 'Nothing.')),
        ...rooms,
      },
    },
  );
  server.on('upgrade', (request, socket, head) => entrance.handleUpgrade(request, socket, head));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`, refused, logged };
}

type Outcome = { status: number | null; retryAfter: number | null; frames: string[]; code: number | null };

/** How it ends: refused by a status, or opened; then `code` comes with its close. */
function open(
  { url }: Started,
  path = '/api/v1/feed',
  from = '10.0.0.1',
): { socket: WebSocket; opened: Promise<Outcome>; closed: Promise<Outcome> } {
  const outcome: Outcome = { status: null, retryAfter: null, frames: [], code: null };
  const socket = new WebSocket(url + path, { headers: { 'x-forwarded-for': from } });
  closing.push(() => socket.terminate());
  const opened = Promise.withResolvers<Outcome>();
  const closed = Promise.withResolvers<Outcome>();
  socket.on('unexpected-response', (_request, response) => {
    outcome.status = response.statusCode ?? null;
    outcome.retryAfter = Number(response.headers['retry-after'] ?? NaN);
    response.resume();
    opened.resolve(outcome);
    closed.resolve(outcome);
  });
  socket.on('error', () => {});
  socket.on('message', (data: Buffer) => outcome.frames.push(data.toString()));
  socket.on('open', () => opened.resolve(outcome));
  socket.on('close', (code) => {
    outcome.code = code;
    closed.resolve(outcome);
  });
  return { socket, opened: opened.promise, closed: closed.promise };
}

test('[SERVER-6] an upgrade about which the database says nothing is answered in time, with when to come back', async () => {
  const started = await start({ openingMs: 50 }, { feed: () => new Promise(() => {}) });
  const { status, retryAfter } = await open(started).closed;
  expect([status, retryAfter]).toEqual([503, 2]);
  expect(started.refused).toEqual(['opening-time']);
});

test('[SERVER-6] of those who come at once so many are looked up, so many wait, and the rest is told to come back, not all at one time', async () => {
  const door = Promise.withResolvers<void>();
  let most = 0;
  let inside = 0;
  const started = await start(
    { openingsAtOnce: 3, openingsWaiting: 5 },
    {
      async feed(caller, _after, accept) {
        most = Math.max(most, ++inside);
        await door.promise;
        await accept(caller);
        inside--;
      },
    },
  );
  const all = Array.from({ length: 20 }, () => open(started));
  const refused = Array.from({ length: 12 }, (_, index) => index);
  await expect.poll(() => started.refused.length).toBe(refused.length);
  door.resolve();
  const outcomes = await Promise.all(all.map(({ opened }) => opened));
  expect(most).toBe(3);
  expect(outcomes.filter(({ status }) => status === null)).toHaveLength(8);
  const later = outcomes.filter(({ status }) => status === 503);
  expect(later).toHaveLength(12);
  for (const { retryAfter } of later) expect(retryAfter).toBeGreaterThanOrEqual(3);
});

test('[SERVER-6] one address does not take the places of others who wait', async () => {
  const door = Promise.withResolvers<void>();
  const feed: Rooms['feed'] = async (caller, _after, accept) => {
    await door.promise;
    await accept(caller);
  };
  const started = await start({ openingsAtOnce: 1, openingsPerAddress: 2 }, { feed });
  const crowd = Array.from({ length: 6 }, (_, index) => open(started, '/api/v1/feed', `2001:db8::${index + 1}`));
  await expect.poll(() => started.refused).toEqual(Array.from({ length: 4 }, () => 'openings-per-address'));
  const other = open(started, '/api/v1/feed', '2001:db8:0:1::1');
  door.resolve();
  expect((await other.opened).status).toBeNull();
  const outcomes = await Promise.all(crowd.map(({ opened }) => opened));
  expect(outcomes.map(({ status }) => status).toSorted((a, b) => (a ?? 0) - (b ?? 0))).toEqual([null, null, 429, 429, 429, 429]);
});

test.each([
  ['/api/v1/feed', /"type":"drain","retryAfterMs":\d+/],
  ['/sync/me', /\{"retryAfterMs":\d+\}/],
])(
  '[SERVER-6] an account has so many sockets; on %s one more is told when to come back, and has its place once another left',
  async (path, told) => {
    const started = await start({ socketsPerAccount: 2 });
    const [first, second] = [open(started, path), open(started, path)];
    await Promise.all([first.opened, second.opened]);
    const third = await open(started, path).closed;
    expect(third.code).toBe(1013);
    expect(third.frames.join('')).toMatch(told);
    expect(started.refused).toEqual(['sockets-per-account']);
    first.socket.close();
    await first.closed;
    await expect
      .poll(async () => {
        const again = open(started, path);
        await again.opened;
        // It stays open unless it is refused, which is said at once.
        again.socket.ping();
        return Promise.race([once(again.socket, 'pong').then(() => 'stays'), again.closed.then(() => 'refused')]);
      })
      .toBe('stays');
  },
);

test('[SERVER-6] tries without a sign-in are bounded by address, and a place is kept for nobody who left', async () => {
  const started = await start({ badUpgradesPerAddress: 3, openingsAtOnce: 1 }, {}, null);
  for (let attempt = 0; attempt < 3; attempt++) expect((await open(started).closed).code).toBe(4401);
  const { status, retryAfter } = await open(started).closed;
  expect(status).toBe(429);
  expect(retryAfter).toBeGreaterThan(0);
  expect((await open(started, '/api/v1/feed', '10.0.0.2').closed).code).toBe(4401);
  expect(started.refused).toEqual(['bad-upgrades']);
});

test('[SERVER-6] who leaves while waiting gives up the place', async () => {
  const door = Promise.withResolvers<void>();
  const started = await start(
    { openingsAtOnce: 1 },
    {
      async feed(caller, after, accept) {
        if (after === 'first') await door.promise;
        await accept(caller);
      },
    },
  );
  const first = open(started, '/api/v1/feed?after=first');
  const gone = open(started);
  const last = open(started);
  gone.socket.terminate();
  first.socket.terminate();
  door.resolve();
  expect((await last.opened).status).toBeNull();
});

test('[SERVER-6] nothing is unpacked on a socket, and its end is one line in the log without an address or a name', async () => {
  const started = await start({});
  const { socket, opened, closed } = open(started);
  await opened;
  expect(socket.extensions).toBe('');
  socket.close(1000);
  await closed;
  await expect.poll(() => started.logged).toEqual([{ event: 'socket-closed', fields: { kind: 'feed', code: 1000, seconds: 0 } }]);
});
