import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { newId } from '#shared/ids.ts';

import { removeParticipant } from '../../storage/change-conversation.ts';
import { openStarted } from '../../storage/locks.ts';
import { leaveLive } from '../../storage/notifications.ts';
import { postgresInFile } from '../../testing/in-file.ts';
import { JsonClient, numberOf } from '../../testing/json-client.ts';
import { join, startPair, until, type Pair } from '../../testing/node-pair.ts';
import { FeedClient, RawClient } from '../../testing/raw-client.ts';
import { noRedis, startRedis, type RedisProcess } from '../../testing/redis-process.ts';
import type { TestPostgres, TestServer } from '../../testing/test-server.ts';
import type { World } from '../../testing/world.ts';

let postgres: TestPostgres;
postgresInFile((given) => {
  postgres = given;
});

async function joinJson(server: TestServer, world: World, account: World['client']): Promise<JsonClient> {
  const { accessToken } = await world.signIn(account);
  return JsonClient.open(server.running.url, await numberOf(world), accessToken);
}

/** What holds however nodes tell each other. */
function crossing(pair: () => Pair): void {
  it('[NODES-1] what is sent on one node is shown on the other, both ways, to replicas, feeds and JSON clients', async () => {
    const { world, one, two } = pair();
    const here = await join(one, world, world.client);
    const there = await join(two, world, world.worker);
    const web = await joinJson(two, world, world.worker);
    const feed = await FeedClient.open(two.running.url, await world.signIn(world.staff));
    const hello = await here.write(here.message('hello'));
    await there.watch.until('the message', () => there.entry(hello.key));
    await there.watch.until('its stamp', () => there.stamp(hello.key));
    await web.until('new_message', () =>
      web.of('new_message').find(({ message }) => (message as { text: string }).text === 'hello'),
    );
    await feed.watch.until('the feed', () => feed.items.find((item) => item.kind === 'entry' && item.message?.text === 'hello'));
    web.send({ type: 'send_message', message: 'from the web' });
    const back = await here.watch.until('the answer', () =>
      [...here.doc.getMap<{ text?: string }>('entries').values()].find(({ text }) => text === 'from the web'),
    );
    expect(back).toMatchObject({ kind: 'message' });
    expect(there.updates.filter((update) => Buffer.from(update).includes('hello'))).toHaveLength(1);
    feed.terminate();
    for (const client of [here, there, web]) client.terminate();
  });

  it('[NODES-2] who types on one node is shown on the other by name, and not any more when they stop', async () => {
    const { world, one, two } = pair();
    const here = await join(one, world, world.client);
    const there = await join(two, world, world.worker);
    const web = await joinJson(two, world, world.worker);
    const feed = await FeedClient.open(two.running.url, await world.signIn(world.worker));
    here.sendPresence([{ client: here.lease, clock: 1, state: '{"typing":true,"account":"forged"}' }]);
    const typing = () => [...there.presence.values()].find((state) => state.typing);
    expect(await there.watch.until('typing', typing)).toMatchObject({ account: world.client.id, name: world.client.name });
    await web.until('typing', () => web.of('typing_indicator').find((frame) => frame['is_typing'] === true));
    await feed.watch.until('typing', () => feed.frames.find((frame) => frame.type === 'typing' && frame.typing));
    here.sendPresence([{ client: here.lease, clock: 2, state: 'null' }]);
    await there.watch.until('the end', () => typing() === undefined);
    await web.until('the end', () => web.of('typing_indicator').find((frame) => frame['is_typing'] === false));
    feed.terminate();
    for (const client of [here, there, web]) client.terminate();
  });

  it('[NODES-2] what was read on one node is told on the other', async () => {
    const { world, one, two } = pair();
    const here = await join(one, world, world.client);
    const there = await join(two, world, world.worker);
    const web = await joinJson(two, world, world.worker);
    const { seq } = await there.write(there.message('read me'));
    await here.watch.until('the stamp', () => here.updates.length > 0);
    const read = [{ conversation: world.conversation, thread: 'all', seq }];
    expect((await one.http.call('PUT', '/api/v1/reads', { token: here.session.accessToken, body: read })).status).toBe(204);
    await there.watch.until('the cursor', () => there.reads.find((one) => one.account === world.client.id && one.seq === seq));
    await web.until('the receipt', () => web.of('read_receipts').length > 0);
    for (const client of [here, there, web]) client.terminate();
  });

  it('[ACCESS-1] who is taken out, or signed out, on one node is closed on the other', async () => {
    const { world, one, two } = pair();
    const session = await world.signIn(world.worker);
    const raw = await RawClient.open(two.running.url, `${world.conversation}/all/1`, session);
    const feed = await FeedClient.open(two.running.url, session);
    const web = await joinJson(two, world, world.worker);
    expect((await one.http.call('DELETE', '/api/v1/session', { token: session.accessToken })).status).toBe(204);
    expect(await raw.closed()).toBe(4401);
    expect(await feed.closed()).toBe(4401);
    const place = { conversation: world.conversation, account: world.worker.id };
    await one.db.transact((tx) => removeParticipant(tx, { ...place, by: null }));
    expect(await web.closed()).toBe(4403);
    await world.rows('UPDATE participants SET left_at = NULL WHERE account_id = $1', [place.account]);
  });
}

