import { once } from 'node:events';

import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import * as Y from 'yjs';

import { LIMITS } from '#shared/limits.ts';
import { CLOSE } from '#shared/wire.ts';

import { disableAccount } from '../storage/accounts.ts';
import { removeParticipant } from '../storage/change-conversation.ts';
import { pruneFeed } from '../storage/feed-keep.ts';
import { revokeSession } from '../storage/sessions.ts';
import { worldForEachTest } from '../testing/in-file.ts';
import { FeedClient, RawClient } from '../testing/raw-client.ts';
import type { TestPostgres, TestServer } from '../testing/test-server.ts';
import { createWorld, type World } from '../testing/world.ts';
import { attachSync } from './attach.ts';

let postgres: TestPostgres;
let server: TestServer;
let world: World;

worldForEachTest((made) => ({ world, server, postgres } = made));

const url = (): string => server.running.url;
const thread = (name = 'all'): string => `${world.conversation}/${name}/1`;

describe('an upgrade', () => {
  it.each([
    [
      'a thread of others',
      CLOSE.notParticipant,
      async () => [await createWorld(server).then((other) => other.conversation), 'all/1'],
    ],
    ['the notes of the team, for a client', CLOSE.notParticipant, () => [world.conversation, 'team/1']],
    ['an epoch that is not there', CLOSE.notParticipant, () => [world.conversation, 'all/2']],
    ['no document at all', CLOSE.notParticipant, () => ['nothing', 'of/the/kind']],
  ])('[SYNC-ACCESS] to %s is closed with %i', async (_, code, make) => {
    const client = new RawClient(url(), (await make()).join('/'), await world.signIn(world.client));
    expect(await client.closed()).toBe(code);
  });

  it('[SYNC-ACCESS] without a valid token is accepted and closed with 4401', async () => {
    const session = { ...(await world.signIn(world.client)), accessToken: 'none' };
    expect(await new RawClient(url(), thread(), session).closed()).toBe(CLOSE.signIn);
  });

  it('[SYNC-ACCESS] takes a ticket once, and no other origin', async () => {
    const session = await world.signIn(world.client);
    const { body } = await server.http.call<{ ticket: string }>('POST', '/api/v1/tickets', { token: session.accessToken });
    const connect = (): WebSocket => new WebSocket(`${url().replace('http', 'ws')}/sync/${thread()}?ticket=${body.ticket}`);
    const first = connect();
    await once(first, 'message');
    first.terminate();
    const [code] = (await once(connect(), 'close')) as [number];
    expect(code).toBe(CLOSE.signIn);
    const foreign = new WebSocket(`${url().replace('http', 'ws')}/sync/${thread()}`, {
      headers: { origin: 'https://evil.example' },
    });
    const [error] = (await once(foreign, 'error')) as [Error];
    expect(error.message).toContain('403');
    const same = new RawClient(url(), thread(), session, { origin: url() });
    await same.connected();
    same.terminate();
  });
});

describe('access that ends', () => {
  it('[SYNC-REVOKE] closes the sockets of who was taken out, within a second, and tells their feed', async () => {
    const [worker, client] = [await world.join(world.worker), await world.join(world.client)];
    const feed = await FeedClient.open(url(), worker.session);
    const started = Date.now();
    await server.db.transact((tx) =>
      removeParticipant(tx, { conversation: world.conversation, account: world.worker.id, by: null }),
    );
    expect(await worker.closed()).toBe(CLOSE.notParticipant);
    expect(Date.now() - started).toBeLessThan(1_000);
    await feed.watch.until('left', () =>
      feed.items.some((item) => item.kind === 'left' && item.conversation === world.conversation),
    );
    await client.write(client.message('they do not see this'));
    const resumed = await FeedClient.open(url(), worker.session, feed.cursor);
    expect(resumed.items).toEqual([]);
  });

  it('[SYNC-REVOKE] staff who were taken out of one conversation are told nothing more of it, and of others they are', async () => {
    const other = await server.fixture.conversation({ agency: world.agency, people: [world.client] });
    const staff = await world.join(world.staff);
    const feed = await FeedClient.open(url(), staff.session);
    await server.db.transact((tx) =>
      removeParticipant(tx, { conversation: world.conversation, account: world.staff.id, by: null }),
    );
    expect(await staff.closed()).toBe(CLOSE.notParticipant);
    const client = await world.join(world.client);
    await client.write(client.message('not for them'));
    const elsewhere = await RawClient.open(url(), `${other}/all/1`, client.session);
    await elsewhere.write(elsewhere.message('for them'));
    await feed.watch.until('the other', () => feed.items.some((item) => item.kind === 'entry' && item.conversation === other));
    expect(feed.items.filter((item) => item.kind === 'entry').map((item) => item.conversation)).toEqual([other]);
  });

  it('[SYNC-REVOKE] ends with the session, or with the account', async () => {
    const [a, b] = [await world.join(world.client), await world.join(world.client)];
    const [row] = await world.rows<{ id: string }>('SELECT id FROM sessions WHERE device_id = $1', [a.session.device.id]);
    await server.db.transact((tx) => revokeSession(tx, row!.id, world.client.id, 'ended'));
    expect(await a.closed()).toBe(CLOSE.signIn);
    expect(b.close).toBeNull();
    const feed = await FeedClient.open(url(), b.session);
    await server.db.transact((tx) => disableAccount(tx, world.client.id));
    expect(await b.closed()).toBe(CLOSE.signIn);
    await feed.watch.until('the close', () => feed.close === CLOSE.signIn);
  });
});

