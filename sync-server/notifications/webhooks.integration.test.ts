import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as Y from 'yjs';

import type { Account } from '#shared/api/accounts.ts';
import { muteKey } from '#shared/documents.ts';
import type { Webhook } from '#shared/notifications.ts';

import { worldForEachTest } from '../testing/in-file.ts';
import { FeedClient, RawClient } from '../testing/raw-client.ts';
import { isSigned, startReceiver, type Receiver } from '../testing/receiver.ts';
import { runAdmin, type AdminRun } from '../testing/run-admin.ts';
import type { TestServer } from '../testing/test-server.ts';
import type { World } from '../testing/world.ts';

let server: TestServer;
let world: World;
let cleaning: (() => Promise<unknown>)[];

const QUICK = { limit: 4, firstSeconds: 1, longestSeconds: 1 };
worldForEachTest((made) => ({ world, server } = made), {
  notifications: { trustedAddresses: ['127.0.0.0/8'], retries: QUICK, timeoutMs: 1_000 },
});
beforeEach(async () => {
  cleaning = [];
  await settled();
});
afterEach(async () => {
  // Otherwise the next test's people would be told of by this one's.
  await world.rows('UPDATE webhooks SET removed_at = now()');
  for (const clean of cleaning) await clean();
});

const WAIT = { timeout: 25_000, interval: 50 };

async function settled(): Promise<void> {
  await vi.waitFor(async () => expect(await world.rows('SELECT FROM notifications_due')).toHaveLength(0), WAIT);
}

async function receiver(...how: Parameters<typeof startReceiver>): Promise<Receiver> {
  const made = await startReceiver(...how);
  cleaning.push(() => made.close());
  return made;
}

async function webhook(url: string, more: Record<string, unknown> = {}): Promise<Webhook & { secret: string }> {
  const token = (await world.signIn(world.owner)).accessToken;
  const answer = await server.http.call<Webhook & { secret: string }>('POST', '/api/v1/webhooks', {
    token,
    body: { url, ...more },
  });
  expect(answer.status).toBe(201);
  return answer.body;
}

/** The worker is told of it. */
async function say(text: string): Promise<void> {
  const client = await world.join(world.client);
  await client.write(client.message(text));
  await settled();
}

type DeliveryRow = { id: string; state: string; attempts: number; account_id: string; last_error: string | null };
const deliveries = (hook: Webhook): Promise<DeliveryRow[]> =>
  world.rows<DeliveryRow>('SELECT * FROM webhook_deliveries WHERE webhook_id = $1 ORDER BY id', [hook.id]);

/** Nobody of the agency is told, so that one message is one delivery. */
async function onlyTheWorker(): Promise<void> {
  const staff = await world.join(world.staff);
  await staff.write(staff.message('here'));
  const [client, feed] = [
    await world.join(world.client),
    await FeedClient.open(server.running.url, await world.signIn(world.staff)),
  ];
  cleaning.push(async () => [client.terminate(), feed.terminate(), staff.terminate()]);
  await live(world.staff);
  await live(world.client);
  await settled();
}

const live = (account: Account): Promise<unknown> =>
  vi.waitFor(
    async () => expect(await world.rows('SELECT FROM live_accounts WHERE account_id = $1', [account.id])).toHaveLength(1),
    WAIT,
  );

const admin = (...words: string[]): Promise<AdminRun> =>
  runAdmin({ DATABASE_URL: server.url }, [...words, '--agency', world.agency.id, '--json']);

