import { afterEach, expect, it } from 'vitest';

import { expectAgreement } from '../harness/agreement.ts';
import { CoreClient } from '../harness/core-client.ts';
import { ANA, MARIA, smallAgency } from '../harness/histories.ts';
import { Network } from '../harness/proxy.ts';
import { until } from '../harness/seeded.ts';
import { Site } from '../harness/site.ts';
import { World } from '../harness/world.ts';

const sites: Site[] = [];
let world: World | null = null;
let way: Network | null = null;
const cores: CoreClient[] = [];
afterEach(async () => {
  for (const core of cores.splice(0)) await core.close();
  await way?.cut();
  await world?.end();
  for (const site of sites.splice(0)) await site.end();
});

const COUNT = 40;

it('[NODES-7] a node is killed under load: its apps go on at the other, and every message is there once, for all in one order', async () => {
  const one = await Site.begin();
  sites.push(one);
  const two = await Site.begin(one.databaseUrl);
  sites.push(two);
  world = await World.begin(smallAgency(), { site: one });
  // As a balancer: where the one was, is the other.
  way = new Network(one.url);
  await way.mend();
  cores.push(await CoreClient.open(world.emailOf(ANA), way.url), await CoreClient.open(world.emailOf(MARIA), two.url));
  const [ana, maria] = cores as [CoreClient, CoreClient];
  await until('the first sync', async () => {
    const lists = await Promise.all(cores.map((core) => core.conversations()));
    return lists.every((list) => list.length === 3);
  });
  const conversations = (await ana.conversations()).map(({ id }) => id);
  const sent = new Map<string, string>();
  const send = async (core: CoreClient, text: string): Promise<void> => {
    const { key } = await core.client.send('message.send', { conversation: conversations[0]!, thread: 'all', text });
    sent.set(key, text);
  };
  const accepted = async (core: CoreClient): Promise<number> =>
    (await core.thread(conversations[0]!)).filter((item) => item.kind === 'message' && item.seq !== null && sent.has(item.key))
      .length;
  for (let index = 0; index < COUNT; index++) {
    await send(ana, `ana ${index}`);
    await send(maria, `maria ${index}`);
    // What one writes, the other has by the other node.
    if (index === COUNT / 4)
      await until('both nodes', async () => (await accepted(ana)) > COUNT / 4 && (await accepted(maria)) > COUNT / 4);
    if (index === COUNT / 2) {
      await one.kill('SIGKILL');
      way.retarget(two.url);
    }
  }
  await expectAgreement(world, cores, conversations, sent);
  expect(sent.size).toBe(2 * COUNT);
}, 90_000);
