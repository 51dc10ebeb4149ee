import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, expect, it } from 'vitest';

import { silentLog } from '../../sync-server/log.ts';
import { startPostgres } from '../../sync-server/postgres/postgres.ts';
import { expectAgreement } from '../harness/agreement.ts';
import { CoreClient } from '../harness/core-client.ts';
import { ANA, MARIA, smallAgency } from '../harness/histories.ts';
import { Network } from '../harness/proxy.ts';
import { until } from '../harness/seeded.ts';
import { Site } from '../harness/site.ts';
import { World } from '../harness/world.ts';

const STOPPED_MS = Number(process.env['STOPPED_MS']);

let site: Site | null = null;
let world: World | null = null;
const cores: CoreClient[] = [];
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const core of cores.splice(0)) await core.close();
  await world?.end();
  await site?.end();
  for (const close of closing.splice(0)) await close();
});

it(`[SYNC-2] Postgres is stopped for ${STOPPED_MS / 1_000} s under load: nothing is acknowledged meanwhile, nothing lost, all goes on`, async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'trialogue-postgres-'));
  closing.push(() => rm(dataDir, { recursive: true, force: true }));
  await chmod(dataDir, 0o711);
  let postgres = await startPostgres({ dataDir, log: silentLog, kind: 'admin' });
  closing.unshift(() => postgres.stop());
  // It may come back at another port: the server knows it behind a fixed one.
  const way = new Network(postgres.url);
  await way.mend();
  closing.unshift(() => way.cut());
  const database = new URL(postgres.url);
  database.port = new URL(way.url).port;
  site = await Site.begin(database.href);
  world = await World.begin(smallAgency(), { site });
  for (const person of [ANA, MARIA]) cores.push(await CoreClient.open(world.emailOf(person), world.url));
  const [ana, maria] = cores as [CoreClient, CoreClient];
  await until(
    'the first sync is done',
    async () => (await maria.conversations()).length === 3 && (await ana.conversations()).length === 3,
  );
  const conversations = (await ana.conversations()).map(({ id }) => id);
  const sent = new Map<string, string>();
  const write = async (core: CoreClient, text: string): Promise<string> => {
    const { key } = await core.client.send('message.send', { conversation: conversations[0]!, thread: 'all', text });
    sent.set(key, text);
    return key;
  };
  await write(ana, 'before');
  await until('the first message is accepted', async () => (await ana.client.send('queue.list', {})).items.length === 0);

  await postgres.stop();
  const stoppedAt = Date.now();
  const waiting: string[] = [];
  while (Date.now() - stoppedAt < STOPPED_MS) {
    waiting.push(await write(Math.random() < 0.5 ? ana : maria, `while stopped ${waiting.length}`));
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const queued = new Set(
    (await Promise.all(cores.map((core) => core.client.send('queue.list', {})))).flatMap(({ items }) =>
      items.map(({ key }) => key),
    ),
  );
  expect(
    waiting.filter((key) => !queued.has(key)),
    'acknowledged without Postgres',
  ).toEqual([]);

  postgres = await startPostgres({ dataDir, log: silentLog, kind: 'admin' });
  way.retarget(postgres.url);
  await expectAgreement(world, cores, conversations, sent);
}, 180_000);
