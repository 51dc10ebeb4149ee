import { afterEach, expect, it } from 'vitest';

import { expectAgreement } from '../harness/agreement.ts';
import { CoreClient } from '../harness/core-client.ts';
import { ANA, BEN, LUIS, MARIA, smallAgency } from '../harness/histories.ts';
import { seeded, until } from '../harness/seeded.ts';
import { World } from '../harness/world.ts';

/** `npm run test:faults` kills it more often. */
const KILLS = Number(process.env['KILLS']);

let world: World | null = null;
const cores: CoreClient[] = [];
afterEach(async () => {
  for (const core of cores.splice(0)) await core.close();
  await world?.end();
});

it(`[SYNC-2] the server is killed ${KILLS} times under load: no accepted message is lost, none doubled, everyone agrees`, async () => {
  const { random } = seeded('server killed');
  world = await World.begin(smallAgency());
  for (const person of [ANA, BEN, MARIA, LUIS]) cores.push(await CoreClient.open(world.emailOf(person), world.url));
  await until('the first sync is done', async () =>
    (await Promise.all(cores.map((core) => core.conversations()))).every((list) => list.length === 3),
  );
  const conversations = (await cores[0]!.conversations()).map(({ id }) => id);

  const sent = new Map<string, string>();
  const writing = new AbortController();
  const writers = cores.map(async (core, writer) => {
    for (let count = 0; !writing.signal.aborted; count++) {
      const text = `writer ${writer}, message ${count}`;
      const conversation = conversations[Math.floor(random() * conversations.length)]!;
      const { key } = await core.client.send('message.send', { conversation, thread: 'all', text });
      sent.set(key, text);
      await new Promise((resolve) => setTimeout(resolve, 30 + random() * 60));
    }
  });
  for (let kill = 0; kill < KILLS; kill++) {
    // The moment of the kill is the point of this test: any.
    await new Promise((resolve) => setTimeout(resolve, random() * 400));
    await world.site.kill('SIGKILL');
    await world.site.start();
  }
  writing.abort();
  await Promise.all(writers);
  expect(sent.size).toBeGreaterThan(KILLS);
  await expectAgreement(world, cores, conversations, sent);
}, 300_000);
