import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';

import type { SessionResponse } from '#shared/api/accounts.ts';

import { postgresInFile } from './testing/in-file.ts';
import { PROGRAM_ENV } from './testing/program-env.ts';
import type { TestDatabase, TestPostgres } from './testing/test-server.ts';
import { signIn } from './testing/world.ts';

const MAIN = join(import.meta.dirname, 'main.ts');

let postgres: TestPostgres;
let database: TestDatabase;
let session: SessionResponse;
let conversation: string;
let cleaning: (() => void)[];

postgresInFile(async (started) => {
  postgres = started;
  database = await postgres.database();
  const agency = await database.fixture.agency();
  const client = await database.fixture.account('client');
  conversation = await database.fixture.conversation({ agency, people: [client] });
  session = await signIn(database.db, client);
});
beforeEach(() => {
  cleaning = [];
});
afterEach(() => {
  for (const clean of cleaning) clean();
});

type Started = { child: ChildProcess; url: string; events: string[] };

async function start(databaseUrl: string, more: Record<string, string> = {}): Promise<Started> {
  const env = { ...PROGRAM_ENV, DATABASE_URL: databaseUrl, DATA_DIR: join(postgres.dataDir, 'stopping'), PORT: '0', ...more };
  const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  cleaning.push(() => child.kill('SIGKILL'));
  const events: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => events.push(line));
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { child, url: line.replace('ready ', ''), events };
}

/** The code of its end; what the log said last when it isn't 0. A stop that is cut off after its bound gives 1. */
async function stop({ child, events }: Started, signal: NodeJS.Signals = 'SIGTERM'): Promise<string> {
  const exit = once(child, 'exit');
  child.kill(signal);
  const [code] = (await exit) as [number | null];
  return code === 0 ? 'clean' : `${code}: ${events.slice(-5).join('\n')}`;
}

const paths = (): string[] => ['/api/v1/feed', `/sync/${conversation}/all/1`, '/sync/me'];

/** Sockets that come and come again, until the server takes no more. */
function storm(url: string): { opened: Promise<void> } {
  let over = false;
  cleaning.push(() => {
    over = true;
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  let count = 0;
  const one = (path: string): void => {
    if (over) return;
    const socket = new WebSocket(url.replace('http', 'ws') + path, { headers: bearer() });
    socket.on('open', () => {
      if (++count === 40) resolve();
      // Some go at once, and the others stay.
      if (count % 3 === 0) socket.terminate();
      else setTimeout(() => one(path), 1);
    });
    socket.on('close', () => setTimeout(() => one(path), 1));
    socket.on('error', () => {});
    cleaning.push(() => socket.terminate());
  };
  for (const path of paths().flatMap((path) => [path, path, path, path])) one(path);
  return { opened: promise };
}

const bearer = (): { authorization: string } => ({ authorization: `Bearer ${session.accessToken}` });

/** An upgrade by somebody who never reads, never answers a close, and never ends the connection. */
function deaf(url: string, path: string): Socket {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nAuthorization: ${bearer().authorization}\r\nUpgrade: websocket\r\n` +
      'Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  socket.on('error', () => {});
  cleaning.push(() => socket.destroy());
  return socket;
}

/** A way to Postgres that can be frozen: connections stay and nothing comes through. */
async function freezable(): Promise<{ url: string; freeze(): void }> {
  const to = new URL(database.url);
  const sockets = new Set<Socket>();
  let frozen = false;
  const proxy = createServer((incoming) => {
    const outgoing = connect({ host: to.hostname, port: Number(to.port) });
    for (const socket of [incoming, outgoing]) {
      sockets.add(socket);
      socket.on('error', () => {});
    }
    incoming.on('data', (data) => frozen || outgoing.write(data));
    outgoing.on('data', (data) => frozen || incoming.write(data));
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  cleaning.push(() => {
    proxy.close();
    for (const socket of sockets) socket.destroy();
  });
  const url = new URL(database.url);
  url.port = String((proxy.address() as AddressInfo).port);
  return {
    url: url.href,
    freeze() {
      frozen = true;
    },
  };
}

test('[SERVER-6] stops with 0 during a storm of connections, some of which never answer', async () => {
  const server = await start(database.url);
  const { opened } = storm(server.url);
  await opened;
  const silent = paths().map((path) => deaf(server.url, path));
  await Promise.all(silent.map((socket) => once(socket, 'data')));
  const stopped = stop(server);
  for (const path of paths()) deaf(server.url, path);
  expect(await stopped).toBe('clean');
}, 25_000);

test('[SERVER-6] stops with 0 while upgrades and calls wait for a database that does not answer', async () => {
  const way = await freezable();
  const server = await start(way.url);
  const feed = deaf(server.url, '/api/v1/feed');
  await once(feed, 'data');
  way.freeze();
  for (const path of paths()) deaf(server.url, path);
  const call = fetch(`${server.url}/api/v1/conversations`, { headers: bearer() }).catch(() => 'cut off');
  // What came on connections that were made later is being dealt with when this is answered.
  await fetch(`${server.url}/healthz`);
  expect(await stop(server)).toBe('clean');
  await call;
}, 25_000);

test('[SERVER-6] while Postgres does not answer it says so: not ready, in its metrics, and to who connects, with when to come back', async () => {
  const way = await freezable();
  const server = await start(way.url, { METRICS_PORT: '0', LIMITS: 'openingMs=300' });
  const said = server.events.map((line) => JSON.parse(line) as { msg: string; url: string }).find(({ msg }) => msg === 'metrics');
  const up = async (): Promise<string | undefined> =>
    /^trialogue_postgres_up (\d)$/m.exec(await (await fetch(said!.url)).text())?.[1];
  const ready = async (): Promise<number> => (await fetch(`${server.url}/readyz`)).status;
  expect([await ready(), await up()]).toEqual([200, '1']);
  way.freeze();
  const socket = deaf(server.url, '/api/v1/feed');
  const [told] = (await once(socket, 'data')) as [Buffer];
  expect(told.toString()).toMatch(/^HTTP\/1\.1 503 [\s\S]*Retry-After: 2\r\n/);
  expect([await ready(), await up(), (await fetch(`${server.url}/healthz`)).status]).toEqual([503, '0', 200]);
}, 25_000);

test('[SERVER-6] stops with 0 when it was killed before, and is told twice at once', async () => {
  const first = await start(database.url);
  storm(first.url);
  const exit = once(first.child, 'exit');
  first.child.kill('SIGKILL');
  await exit;
  const second = await start(database.url);
  await storm(second.url).opened;
  // A shell's Ctrl-C reaches the server itself, and once more by way of what started it.
  const stopped = stop(second, 'SIGINT');
  second.child.kill('SIGINT');
  expect(await stopped).toBe('clean');
}, 25_000);
