import { expect, test } from 'vitest';

import { attachSync } from '../sync/attach.ts';
import { dumpText } from '../testing/dump-text.ts';
import { worldForEachTest } from '../testing/in-file.ts';
import { RawClient } from '../testing/raw-client.ts';
import { runAdmin } from '../testing/run-admin.ts';
import type { TestServer } from '../testing/test-server.ts';
import type { World } from '../testing/world.ts';

let server: TestServer;
let world: World;
// A thread goes on in a new document after every third entry.
worldForEachTest((made) => ({ server, world } = made), { attach: (parts) => attachSync(parts, { epochEntries: 3 }) });

const admin = (...words: string[]) => runAdmin({ DATABASE_URL: server.url, DATA_DIR: server.dataDir }, [...words, '--json']);

test('[SERVER-5] what stands in older documents of a thread is emptied there, for who has them open too', async () => {
  const first = await world.join(world.client);
  const said: { epoch: number; key: string }[] = [];
  for (const epoch of [1, 2, 3]) {
    const client = epoch === 1 ? first : await world.open(first.session, 'all', epoch);
    for (const index of [1, 2, 3]) {
      const { key } = await client.write(client.message(`old words ${epoch}.${index}`));
      said.push({ epoch, key });
    }
  }
  const watching = await Promise.all([1, 2, 3].map((epoch) => world.join(world.worker, 'all', epoch)));
  await world.rows(`UPDATE messages SET accepted_at = accepted_at - interval '1 year' WHERE conversation_id = $1`, [
    world.conversation,
  ]);
  const run = await admin('retention', '--agency', world.agency.id, '--older-than', '90d');
  expect(JSON.parse(run.stdout)).toMatchObject({ messages: 9 });
  for (const { epoch, key } of said) {
    const client = watching[epoch - 1]!;
    await client.watch.until(`${key} is empty`, () => client.entry(key) === undefined);
  }
  expect((await server.db.read(dumpText)).includes('old words')).toBe(false);
  expect(JSON.parse((await admin('check')).stdout)).toMatchObject({ problems: 0 });
});

test('[SERVER-5] a name is taken out of every document of a thread', async () => {
  const { fixture } = server;
  const person = await fixture.account('client', { name: 'Zenaida Quimpo' });
  const conversation = await fixture.conversation({ agency: world.agency, people: [person, world.worker] });
  const session = await world.signIn(person);
  for (const epoch of [1, 2]) {
    const client = await RawClient.open(server.running.url, `${conversation}/all/${epoch}`, session);
    for (const index of [1, 2, 3]) await client.write(client.message(`${epoch}.${index}`));
  }
  await admin('set-lock', '--conversation', conversation, '--reason', 'closed', '--on');
  const run = await admin('erase-person', '--account', person.id, '--yes');
  expect(JSON.parse(run.stdout)).toMatchObject({ messages: 6 });
  expect((await server.db.read(dumpText)).includes('Zenaida')).toBe(false);
  expect(JSON.parse((await admin('check')).stdout)).toMatchObject({ problems: 0 });
});
