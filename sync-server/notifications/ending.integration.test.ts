import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import type { Account } from '#shared/api/accounts.ts';

import { insertWebhook } from '../storage/webhooks.ts';
import { postgresInFile } from '../testing/in-file.ts';
import { PROGRAM_ENV } from '../testing/program-env.ts';
import { RawClient } from '../testing/raw-client.ts';
import { startReceiver, type Receiver } from '../testing/receiver.ts';
import type { TestDatabase, TestPostgres } from '../testing/test-server.ts';
import { signIn } from '../testing/world.ts';

const MAIN = join(import.meta.dirname, '..', 'main.ts');
/** What a dead node was at is taken up by another after about a minute. */
const WAIT = { timeout: 150_000, interval: 100 };

let postgres: TestPostgres;
let database: TestDatabase;
let conversation: string;
let client: Account;
let cleaning: (() => unknown)[];

postgresInFile((started) => {
  postgres = started;
});
beforeEach(async () => {
  cleaning = [];
  database = await postgres.database();
  const { fixture } = database;
  const agency = await fixture.agency();
  client = await fixture.account('client');
  const worker = await fixture.account('worker');
  const staff = await fixture.account('staff', { agency });
  conversation = await fixture.conversation({ agency, people: [client, worker, staff] });
  await rows('DELETE FROM notifications_due');
});
afterEach(async () => {
  for (const clean of cleaning) await clean();
});

const rows = <Row extends object>(sql: string, values?: unknown[]): Promise<Row[]> =>
  database.db.read((reader) => reader.rows(sql, values));

async function webhookTo({ url }: Receiver): Promise<void> {
  const [agency] = await rows<{ id: string }>('SELECT id FROM agencies');
  const made = { agencyId: agency!.id, url, secret: 'x', events: ['NEW_MESSAGE'] as const, withText: true };
  await database.db.transact((tx) => insertWebhook(tx, made));
}

type Node = { child: ChildProcess; url: string };

async function node(databaseUrl = database.url): Promise<Node> {
  const env = {
    ...PROGRAM_ENV,
    DATABASE_URL: databaseUrl,
    DATA_DIR: join(postgres.dataDir, 'ending'),
    PORT: '0',
    WEBHOOK_TRUSTED_ADDRESSES: '127.0.0.0/8',
  };
  const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'ignore'] });
  cleaning.push(() => child.kill('SIGKILL'));
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { child, url: line.replace('ready ', '') };
}

async function ended({ child }: Node, signal: NodeJS.Signals): Promise<number | null> {
  const exit = once(child, 'exit');
  child.kill(signal);
  const [code] = (await exit) as [number | null];
  return code;
}

async function say(url: string, count: number): Promise<void> {
  const session = await signIn(database.db, client);
  const author = await RawClient.open(url, `${conversation}/all/1`, session);
  const keys = Array.from({ length: count }, (_, index) => author.send(author.message(`${index}`)));
  await Promise.all(keys.map((key) => author.accepted(key)));
  author.terminate();
}

async function receiver(...how: Parameters<typeof startReceiver>): Promise<Receiver> {
  const made = await startReceiver(...how);
  cleaning.push(() => made.close());
  return made;
}

const states = (): Promise<{ state: string; count: number }[]> =>
  rows('SELECT state, count(*) AS count FROM webhook_deliveries GROUP BY state ORDER BY state');

/** A way to Postgres on which nothing comes through while it is frozen. */
async function freezable(): Promise<{ url: string; freeze(): void; cut(): void; mend(): void }> {
  const to = new URL(database.url);
  const sockets = new Set<Socket>();
  let state: 'open' | 'frozen' | 'cut' = 'open';
  const proxy = createServer((incoming) => {
    if (state === 'cut') return void incoming.destroy();
    const outgoing = connect({ host: to.hostname, port: Number(to.port) });
    for (const socket of [incoming, outgoing]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        incoming.destroy();
        outgoing.destroy();
      });
    }
    incoming.on('data', (data) => state === 'frozen' || outgoing.write(data));
    outgoing.on('data', (data) => state === 'frozen' || incoming.write(data));
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const drop = (): void => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  cleaning.push(() => {
    proxy.close();
    drop();
  });
  const url = new URL(database.url);
  url.port = String((proxy.address() as AddressInfo).port);
  return {
    url: url.href,
    freeze() {
      state = 'frozen';
    },
    cut() {
      state = 'cut';
      drop();
    },
    mend() {
      state = 'open';
    },
  };
}

it('[NOTIFY-4] one row and one delivery for each recipient when a node is killed among them, and others go on', async () => {
  const taking = await receiver();
  await webhookTo(taking);
  const [one, two] = [await node(), await node()];
  // 60 messages to two who are away, and the node dies as soon as the first of them went out.
  const said = say(one.url, 60);
  await taking.came(1);
  await said;
  await ended(one, 'SIGKILL');
  const three = await node();
  await vi.waitFor(async () => {
    expect(await rows('SELECT FROM notifications_due')).toHaveLength(0);
    expect(new Set(taking.received.map(({ call }) => call.id)).size).toBe(120);
  }, WAIT);
  const told = await rows<{ count: number }>(
    `SELECT count(*) AS count FROM notifications WHERE kind = 'NEW_MESSAGE' GROUP BY account_id, seq`,
  );
  expect(told).toHaveLength(120);
  expect(told.every(({ count }) => count === 1)).toBe(true);
  // What the dead node was at is tried again once it is taken for lost, under the same id.
  const byMessage = new Set(taking.received.map(({ call }) => `${call.recipient.account}/${call.notification.seq}`));
  expect(byMessage.size).toBe(120);
  expect(await ended(two, 'SIGTERM')).toBe(0);
  expect(await ended(three, 'SIGTERM')).toBe(0);
}, 240_000);

it('[SERVER-6] [NOTIFY-4] stops with 0 while receivers hang, and what was under way is delivered by the next', async () => {
  let hangs = true;
  const hanging = await receiver((response) => {
    if (!hangs) response.end();
  });
  await webhookTo(hanging);
  const first = await node();
  await say(first.url, 2);
  await hanging.came(2);
  expect(await ended(first, 'SIGTERM')).toBe(0);
  hangs = false;
  await node();
  await vi.waitFor(async () => expect(await states()).toEqual([{ state: 'delivered', count: 4 }]), WAIT);
}, 120_000);

it('[SERVER-6] [NOTIFY-4] Postgres away for a while ends nothing; a stop while it doesn’t answer gives 0', async () => {
  const taking = await receiver();
  await webhookTo(taking);
  const way = await freezable();
  const only = await node(way.url);
  await say(only.url, 1);
  await taking.came(2);
  way.cut();
  await vi.waitFor(async () => expect((await fetch(`${only.url}/readyz`)).status).toBe(503), WAIT);
  // Written by another node meanwhile.
  const other = await node();
  await say(other.url, 1);
  await ended(other, 'SIGKILL');
  way.mend();
  await vi.waitFor(() => expect(new Set(taking.received.map(({ call }) => call.id)).size).toBe(4), WAIT);
  await vi.waitFor(async () => expect((await fetch(`${only.url}/readyz`)).status).toBe(200), WAIT);
  await say(only.url, 1);
  await vi.waitFor(() => expect(new Set(taking.received.map(({ call }) => call.id)).size).toBe(6), WAIT);
  way.freeze();
  expect(await ended(only, 'SIGTERM')).toBe(0);
}, 150_000);
