import { expect } from 'vitest';

import type { CoreClient } from './core-client.ts';
import { until } from './seeded.ts';
import type { World } from './world.ts';

/** Every outbox is empty, and all replicas say the same: each key once, in the same order, with the same text. */
export async function expectAgreement(
  world: World,
  cores: CoreClient[],
  conversations: string[],
  sent: Map<string, string>,
): Promise<void> {
  await until(
    'every queue is empty',
    async () => {
      const queues = await Promise.all(cores.map((core) => core.client.send('queue.list', {})));
      return queues.every(({ items }) => items.length === 0);
    },
    60_000,
  );
  const seen = new Map<string, string>();
  for (const conversation of conversations) {
    const wanted = await texts(cores[0]!, conversation);
    for (const core of cores.slice(1)) {
      await until(
        'all replicas agree',
        async () => JSON.stringify(await texts(core, conversation)) === JSON.stringify(await texts(cores[0]!, conversation)),
        30_000,
      );
    }
    for (const [key, text] of wanted.length > 0 ? await texts(cores[0]!, conversation) : []) {
      expect(seen.has(key), `${key} stands twice`).toBe(false);
      seen.set(key, text);
    }
  }
  for (const [key, text] of sent) expect(seen.get(key), `the message ${key}`).toBe(text);
  const report = await world.admin('check');
  expect(report).toMatchObject({ problems: 0 });
}

async function texts(core: CoreClient, conversation: string): Promise<[string, string][]> {
  const items = await core.thread(conversation);
  return items.flatMap((item) => (item.kind === 'message' ? [[item.key, item.text] satisfies [string, string]] : []));
}
