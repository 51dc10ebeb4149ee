import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { decodeUpdate } from '#shared/update-codec.ts';

import { commitBatch } from '../../storage/commit.ts';
import { postgresInFile } from '../../testing/in-file.ts';
import { join, startPair, until, type Pair } from '../../testing/node-pair.ts';
import { FeedClient, type RawClient } from '../../testing/raw-client.ts';
import { noRedis, startRedis, type RedisProcess } from '../../testing/redis-process.ts';
import type { TestPostgres } from '../../testing/test-server.ts';
import { checkStructure } from '../acceptance/structure.ts';
import { seal } from './hints.ts';

let postgres: TestPostgres;
postgresInFile((given) => {
  postgres = given;
});

describe.skipIf(noRedis !== null)(`hints by Redis${noRedis === null ? '' : ` (skipped: ${noRedis})`}`, () => {
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

  it('[NODES-4] hints that are forged, garbled, replayed or of another channel show nothing', async () => {
    const { world, one, two, sync } = pair;
    const here = await join(one, world, world.client);
    const there = await join(two, world, world.worker);
    const sniffed: { channel: string; text: string }[] = [];
    const stop = await redis.record(sniffed);
    const real = await here.write(here.message('real'));
    await there.watch.until('the message', () => there.stamp(real.key));
    await until(() => sniffed.some(({ text }) => text.includes('"grew"')));
    const { channel, text } = sniffed.find((one) => one.text.includes('"grew"'))!;
    const before = sync[1].bus().refused;
    const updates = there.updates.length;
    const key = here.key();
    const update = Buffer.from(here.factsUpdate([[key, here.message('forged')]])).toString('base64');
    const body = JSON.parse(text.slice(text.indexOf('.') + 1)) as {
      count: number;
      hint: { documents: { n: number; rows: object[] }[] };
    };
    const [document] = body.hint.documents;
    const forged = {
      ...body,
      count: body.count + 1,
      hint: {
        ...body.hint,
        documents: [{ ...document, n: document!.n + 1, rows: [{ from: document!.n, to: document!.n + 1, update }] }],
      },
    };
    const own = seal(Buffer.alloc(32, 7), channel, forged as never);
    const sent = [text, own, text.slice(0, 40), `${text.split('.')[0]}.${JSON.stringify(forged)}`, 'no', '.', `${text} `];
    for (const one of sent) await redis.publish(channel, one);
    const channels = [...Array(64).keys()].map((shard) => channel.replace(/[0-9]+$/, String(shard)));
    for (const other of channels) if (other !== channel) await redis.publish(other, text);
    await until(() => sync[1].bus().refused >= before + sent.length);
    const next = await here.write(here.message('next'));
    await there.watch.until('the next', () => there.stamp(next.key));
    expect(there.updates.length).toBe(updates + 1);
    expect(there.entry(key)).toBeUndefined();
    await stop();
    for (const client of [here, there]) client.terminate();
  });

  it('[NODES-5] Redis is killed under load and comes back: nothing is lost or doubled', async () => {
    const { world, one, two, sync } = pair;
    const here = await join(one, world, world.client);
    const there = await join(two, world, world.worker);
    const keys: string[] = [];
    const write = async (client: RawClient, count: number): Promise<void> => {
      for (let index = 0; index < count; index++) keys.push((await client.write(client.message(`m${index}`))).key);
    };
    const all = (): boolean => [here, there].every((client) => keys.every((key) => client.stamp(key)));
    const load = Promise.all([write(here, 60), write(there, 60)]);
    await until(() => keys.length > 20);
    await redis.kill();
    await load;
    await until(() => sync.every((part) => part.bus().transport === 'postgres'));
    await Promise.all([write(here, 5), write(there, 5)]);
    await until(all);
    await redis.start();
    await until(() => sync.every((part) => part.bus().transport === 'redis'));
    await Promise.all([write(here, 20), write(there, 20)]);
    await until(all);
    const [rows] = await world.rows<{ count: number }>('SELECT count(*) FROM entries WHERE id = ANY ($1::uuid[])', [
      keys.map((key) => key.split('/')[1]),
    ]);
    expect(rows?.count).toBe(keys.length);
    expect(here.doc.getMap('accepted').toJSON()).toEqual(there.doc.getMap('accepted').toJSON());
    for (const client of [here, there]) client.terminate();
  });

  it('[NODES-6] those that are lost are seen by the next, or found by looking, also after the clock was set back', async () => {
    let aheadMs = 300_000;
    const { world, one, two, sync } = await startPair(postgres, redis.url, 200, () => Date.now() + aheadMs);
    const here = await join(one, world, world.client);
    const there = await join(two, world, world.worker);
    const feed = await FeedClient.open(two.running.url, await world.signIn(world.staff));
    await here.write(here.message('before'));
    aheadMs = 0;
    // Commits of which nobody is told: as if each of their hints were lost.
    const [document] = await world.rows<{ id: number }>(
      "SELECT id FROM documents WHERE conversation_id = $1 AND thread = 'all'",
      [world.conversation],
    );
    const key = here.key();
    const writer = { account: here.account, lease: here.lease };
    const checked = checkStructure(decodeUpdate(here.factsUpdate([[key, here.message('untold')]])), writer, 'all');
    if (checked.kind === 'refused') throw new Error(checked.refusal.rule);
    const place = { id: document!.id, conversation: world.conversation, thread: 'all' as const, epoch: 1 };
    const limits = { epochEntries: 4_000, epochEntriesMost: 8_000 };
    await two.db.transact((tx) => commitBatch(tx, [{ document: place, writer, claims: checked.claims }], Date.now(), limits));
    for (const client of [here, there]) await client.watch.until('the untold one', () => client.stamp(key));
    await feed.watch.until('the feed', () => feed.items.find((item) => item.kind === 'entry' && item.message?.text === 'untold'));
    expect(sync[1].bus().healed).toBeGreaterThan(0);
    feed.terminate();
    for (const client of [here, there]) client.terminate();
    await two.close();
    await one.close();
  });
});
