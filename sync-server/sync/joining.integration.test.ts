import { expect, it } from 'vitest';

import type { Conversation } from '#shared/api/conversations.ts';
import { THREAD_ROOTS } from '#shared/documents.ts';

import { worldForEachTest } from '../testing/in-file.ts';
import { FeedClient, RawClient } from '../testing/raw-client.ts';
import type { TestServer } from '../testing/test-server.ts';
import type { World } from '../testing/world.ts';

const SITE = 'https://app.example.com';

let server: TestServer;
let world: World;

worldForEachTest((made) => ({ world, server } = made), { allowedOrigins: [SITE] });

async function namesSeenBy(viewer: RawClient): Promise<string[]> {
  const token = viewer.session.accessToken;
  const { body } = await server.http.call<Conversation>('GET', `/api/v1/conversations/${world.conversation}`, { token });
  return body.participants.map(({ name }) => name);
}

const inContext = (client: RawClient): { account: string; left: boolean }[] =>
  client.doc.getMap(THREAD_ROOTS.context).get('participants') as { account: string; left: boolean }[];

it.each(['message', 'react'] as const)('[SYNC-ACCESS] staff are listed for all from their first %s on', async (kind) => {
  const client = await world.join(world.client);
  const feed = await FeedClient.open(server.running.url, client.session);
  const { key } = await client.write(client.message('Is anybody there?'));
  const staff = await world.join(world.staff);
  expect(await namesSeenBy(client)).not.toContain(world.staff.name);
  const told = feed.items.length;
  const written = await staff.write(
    kind === 'message' ? staff.message('Yes') : { kind: 'react', to: key, emoji: '👍', on: true, sentAt: Date.now() },
  );
  await client.accepted(written.key);
  const listed = ({ account, left }: { account: string; left: boolean }): boolean => account === world.staff.id && !left;
  await client.watch.until('the new context', () => inContext(client).some(listed));
  const record = await feed.watch.until('the feed', () =>
    feed.items.slice(told).find((item) => item.kind === 'conversation' && item.conversation.participants.some(listed)),
  );
  expect(record).toBeDefined();
  // How far the document is includes the new context: whoever is told less would believe to have everything.
  const [document] = await world.rows<{ n: number }>(
    "SELECT n FROM documents WHERE conversation_id = $1 AND thread = 'all' AND epoch = 1",
    [world.conversation],
  );
  const entry = await feed.watch.until('its place', () =>
    feed.items.slice(told).find((item) => item.kind === 'entry' && item.document === `${world.conversation}/all/1`),
  );
  expect(entry).toMatchObject({ n: document!.n });
  expect(await namesSeenBy(client)).toContain(world.staff.name);
  // Made in the commit of the entry: no row is older or newer than it.
  const [row] = await world.rows<{ listed: number; once: number }>(
    `SELECT count(*)::int AS listed, count(DISTINCT p.xmin::text)::int AS once FROM participants p, entries e
     WHERE p.conversation_id = $1 AND p.account_id = $2 AND e.conversation_id = $1 AND e.account_id = $2 AND p.xmin = e.xmin`,
    [world.conversation, world.staff.id],
  );
  expect(row).toEqual({ listed: 1, once: 1 });
  await staff.write(staff.message('Again'));
  expect((await namesSeenBy(client)).filter((name) => name === world.staff.name)).toHaveLength(1);
});

it('[SYNC-TEAM] what staff note for the team doesn’t show the others that they were here', async () => {
  const [client, staff] = [await world.join(world.client), await world.join(world.staff, 'team')];
  await staff.write(staff.message('A difficult one'));
  expect(await namesSeenBy(client)).not.toContain(world.staff.name);
});

it('[SYNC-ACCESS] pages of the sites that the configuration names may open sockets, and no others', async () => {
  const session = await world.signIn(world.client);
  const open = (origin: string): RawClient =>
    new RawClient(server.running.url, `${world.conversation}/all/1`, session, { origin });
  await open(SITE).connected();
  await expect(open('https://evil.example').connected()).rejects.toThrow('403');
});