describe('a webhook', () => {
  it('[NOTIFY-4] is called for who is away, signed, and without text', async () => {
    await onlyTheWorker();
    const taking = await receiver();
    const hook = await webhook(taking.url);
    await say('a secret word');
    await taking.came(1);
    const [first] = taking.received;
    expect(first!.call).toMatchObject({
      agency: world.agency.id,
      recipient: { account: world.worker.id, email: world.worker.email },
      notification: {
        kind: 'NEW_MESSAGE',
        title: `New message from ${world.client.name}`,
        conversation: { id: world.conversation },
      },
    });
    expect(first!.body).not.toContain('secret word');
    expect(isSigned(hook.secret, first!)).toBe(true);
    expect(isSigned(`${hook.secret}x`, first!)).toBe(false);
    expect(isSigned(hook.secret, { ...first!, body: `${first!.body} ` })).toBe(false);
    await vi.waitFor(async () => expect(await deliveries(hook)).toMatchObject([{ state: 'delivered', attempts: 1 }]), WAIT);
    expect(first!.headers['trialogue-delivery']).toBe((await deliveries(hook))[0]!.id);
    expect(taking.received).toHaveLength(1);
  });

  it('[NOTIFY-4] has text and other kinds only as it was made', async () => {
    await onlyTheWorker();
    const taking = await receiver();
    await webhook(taking.url, { withText: true, events: ['MENTION'] });
    await say('not this');
    const client = await world.join(world.client);
    await client.write(client.message('but this', { mentions: [world.worker.id] }));
    await taking.came(1);
    expect(taking.received.map(({ call }) => [call.notification.kind, call.notification.text])).toEqual([
      ['MENTION', 'but this'],
    ]);
  });

  it('[NOTIFY-4] that fails is tried again, under the same id, until it takes the call', async () => {
    await onlyTheWorker();
    const failing = await receiver((response, count) => response.writeHead(count <= 3 ? 500 : 204).end());
    const hook = await webhook(failing.url);
    await say('Hello');
    await failing.came(4);
    await vi.waitFor(async () => expect(await deliveries(hook)).toMatchObject([{ state: 'delivered', attempts: 4 }]), WAIT);
    expect(new Set(failing.received.map(({ call }) => call.id)).size).toBe(1);
    expect(failing.received.every((one) => isSigned(hook.secret, one))).toBe(true);
  }, 40_000);

  it('[NOTIFY-4] isn’t told of what was read before it took the call', async () => {
    await onlyTheWorker();
    const failing = await receiver((response) => response.writeHead(503).end());
    const hook = await webhook(failing.url);
    await say('Hello');
    await failing.came(1);
    const token = (await world.signIn(world.worker)).accessToken;
    await server.http.call('POST', '/api/v1/notifications/read', { token, body: { all: true } });
    await vi.waitFor(async () => expect(await deliveries(hook)).toMatchObject([{ state: 'skipped' }]), WAIT);
  }, 40_000);

  it('[NOTIFY-4] that never takes it is given up, shown to owners and on the command line, and replayed', async () => {
    await onlyTheWorker();
    let broken = true;
    const failing = await receiver((response) => response.writeHead(broken ? 302 : 200, { location: failing.url }).end());
    const hook = await webhook(failing.url);
    await say('Hello');
    await vi.waitFor(async () => expect(await deliveries(hook)).toMatchObject([{ state: 'failed', attempts: 5 }]), WAIT);
    expect(failing.received).toHaveLength(5);
    const token = (await world.signIn(world.owner)).accessToken;
    const shown = await server.http.call<{ failures: { id: string }[] }>('GET', '/api/v1/webhooks/failures', { token });
    expect(shown.body.failures).toMatchObject([{ webhook: hook.id, attempts: 5, error: 'it answered 302' }]);
    expect((await admin('webhook-failures')).stdout).toContain('it answered 302');
    broken = false;
    const { id } = shown.body.failures[0]!;
    expect((await server.http.call('POST', `/api/v1/webhooks/failures/${id}/replay`, { token })).status).toBe(202);
    await vi.waitFor(async () => expect(await deliveries(hook)).toMatchObject([{ state: 'delivered', attempts: 1 }]), WAIT);
    expect((await admin('webhook-failures', '--replay', id)).code).toBe(1);
  }, 60_000);

  it('[NOTIFY-4] that hangs, or answers a byte at a time, ends at its bound and holds up no other', async () => {
    await onlyTheWorker();
    const slow = createServer((socket) => {
      socket.on('error', () => {});
      socket.write('HTTP/1.1 200 OK\r\n');
      const drip = setInterval(() => socket.write('X-Drip: 1\r\n'), 100);
      socket.on('close', () => clearInterval(drip));
    });
    slow.listen(0, '127.0.0.1');
    await once(slow, 'listening');
    cleaning.push(async () => slow.close());
    const hanging = await webhook(`http://127.0.0.1:${(slow.address() as AddressInfo).port}/`);
    const taking = await receiver();
    await webhook(taking.url);
    for (let index = 0; index < 3; index++) await say(`${index}`);
    await taking.came(3);
    await vi.waitFor(
      async () => expect((await deliveries(hanging)).every(({ last_error }) => last_error === 'no answer within 1 s')).toBe(true),
      WAIT,
    );
  }, 40_000);

  it('[NOTIFY-4] isn’t told of who has a socket open or has muted the conversation', async () => {
    await onlyTheWorker();
    const taking = await receiver();
    const session = await world.signIn(world.worker);
    const me = await RawClient.open(server.running.url, 'me', session);
    const doc = me.doc;
    doc.clientID = me.lease;
    doc.getMap('private').set(muteKey(world.conversation), { until: Date.now() + 1e6 });
    me.sendUpdate(Y.encodeStateAsUpdate(doc));
    await me.watch.until('the mute', () => doc.getMap('committed').get('n') === 1);
    await live(world.worker);
    const hook = await webhook(taking.url);
    await say('to who is here');
    me.terminate();
    await world.rows("UPDATE live_accounts SET seen_at = now() - interval '2 minutes' WHERE account_id = $1", [world.worker.id]);
    await say('to who has muted');
    expect(await deliveries(hook)).toEqual([]);
    const again = await RawClient.open(server.running.url, 'me', await world.signIn(world.worker));
    const replica = again.doc;
    replica.clientID = again.lease;
    const before = Y.encodeStateVector(replica);
    replica.getMap('private').delete(muteKey(world.conversation));
    again.sendUpdate(Y.encodeStateAsUpdate(replica, before));
    await again.watch.until('that it is gone', () => replica.getMap('committed').get('n') === 2);
    again.terminate();
    // Whoever leaves counts as away ten seconds later; here at once.
    await vi.waitFor(async () => {
      await world.rows("UPDATE live_accounts SET seen_at = now() - interval '2 minutes' WHERE account_id = $1", [
        world.worker.id,
      ]);
      await say('to who is away');
      expect((await deliveries(hook)).length).toBeGreaterThan(0);
    }, WAIT);
    await taking.came(1);
    expect(taking.received[0]!.call.recipient.account).toBe(world.worker.id);
  }, 40_000);

  it('[NOTIFY-4] counts as away soon who has closed the last socket, and at once as here who is back', async () => {
    const age = async (): Promise<number> => {
      const [row] = await world.rows<{ age: number }>(
        'SELECT extract(epoch FROM now() - seen_at)::float8 AS age FROM live_accounts WHERE account_id = $1',
        [world.worker.id],
      );
      return row!.age;
    };
    const session = await world.signIn(world.worker);
    const [one, two] = [await FeedClient.open(server.running.url, session), await FeedClient.open(server.running.url, session)];
    await live(world.worker);
    one.terminate();
    two.terminate();
    // Away from 60 seconds on.
    await vi.waitFor(async () => expect(await age()).toBeGreaterThanOrEqual(50), WAIT);
    const back = await FeedClient.open(server.running.url, session);
    await vi.waitFor(async () => expect(await age()).toBeLessThan(50), WAIT);
    back.terminate();
  }, 40_000);

  it('[NOTIFY-4] what comes just after somebody left goes out once they count as away, and not to who is back', async () => {
    const session = await world.signIn(world.worker);
    const feed = await FeedClient.open(server.running.url, session);
    await live(world.worker);
    const taking = await receiver();
    const hook = await webhook(taking.url);
    const mine = async (): Promise<string[]> =>
      (await deliveries(hook)).filter((row) => row.account_id === world.worker.id).map(({ state }) => state);
    const left = async (): Promise<void> => {
      await world.rows("UPDATE live_accounts SET seen_at = now() - interval '55 seconds' WHERE account_id = $1", [
        world.worker.id,
      ]);
    };
    await say('to who is here');
    expect(await mine()).toEqual([]);
    feed.terminate();
    await left();
    await say('to who has just left');
    expect(await mine()).toEqual(['due']);
    await vi.waitFor(async () => expect(await mine()).toEqual(['delivered']), WAIT);
    await left();
    await say('to who comes back');
    const back = await FeedClient.open(server.running.url, session);
    await vi.waitFor(async () => expect(await mine()).toEqual(['delivered', 'skipped']), WAIT);
    back.terminate();
  }, 60_000);

  it('[NOTIFY-4] one delivery per recipient and message, through connections to Postgres that break again and again', async () => {
    await onlyTheWorker();
    const taking = await receiver();
    const hook = await webhook(taking.url);
    const client = await world.join(world.client);
    const texts = Array.from({ length: 30 }, (_, index) => `${index}`);
    const keys = texts.map((text) => client.send(client.message(text)));
    for (let round = 0; round < 6; round++) {
      await client.accepted(keys[round * 5]!);
      await world.rows(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid() AND query NOT ILIKE 'LISTEN%'`,
      );
    }
    await Promise.all(keys.map((key) => client.accepted(key)));
    await settled();
    await vi.waitFor(async () => {
      const rows = await deliveries(hook);
      expect(rows.filter(({ state }) => state === 'delivered')).toHaveLength(30);
    }, WAIT);
    const [rows] = await world.rows<{ count: number }>(
      "SELECT count(*) AS count FROM notifications WHERE account_id = $1 AND conversation_id = $2 AND kind = 'NEW_MESSAGE' AND actor_id = $3",
      [world.worker.id, world.conversation, world.client.id],
    );
    expect(rows!.count).toBe(30);
    expect(new Set(taking.received.map(({ call }) => call.id)).size).toBe(30);
  }, 60_000);
});
