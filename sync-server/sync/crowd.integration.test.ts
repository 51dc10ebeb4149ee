import { randomBytes } from 'node:crypto';

import { expect, it } from 'vitest';
import type * as Y from 'yjs';

import { THREAD_ROOTS } from '#shared/documents.ts';
import { newId } from '#shared/ids.ts';
import { LIMITS } from '#shared/limits.ts';

import { compactNow } from '../testing/compact-now.ts';
import { serverInFile } from '../testing/in-file.ts';
import { FeedClient } from '../testing/raw-client.ts';
import { openStockClient, type StockClient } from '../testing/stock-client.ts';
import type { TestServer } from '../testing/test-server.ts';
import { createWorld, type World } from '../testing/world.ts';

const PEOPLE = 2_440;

let server: TestServer;
let world: World;

serverInFile(async (started) => {
  server = started;
  world = await createWorld(server);
  await joinCrowd();
});

/** More people than any frame holds; the next who writes makes the server tell all of them. */
async function joinCrowd(): Promise<void> {
  const ids = Array.from({ length: PEOPLE - 3 }, () => newId());
  const run = randomBytes(4).toString('hex');
  await world.rows(
    `WITH made AS (
       INSERT INTO accounts (id, role, name, email)
       SELECT id, 'worker', 'Worker number ' || n, $2 || n || '@example.com' FROM unnest($1::uuid[]) WITH ORDINALITY AS u (id, n)
       RETURNING id)
     INSERT INTO participants (conversation_id, account_id, role) SELECT $3, id, 'worker' FROM made`,
    [ids, run, world.conversation],
  );
}

async function stock(): Promise<StockClient> {
  return openStockClient(server.running.url, `${world.conversation}/all/1`, await world.signIn(world.worker));
}

const crowdIn = (doc: Y.Doc): number => ((doc.getMap(THREAD_ROOTS.context).get('participants') ?? []) as unknown[]).length;

it('[SYNC-FRAMES] a value that is larger than a frame may be reaches whoever is there and whoever comes, and all goes on', async () => {
  const there = await stock();
  const client = await world.join(world.client);
  const feed = await FeedClient.open(server.running.url, client.session);
  const staff = await world.join(world.staff);
  const { key } = await staff.write(staff.message('Hello, all of you'));
  await client.watch.until('everybody', () => crowdIn(client.doc) === PEOPLE);
  expect(client.largestFrame).toBeGreaterThan(LIMITS.frameToClientBytes);
  await feed.watch.until('the feed', () =>
    feed.items.some((item) => item.kind === 'conversation' && item.conversation.participants.length === PEOPLE),
  );
  const answered = await client.write(client.message('Hello'));
  const came = await stock();
  await expect.poll(() => [crowdIn(there.doc), crowdIn(came.doc)]).toEqual([PEOPLE, PEOPLE]);
  for (const { doc } of [there, came]) {
    await expect.poll(() => [key, answered.key].every((one) => doc.getMap(THREAD_ROOTS.accepted).has(one))).toBe(true);
  }
  const [row] = await world.rows<{ id: number }>(`SELECT id FROM documents WHERE conversation_id = $1 AND thread = 'all'`, [
    world.conversation,
  ]);
  expect(await compactNow(server.db, row!.id)).toBe(true);
  const late = await stock();
  await expect.poll(() => crowdIn(late.doc)).toBe(PEOPLE);
  expect([there, came, late].map(({ closes }) => closes())).toEqual([0, 0, 0]);
  for (const { provider } of [there, came, late]) provider.destroy();
});