describe('presence', () => {
  it('[SYNC-PRESENCE] shows who types under the server’s stamp, whatever the client claims', async () => {
    const [client, staff] = [await world.join(world.client), await world.join(world.staff)];
    const feed = await FeedClient.open(url(), staff.session);
    const claim = JSON.stringify({ account: world.owner.id, name: 'The owner', typing: true });
    client.sendPresence([
      { client: staff.lease, clock: 99, state: claim },
      { client: client.lease, clock: 1, state: claim },
    ]);
    await staff.watch.until('presence', () => staff.presence.size === 1);
    const [[id, state]] = [...staff.presence] as [[number, unknown]];
    expect(state).toEqual({ account: world.client.id, name: world.client.name, role: 'client', typing: true });
    expect(id).toBeGreaterThan(2 ** 31 - 1);
    const typing = await feed.watch.until('typing', () => feed.frames.find((frame) => frame.type === 'typing'));
    expect(typing).toMatchObject({ conversation: world.conversation, thread: 'all', account: world.client.id, typing: true });
    const late = await world.join(world.worker);
    await late.watch.until('presence', () => late.presence.size === 1);
    expect(client.presence.size).toBe(0);
    client.terminate();
    await staff.watch.until('the removal', () => staff.presence.size === 0);
  });

  it('[SYNC-PRESENCE] typing ends by itself', async () => {
    const [client, staff] = [await world.join(world.client), await world.join(world.staff)];
    client.sendPresence([{ client: client.lease, clock: 1, state: '{"typing":true}' }]);
    const typing = (): boolean | undefined => [...staff.presence.values()][0]?.typing;
    await staff.watch.until('typing', () => typing() === true);
    await staff.watch.until('its end', () => typing() === false, LIMITS.typingMs + 2_000);
    expect(client.close).toBeNull();
  });

  it('[SYNC-PRESENCE] that is forged, unreadable, too large or too much is dropped, and the connection stays', async () => {
    const [client, staff] = [await world.join(world.client), await world.join(world.staff)];
    client.sendPresence([{ client: staff.lease, clock: 1, state: '{"typing":true}' }]);
    client.sendPresence([{ client: client.lease, clock: 1, state: 'no json' }]);
    client.sendPresence([{ client: client.lease, clock: 1, state: JSON.stringify({ typing: true, more: 'x'.repeat(2_000) }) }]);
    client.bytes(new Uint8Array([1, 3, 200, 200, 200]));
    for (let index = 0; index < 50; index++)
      client.sendPresence([{ client: client.lease, clock: index, state: '{"typing":false}' }]);
    await client.write(client.message('still here'));
    expect(staff.presence.size).toBeLessThanOrEqual(1);
    expect([...staff.presence.values()].every(({ typing }) => !typing)).toBe(true);
  });
});

describe('read cursors', () => {
  it('[SYNC-READS] only rise, end at the newest, and are told to sockets and feeds', async () => {
    const [client, staff] = [await world.join(world.client), await world.join(world.staff)];
    const feed = await FeedClient.open(url(), client.session);
    const { seq } = await client.write(client.message('x'));
    const put = (to: number, conversation = world.conversation): Promise<{ status: number }> =>
      server.http.call('PUT', '/api/v1/reads', {
        token: staff.session.accessToken,
        body: [{ conversation, thread: 'all', seq: to }],
      });
    expect((await put(seq + 1_000)).status).toBe(204);
    await client.watch.until('the cursor', () =>
      client.reads.some((read) => read.account === world.staff.id && read.seq === seq),
    );
    await feed.watch.until('the item', () =>
      feed.items.some((item) => item.kind === 'read' && item.cursor.account === world.staff.id && item.cursor.seq === seq),
    );
    expect((await put(1)).status).toBe(204);
    const other = await createWorld(server);
    expect((await put(1, other.conversation)).status).toBe(204);
    const rows = await world.rows('SELECT conversation_id, seq FROM reads WHERE account_id = $1', [world.staff.id]);
    expect(rows).toEqual([{ conversation_id: world.conversation, seq }]);
  });
});

