import { once } from 'node:events';

import * as decoding from 'lib0/decoding';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';

import type { SessionResponse } from '#shared/api/accounts.ts';
import { CLOSE, MESSAGE } from '#shared/wire.ts';

import { serverInFile } from '../testing/in-file.ts';
import { FeedClient, RawClient } from '../testing/raw-client.ts';
import type { TestServer } from '../testing/test-server.ts';
import { createWorld, type World } from '../testing/world.ts';

const SLOW_BYTES = 512 * 1024;

let server: TestServer;
let world: World;
const sockets: { terminate(): void }[] = [];

serverInFile((started) => void (server = started), {
  limits: { slowBytes: SLOW_BYTES, framesBurst: 300, catchUpsPerMinute: 5 },
  metrics: { port: 0, host: '127.0.0.1', token: null },
});
beforeAll(async () => {
  world = await createWorld(server);
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.terminate();
});

async function metric(line: string): Promise<number> {
  const text = await (await fetch(server.running.metricsUrl!)).text();
  const found = text.split('\n').find((one) => one.startsWith(`${line} `));
  return found === undefined ? NaN : Number(found.split(' ')[1]);
}
const refusals = (limit: string): Promise<number> => metric(`trialogue_limit_refusals_total{limit="${limit}"}`);

/** A client that can stop reading. */
function connect(path: string, { accessToken }: SessionResponse): WebSocket {
  const socket = new WebSocket(`${server.running.url.replace('http', 'ws')}${path}`, {
    headers: { authorization: `Bearer ${accessToken}` },
  });
  sockets.push(socket);
  socket.on('error', () => {});
  return socket;
}

const STEP_1 = new Uint8Array([MESSAGE.sync, 0, 1, 0]);
/** A thread of some megabytes. */
async function fill(writer: RawClient, megabytes: number): Promise<number> {
  const text = 'x'.repeat(8_000);
  const before = writer.doc.getMap('entries').size;
  for (let part = 0; part < megabytes * 4; part++) {
    const facts = Array.from({ length: 32 }, () => [writer.key(), writer.message(text)] as const);
    writer.sendUpdate(writer.factsUpdate(facts));
    const [last] = facts.at(-1)!;
    await writer.watch.until('the stamps', () => writer.doc.getMap('accepted').has(last));
  }
  return writer.doc.getMap('entries').size - before;
}

test('[SYNC-FRAMES] a reader that stops reading takes so much memory, is told to catch up, and does; the others notice nothing', async () => {
  const writer = await world.join(world.client);
  const other = await world.join(world.worker);
  const reader = connect(`/sync/${world.conversation}/all/1`, await world.signIn(world.staff));
  await once(reader, 'open');
  reader.send(STEP_1);
  await once(reader, 'message');
  reader.pause();
  const before = await refusals('slow-reader');
  const written = await fill(writer, 12);
  await expect.poll(() => refusals('slow-reader')).toBe(before + 1);
  await other.watch.until('all of it', () => other.doc.getMap('accepted').size >= written);
  const closed = once(reader, 'close');
  reader.resume();
  const [code] = (await closed) as [number];
  // Its close may not have come through any more: then the connection was cut.
  expect([CLOSE.tryLater, 1006]).toContain(code);
  const again = await world.join(world.staff);
  expect(again.doc.getMap('accepted').size).toBeGreaterThanOrEqual(written);
  for (const client of [writer, other, again]) client.terminate();
});

test('[SYNC-FRAMES] a long catch-up waits for a reader that pauses, holds little for it, and goes on where it was', async () => {
  const reader = connect(`/sync/${world.conversation}/all/1`, await world.signIn(world.staff));
  await once(reader, 'open');
  const before = await refusals('slow-reader');
  let bytes = 0;
  const synced = Promise.withResolvers<void>();
  reader.on('message', (data: Buffer) => {
    bytes += data.length;
    const decoder = decoding.createDecoder(data);
    if (decoding.readVarUint(decoder) === MESSAGE.sync && decoding.readVarUint(decoder) === 1) synced.resolve();
  });
  reader.send(STEP_1);
  await once(reader, 'message');
  reader.pause();
  // The server goes on with others meanwhile.
  const writer = await world.join(world.client);
  await writer.write(writer.message('Still here'));
  reader.resume();
  await synced.promise;
  expect(bytes).toBeGreaterThan(12 * 1024 * 1024);
  expect(await refusals('slow-reader')).toBe(before);
  writer.terminate();
});

