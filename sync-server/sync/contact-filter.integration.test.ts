import { describe, expect, it } from 'vitest';

import type { ContactFilter } from '#shared/contact-details.ts';
import { CLOSE } from '#shared/wire.ts';

import { setContactFilter } from '../storage/agency-rules.ts';
import { worldForEachTest } from '../testing/in-file.ts';
import { connectJson } from '../testing/json-client.ts';
import { FeedClient } from '../testing/raw-client.ts';
import { runAdmin } from '../testing/run-admin.ts';
import type { TestPostgres, TestServer } from '../testing/test-server.ts';
import type { World } from '../testing/world.ts';

let world: World;
let server: TestServer;
let postgres: TestPostgres;

worldForEachTest((made) => ({ world, server, postgres } = made));

const filter = (mode: ContactFilter): Promise<boolean> => server.db.transact((tx) => setContactFilter(tx, world.agency.id, mode));
const texts = async (): Promise<string[]> =>
  (
    await world.rows<{ text: string }>('SELECT text FROM messages WHERE conversation_id = $1 ORDER BY thread, seq', [
      world.conversation,
    ])
  ).map(({ text }) => text);
const NUMBER = 'call me on 0917 123 4567';

describe('the contact filter', () => {
  it('[FILTER-2] "block" refuses what anybody writes to everybody, in documents and from JSON clients, by its own rule', async () => {
    await filter('block');
    for (const account of [world.owner, world.staff, world.client, world.worker]) {
      const writer = await world.join(account);
      const key = writer.send(writer.message(NUMBER));
      expect(await writer.closed()).toBe(CLOSE.replicaRefused);
      expect(writer.refusal).toEqual({ rule: 'contact-details', keys: [key] });
    }
    const json = await connectJson(world, world.client);
    json.send({ type: 'send_message', message: 'write to me@example.com' });
    expect(await json.next('error', 0)).toMatchObject({
      code: 'contact-details',
      message: expect.stringContaining('Take it out') as string,
    });
    json.send({ type: 'send_message', message: 'see you at 9, for PHP 9,171.50' });
    await json.next('new_message', 0);
    expect(await texts()).toEqual(['see you at 9, for PHP 9,171.50']);
  });

  it('[FILTER-2] "block" refuses edits too, and leaves the notes of the team alone', async () => {
    await filter('block');
    const client = await world.join(world.client);
    const { key } = await client.write(client.message('call me'));
    client.send({ kind: 'edit', of: key, text: NUMBER, mentions: [], sentAt: 1 });
    expect(await client.closed()).toBe(CLOSE.replicaRefused);
    expect(client.refusal?.rule).toBe('contact-details');
    const notes = await world.join(world.staff, 'team');
    await notes.write(notes.message(`the client said: ${NUMBER}`));
    expect(await texts()).toEqual(['call me', `the client said: ${NUMBER}`]);
  });

  it('[FILTER-2] "warn" takes it, and tells a JSON client who wrote it, and nobody else', async () => {
    await filter('warn');
    const [client, worker] = [await connectJson(world, world.client), await connectJson(world, world.worker)];
    client.send({ type: 'send_message', message: 'nothing of the kind' });
    await client.next('new_message', 0);
    client.send({ type: 'send_message', message: NUMBER });
    expect(await client.next('notice', 0)).toMatchObject({ type: 'notice', code: 'contact-details' });
    await worker.next('new_message', 1);
    expect(worker.of('notice')).toEqual([]);
    expect(client.of('notice')).toHaveLength(1);
    const writer = await world.join(world.staff);
    await writer.write(writer.message(NUMBER));
    expect(await texts()).toEqual(['nothing of the kind', NUMBER, NUMBER]);
  });

  it('[FILTER-2] is off unless set, is set by the command line, and is told to the apps of the agency’s people', async () => {
    const client = await world.join(world.client);
    await client.write(client.message(NUMBER));
    const feed = await FeedClient.open(server.running.url, await world.signIn(world.staff));
    const env = { DATABASE_URL: server.url, DATA_DIR: `${postgres.dataDir}/admin` };
    const set = (mode: string) => runAdmin(env, ['set-contact-filter', '--agency', world.agency.name, '--mode', mode, '--json']);
    expect(JSON.parse((await set('block')).stdout)).toEqual({ agency: world.agency.id, mode: 'block', changed: true });
    expect(JSON.parse((await set('block')).stdout)).toMatchObject({ changed: false });
    expect((await set('perhaps')).code).toBe(2);
    await feed.watch.until('the account', () =>
      feed.items.some((item) => item.kind === 'account' && item.account.agency?.contactFilter === 'block'),
    );
    client.send(client.message(NUMBER));
    expect(await client.closed()).toBe(CLOSE.replicaRefused);
    const zone = (...args: string[]) => runAdmin(env, ['set-start-rules', '--agency', world.agency.name, '--json', ...args]);
    expect((await zone('--time-zone', 'Mars/Olympus')).code).toBe(2);
    expect(JSON.parse((await zone('--time-zone', 'Asia/Tokyo', '--lock-before-start', 'off')).stdout)).toEqual({
      timeZone: 'Asia/Tokyo',
      lockBeforeStart: false,
    });
  });
});