describe('two nodes without Redis', () => {
  let pair: Pair;
  beforeAll(async () => {
    pair = await startPair(postgres);
  });
  afterAll(async () => {
    await pair.two.close();
    await pair.one.close();
  });

  crossing(() => pair);

  it('[NOTIFY-4] whom another node takes for leaving, and who has a socket on this one, is not away', async () => {
    const { world, two } = pair;
    const there = await join(two, world, world.client);
    const ago = async (): Promise<number> => {
      const [row] = await world.rows<{ ago: number }>(
        'SELECT extract(epoch FROM now() - seen_at)::float8 AS ago FROM live_accounts WHERE account_id = $1',
        [world.client.id],
      );
      return row?.ago ?? Number.POSITIVE_INFINITY;
    };
    await until(async () => (await ago()) < 50);
    await two.db.transact((tx) => leaveLive(tx, [world.client.id], { away: 60, seconds: 10 }));
    await until(async () => (await ago()) < 5);
    expect(there.close).toBeNull();
    there.terminate();
  });

  it('[NODES-3] a job that begins, and an epoch that is full, happen once', async () => {
    const { world, one, two } = pair;
    await world.rows("UPDATE conversations SET locks = '{before-start}' WHERE id = $1", [world.conversation]);
    await world.rows('UPDATE jobs SET starts_on = current_date - 2 WHERE id = (SELECT job_id FROM conversations WHERE id = $1)', [
      world.conversation,
    ]);
    const opened = await Promise.all([one.db, two.db, one.db].map((db) => openStarted(db, Date.now())));
    expect(opened.reduce((sum, count) => sum + count, 0)).toBe(1);
    const [events] = await world.rows<{ count: number }>("SELECT count(*) FROM events WHERE event ->> 'type' = 'unlocked'");
    expect(events?.count).toBe(1);

    await world.rows("UPDATE documents SET entries = 3998 WHERE conversation_id = $1 AND thread = 'all'", [world.conversation]);
    const clients = [await join(one, world, world.client), await join(two, world, world.worker)];
    await Promise.all(clients.map((client) => client.write(client.message('at the end'))));
    const epochs = await world.rows<{ epoch: number }>(
      "SELECT epoch FROM documents WHERE conversation_id = $1 AND thread = 'all' ORDER BY epoch",
      [world.conversation],
    );
    expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2]);
    for (const client of clients) client.terminate();
  });
});

describe.skipIf(noRedis !== null)(`two nodes with Redis${noRedis === null ? '' : ` (skipped: ${noRedis})`}`, () => {
  let redis: RedisProcess;
  let pair: Pair;
  beforeAll(async () => {
    redis = await startRedis();
    pair = await startPair(postgres, redis.url);
  });
  afterAll(async () => {
    await pair.two.close();
    await pair.one.close();
    await redis.stop();
  });

  crossing(() => pair);
});

it('[NODES-7] a node ends, or falls silent: its clients go on at the other, nothing is missing or doubled', async () => {
  const { world, one, two, sync } = await startPair(postgres);
  // One that was killed: it never said that it ends.
  await world.rows('INSERT INTO nodes (id) VALUES ($1)', [newId()]);
  await until(() => sync[1].bus().others === 2);
  await until(() => sync[1].bus().others === 1);
  const session = await world.signIn(world.client);
  const here = await RawClient.open(one.running.url, `${world.conversation}/all/1`, session);
  const there = await join(two, world, world.worker);
  const first = await here.write(here.message('first'));
  await there.watch.until('the first', () => there.stamp(first.key));
  const key = here.key();
  const update = here.factsUpdate([[key, here.message('under way')]]);
  here.sendUpdate(update);
  here.terminate();
  await one.running.stop();
  await until(() => sync[1].bus().others === 0);
  expect(sync[1].bus().transport).toBe('alone');
  const again = await RawClient.open(two.running.url, `${world.conversation}/all/1`, session);
  again.sendUpdate(update);
  await again.accepted(key);
  await there.watch.until('both', () => there.stamp(key) && there.stamp(first.key));
  const rows = await two.db.read((reader) => reader.rows('SELECT seq FROM entries ORDER BY seq'));
  expect(rows).toEqual([{ seq: first.seq }, { seq: first.seq + 1 }]);
  for (const client of [again, there]) client.terminate();
  await two.close();
  await one.close();
});