test('[SERVER-6] a document is asked for again and again only so often', async () => {
  const client = await world.join(world.client);
  for (let asked = 0; asked < 10; asked++) client.sync();
  expect(await client.closed()).toBe(CLOSE.tooFast);
  expect(await refusals('catch-ups')).toBe(1);
});

test('[SERVER-6] a flood of frames, or of pings, is ended on every kind of socket', async () => {
  const session = await world.signIn(world.client);
  const feed = await FeedClient.open(server.running.url, session);
  for (let sent = 0; sent < 1_000; sent++) feed.bytes(new Uint8Array(1));
  expect(await feed.closed()).toBe(CLOSE.tooFast);
  const client = await world.join(world.client);
  for (let sent = 0; sent < 1_000; sent++) client.bytes(new Uint8Array([MESSAGE.queryAwareness]));
  expect(await client.closed()).toBe(CLOSE.tooFast);
  const [row] = await world.rows<{ number: number }>('SELECT number FROM conversations WHERE id = $1', [world.conversation]);
  for (const path of [`/ws/chat/${row!.number}/`, '/sync/me']) {
    const socket = connect(path, session);
    await once(socket, 'open');
    const closed = once(socket, 'close');
    for (let sent = 0; sent < 1_000; sent++) socket.ping();
    // The protocol's own library may cut it before we do.
    expect([CLOSE.tooFast, 1006]).toContain((await closed)[0]);
  }
  expect(await refusals('frames')).toBeGreaterThanOrEqual(2);
});

const nested = (depth: number): unknown => Array.from({ length: depth }).reduce<unknown>((inner) => [inner], 0);

test('[SERVER-6] an update that nests without end ends its own socket and nothing else', async () => {
  const session = await world.signIn(world.client);
  const watcher = await world.join(world.worker);
  for (const path of [`${world.conversation}/all/1`, 'me']) {
    const client = await RawClient.open(server.running.url, path, session);
    // As deep as an encoder can make it, and far deeper than it can: arrays in arrays, by their bytes.
    const update = client.factsUpdate([[client.key(), nested(100)]]);
    const at = Buffer.from(update).indexOf(Buffer.from([117, 1, 117, 1, 117, 1]));
    const deeper = Buffer.concat([update.subarray(0, at), Buffer.alloc(400_000, Buffer.from([117, 1])), update.subarray(at)]);
    client.sendUpdate(deeper);
    expect([CLOSE.unreadable, CLOSE.replicaRefused, CLOSE.tooLarge]).toContain(await client.closed());
  }
  await watcher.write(watcher.message('still here'));
  watcher.terminate();
});

test('[SERVER-6] what a server does can be seen from outside, without anybody’s name or text', async () => {
  expect((await server.http.call('GET', '/readyz')).status).toBe(200);
  const client = await world.join(world.client);
  const feed = await FeedClient.open(server.running.url, client.session);
  const { key } = await client.write(client.message('Nobody reads this in the metrics'));
  await feed.watch.until('the feed', () => feed.items.some(({ kind }) => kind === 'entry'));
  client.sendUpdate(client.factsUpdate([[client.key(), { kind: 'message', text: 5 }]]));
  await client.closed();
  const text = await (await fetch(server.running.metricsUrl!)).text();
  for (const name of ['accept', 'commit', 'delivery', 'feed_lag', 'http_request', 'postgres_wait']) {
    expect(text).toMatch(new RegExp(`^trialogue_${name}_seconds_count(\\{.*\\})? [1-9]`, 'm'));
  }
  expect(await metric('trialogue_updates_refused_total{rule="schema"}')).toBe(1);
  expect(await metric('trialogue_sockets{kind="feed"}')).toBe(1);
  expect(await metric('trialogue_postgres_up')).toBe(1);
  expect(await metric('trialogue_commit_queue_updates')).toBe(0);
  expect(await metric('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThan(0);
  for (const secret of [key, client.account, world.conversation, 'Nobody reads', client.session.accessToken]) {
    expect(text).not.toContain(secret);
  }
  feed.terminate();
  const other = await fetch(new URL('/api/v1/server', server.running.metricsUrl!));
  expect(other.status).toBe(404);
  expect((await server.http.call('GET', '/metrics')).status).toBe(404);
});
