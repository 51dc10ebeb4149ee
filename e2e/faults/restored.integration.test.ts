import pg from 'pg';
import { afterEach, expect, it } from 'vitest';

import type { MessageView } from '#shared/views.ts';

import { expectAgreement } from '../harness/agreement.ts';
import { CoreClient } from '../harness/core-client.ts';
import { ANA, MARIA, smallAgency } from '../harness/histories.ts';
import { until } from '../harness/seeded.ts';
import { Site } from '../harness/site.ts';
import { World } from '../harness/world.ts';

let site: Site | null = null;
let world: World | null = null;
const cores: CoreClient[] = [];
afterEach(async () => {
  for (const core of cores.splice(0)) await core.close();
  await world?.end();
  await site?.end();
});

/** Statements beside a database that nobody is connected to. */
async function beside(url: string, ...statements: string[]): Promise<void> {
  const server = new URL(url);
  server.pathname = '/postgres';
  const client = new pg.Client({ connectionString: server.href });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}

it('[RESTORE-1] the database is set back to a backup: what apps sent since, and what they queued, is there again, once', async () => {
  site = await Site.begin();
  world = await World.begin(smallAgency(), { site });
  for (const person of [ANA, MARIA]) cores.push(await CoreClient.open(world.emailOf(person), world.url));
  const [ana, maria] = cores as [CoreClient, CoreClient];
  await until('the first sync', async () => {
    const lists = await Promise.all(cores.map((core) => core.conversations()));
    return lists.every((list) => list.length === 3);
  });
  const conversations = (await ana.conversations()).map(({ id }) => id);
  const place = { conversation: conversations[0]!, thread: 'all' as const };
  const sent = new Map<string, string>();
  const send = async (core: CoreClient, text: string, replyTo?: string): Promise<string> => {
    const { key } = await core.client.send('message.send', { ...place, text, ...(replyTo !== undefined && { replyTo }) });
    sent.set(key, text);
    return key;
  };
  const seen = async (core: CoreClient, key: string): Promise<MessageView | undefined> =>
    (await core.thread(place.conversation)).find((item): item is MessageView => item.kind === 'message' && item.key === key);
  const bothHave = (...keys: string[]): Promise<void> =>
    until('both have it', async () => {
      const found = await Promise.all(cores.flatMap((core) => keys.map((key) => seen(core, key))));
      return found.every((one) => one?.seq != null);
    });

  const kept = await send(ana, 'in the backup');
  await bothHave(kept);
  const name = new URL(site.databaseUrl).pathname.slice(1);
  await site.kill('SIGTERM');
  await beside(site.databaseUrl, `CREATE DATABASE ${name}_backup TEMPLATE ${name}`);
  await site.start();

  const first = await send(ana, 'first since');
  await bothHave(first);
  const answer = await send(maria, 'an answer', first);
  const removed = await send(maria, 'taken back');
  await bothHave(answer, removed);
  await ana.client.send('message.react', { ...place, to: answer, emoji: '👍', on: true });
  await ana.client.send('message.edit', { ...place, of: kept, text: 'in the backup, edited', mentions: [] });
  await maria.client.send('message.remove', { ...place, of: removed });
  sent.set(kept, 'in the backup, edited');
  sent.delete(removed);
  await until('all of it is everywhere', async () => {
    const states = await Promise.all(
      cores.map(async (core) => [
        (await seen(core, kept))?.text,
        (await seen(core, removed))?.removed,
        (await seen(core, answer))?.reactions.length,
      ]),
    );
    return states.every(([text, gone, reactions]) => text === 'in the backup, edited' && gone === true && reactions === 1);
  });
  await ana.client.send('own.mark', { conversations: [conversations[1]!], change: { mark: 'pin', on: true } });

  await site.kill('SIGTERM');
  await send(ana, 'queued while it was away');
  await send(maria, 'queued as well', answer);
  await beside(site.databaseUrl, `DROP DATABASE ${name}`, `CREATE DATABASE ${name} TEMPLATE ${name}_backup`);
  // Positions that were handed out before are handed out again, for something else.
  for (const _round of [1, 2, 3, 4]) {
    for (const on of ['--on', '--off'])
      await site.admin('set-lock', '--conversation', place.conversation, '--reason', 'closed', on);
  }
  await site.start();
  await bothHave(...sent.keys());
  await expectAgreement(world, cores, conversations, sent);
  for (const core of cores) {
    expect((await seen(core, answer))?.replyTo?.key).toBe(first);
    expect((await seen(core, answer))?.reactions.map(({ emoji }) => emoji)).toEqual(['👍']);
    expect(await seen(core, removed)).toBeUndefined();
  }
  // What a device that has never been here before is told is the same.
  const fresh = await CoreClient.open(world.emailOf(ANA), world.url);
  cores.push(fresh);
  await until('the fresh one has all', async () =>
    (await Promise.all([...sent.keys()].map((key) => seen(fresh, key)))).every(Boolean),
  );
  await until('its marks', async () => {
    const { rows } = await fresh.client.send('inbox.list', { view: 'everything', offset: 0, limit: 10 });
    return rows.find((row) => row.conversation === conversations[1])?.own.pinned === true;
  });
}, 120_000);