describe('the feed', () => {
  it('[SYNC-FEED] over HTTP goes on from its cursor, tells one document once, and is gone when it is too old', async () => {
    const client = await world.join(world.client);
    const get = (
      after?: string,
    ): Promise<{ status: number; body: { items: { kind: string; n: number }[]; cursor: string; more: boolean } }> =>
      server.http.call('GET', `/api/v1/feed${after === undefined ? '' : `?after=${after}`}`, {
        token: client.session.accessToken,
      });
    const start = (await get()).body;
    expect(start.items.filter(({ kind }) => kind === 'entry')).toEqual([]);
    for (let index = 0; index < 5; index++) await client.write(client.message(`${index}`));
    const page = (await get(start.cursor)).body;
    expect(page.items.filter(({ kind }) => kind === 'entry')).toMatchObject([{ n: Y.getState(client.doc.store, 1) }]);
    const entries = (await get(page.cursor)).body.items.filter(({ kind }) => kind === 'entry');
    expect(entries).toEqual([]);
    expect((await get('nonsense')).status).toBe(410);
    await pruneFeed(server.db, { days: 7, rowsPerPerson: 0, rowsLeast: 2 });
    expect((await get(start.cursor)).status).toBe(410);
    expect((await get(page.cursor)).status).toBe(200);
    const socket = new WebSocket(`${url().replace('http', 'ws')}/api/v1/feed?after=${start.cursor}`, {
      headers: { authorization: `Bearer ${client.session.accessToken}` },
    });
    const [error] = (await once(socket, 'error')) as [Error];
    expect(error.message).toContain('410');
  });

  it('[SYNC-FEED] tells clients nothing of the notes of the team', async () => {
    const [note, client] = [await world.join(world.staff, 'team'), await world.join(world.client)];
    const [staffFeed, clientFeed] = [await FeedClient.open(url(), note.session), await FeedClient.open(url(), client.session)];
    await note.write(note.message('between us'));
    await client.write(client.message('hello'));
    await clientFeed.watch.until('hello', () => clientFeed.items.some((item) => item.kind === 'entry'));
    await staffFeed.watch.until('both', () => staffFeed.items.filter((item) => item.kind === 'entry').length === 2);
    expect(clientFeed.items.filter((item) => item.kind === 'entry').map((item) => item.thread)).toEqual(['all']);
  });
});

describe('a heartbeat', () => {
  it('[SYNC-ALIVE] keeps a quiet socket, with a message that stock providers count, and ends one that does not answer', async () => {
    const quick = await postgres.server({ attach: (parts) => attachSync(parts, { heartbeatMs: 100 }) });
    const there = await createWorld(quick);
    const alive = await there.join(there.client);
    const dead = new RawClient(quick.running.url, `${there.conversation}/all/1`, alive.session, {}, false);
    expect(await dead.closed()).toBe(1006);
    const frames = alive.presenceFrames;
    await alive.watch.until('three more', () => alive.presenceFrames > frames + 3);
    expect(alive.close).toBeNull();
  });
});

describe('limits', () => {
  it('[SYNC-LIMITS] a socket that sends too fast is closed with 4429', async () => {
    const client = await world.join(world.client);
    for (let index = 0; index < 600; index++) client.sendUpdate(Y.encodeStateAsUpdate(client.doc));
    expect(await client.closed()).toBe(CLOSE.tooFast);
  });

  it('[SYNC-LIMITS] a reader who stops reading is closed with 1013 instead of filling memory, and loses nothing', async () => {
    const [writer, slow] = [await world.join(world.client), await world.join(world.staff)];
    slow.pause();
    let last = '';
    for (let batch = 0; batch < 60; batch++) {
      const facts = Array.from({ length: 25 }, () => [writer.key(), writer.message('x'.repeat(8_000))] as const);
      const update = writer.factsUpdate(facts);
      Y.applyUpdate(writer.doc, update);
      writer.sendUpdate(update);
      last = facts.at(-1)![0];
      await writer.accepted(last);
    }
    slow.resume();
    // 1006 when it didn't even answer the close in time.
    expect([CLOSE.tryLater, 1006]).toContain(await slow.closed());
    const again = await world.open(slow.session);
    expect(again.stamp(last)).toBeDefined();
  });

  it('[SYNC-DRAIN] a server that stops says so, commits what waits, and closes with 1012', async () => {
    const going = await postgres.server();
    const there = await createWorld(going);
    const client = await there.join(there.client);
    const feed = await FeedClient.open(going.running.url, client.session);
    const key = client.send(client.message('just before'));
    await client.accepted(key);
    await going.running.stop();
    expect(await client.closed()).toBe(CLOSE.restarting);
    expect(client.draining).toBe(true);
    await feed.watch.until('the close', () => feed.close === CLOSE.restarting);
    expect(feed.frames.some(({ type }) => type === 'drain')).toBe(true);
  });
});
