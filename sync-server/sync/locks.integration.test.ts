import { afterEach, describe, expect, it } from 'vitest';

import type { Conversation } from '#shared/api/conversations.ts';
import { LOCK_REASONS, type LockReason } from '#shared/documents.ts';
import { CLOSE } from '#shared/wire.ts';

import { setStartRules } from '../storage/agency-rules.ts';
import { createConversation, setLock } from '../storage/change-conversation.ts';
import { changeJob } from '../storage/change-job.ts';
import { openStarted } from '../storage/locks.ts';
import { worldForEachTest } from '../testing/in-file.ts';
import { connectJson } from '../testing/json-client.ts';
import { FeedClient, RawClient } from '../testing/raw-client.ts';
import type { TestServer } from '../testing/test-server.ts';
import type { World } from '../testing/world.ts';
import { attachSync } from './attach.ts';

let world: World;
let server: TestServer;
/** By which messages are taken; the database's own clock stays. */
let ahead = 0;

worldForEachTest((made) => ({ world, server } = made), {
  attach: (parts) => attachSync(parts, { now: () => Date.now() + ahead, openingMs: 3_600_000 }),
});
afterEach(() => {
  ahead = 0;
});

const lock = (reason: LockReason, on: boolean, conversation = world.conversation): Promise<boolean> =>
  server.db.transact((tx) => setLock(tx, { conversation, reason, on, by: null }));
const locks = (one: RawClient): unknown => one.doc.getMap('context').get('locks');
const typing = (client: RawClient): void => client.sendPresence([{ client: client.lease, clock: 1, state: '{"typing":true}' }]);
/** All that this socket sent before, and all that it was sent, has been dealt with by then. */
async function settled(client: RawClient): Promise<void> {
  client.synced = false;
  client.sync();
  await client.watch.until('an answer', () => client.synced);
}
const upload = async (thread: 'all' | 'team', account = world.staff, conversation = world.conversation) =>
  server.http.call<{ error: { code: string; details: { rule: string } } }>(
    'POST',
    `/api/v1/conversations/${conversation}/files?thread=${thread}&name=a.txt`,
    { token: (await world.signIn(account)).accessToken, body: new TextEncoder().encode('some words') },
  );

describe.each(LOCK_REASONS.map((reason) => [reason]))('the lock "%s"', (reason) => {
  it('[LOCK-1] holds for documents and JSON clients, for whoever writes, and for files; notes of the team go on', async () => {
    const json = await connectJson(world, world.client);
    await lock(reason, true);
    for (const account of [world.owner, world.staff, world.client, world.worker]) {
      const writer = await world.join(account);
      writer.send(writer.message('not now'));
      expect(await writer.closed()).toBe(CLOSE.replicaRefused);
      expect(writer.refusal?.rule).toBe('closed');
    }
    json.send({ type: 'send_message', message: 'not now' });
    expect(await json.next('error', 0)).toMatchObject({ code: 'closed', message: expect.stringContaining('not sent') as string });
    expect(await upload('all')).toMatchObject({
      status: 409,
      body: { error: { code: 'conflict', details: { rule: 'closed' } } },
    });
    expect(await world.rows('SELECT 1 FROM messages WHERE conversation_id = $1', [world.conversation])).toEqual([]);
    const notes = await world.join(world.staff, 'team');
    await notes.write(notes.message('between us'));
    expect((await upload('team')).status).toBe(201);
    await lock(reason, false);
    json.send({ type: 'send_message', message: 'now' });
    expect(await json.next('new_message', 0)).toMatchObject({ message: { text: 'now' } });
    const client = await world.join(world.client);
    await client.write(client.message('now too'));
    expect((await upload('all')).status).toBe(201);
  });

  it('[LOCK-1] holds for resumable uploads', async () => {
    await lock(reason, true);
    const { accessToken } = await world.signIn(world.client);
    const begin = (): Promise<Response> =>
      fetch(`${server.running.url}/api/v1/uploads`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${accessToken}`,
          'tus-resumable': '1.0.0',
          'upload-length': '10',
          'upload-metadata': `conversation ${btoa(world.conversation)},name ${btoa('a.txt')}`,
        },
      });
    const refused = await begin();
    expect(refused.status).toBe(409);
    expect(await refused.json()).toMatchObject({ error: { details: { rule: 'closed' } } });
    await lock(reason, false);
    expect((await begin()).status).toBe(201);
  });

  it('[LOCK-1] shows nobody as typing, in whichever app, until it is lifted', async () => {
    const [client, staff, json] = [
      await world.join(world.client),
      await world.join(world.staff),
      await connectJson(world, world.worker),
    ];
    await lock(reason, true);
    await staff.watch.until('the lock', () => (locks(staff) as string[])?.includes(reason));
    typing(client);
    json.send({ type: 'typing_start' });
    json.send({ type: 'send_message', message: 'a frame behind it' });
    await json.next('error', 0);
    await settled(client);
    await settled(staff);
    expect([...staff.presence.values()].filter((one) => one.typing)).toEqual([]);
    expect(json.of('typing_indicator').filter((frame) => frame['is_typing'] === true)).toEqual([]);
    await lock(reason, false);
    await staff.watch.until('its end', () => (locks(staff) as string[]).length === 0);
    typing(client);
    await staff.watch.until('typing', () => [...staff.presence.values()].some((one) => one.typing));
  });
});

const DAY = 24 * 3_600_000;
const dayIn = (zone: string, from: number): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' }).format(Date.now() + from);
const make = (startsOn: string): Promise<string> =>
  server.db.transact((tx) =>
    createConversation(tx, {
      agencyId: world.agency.id,
      job: { title: 'A fence', status: 'scheduled', location: null, startsOn },
      participants: [{ account: world.client.id, role: 'client' }],
      by: null,
    }),
  );
const record = async (id: string): Promise<Conversation> =>
  (
    await server.http.call<Conversation>('GET', `/api/v1/conversations/${id}`, {
      token: (await world.signIn(world.client)).accessToken,
    })
  ).body;

describe('the start of a job', () => {
  it('[LOCK-2] closes sending by itself, opens at that moment by the clock, and is told when it is looked for', async () => {
    const id = await make(dayIn('Asia/Manila', 3 * DAY));
    expect((await record(id)).locks).toEqual(['before-start']);
    const session = await world.signIn(world.client);
    const early = await RawClient.open(server.running.url, `${id}/all/1`, session);
    early.send(early.message('too early'));
    expect(await early.closed()).toBe(CLOSE.replicaRefused);
    const feed = await FeedClient.open(server.running.url, await world.signIn(world.client));
    ahead = 3 * DAY;
    const client = await RawClient.open(server.running.url, `${id}/all/1`, await world.signIn(world.client));
    // Taken by the clock, before anybody has looked.
    await client.write(client.message('good morning'));
    expect(await openStarted(server.db, Date.now())).toBe(0);
    expect(await openStarted(server.db, Date.now() + 3 * DAY)).toBe(1);
    expect(await openStarted(server.db, Date.now() + 3 * DAY)).toBe(0);
    await client.watch.until('the document', () => (client.doc.getMap('context').get('locks') as string[]).length === 0);
    await feed.watch.until('the record', () =>
      feed.items.some(
        (item) => item.kind === 'conversation' && item.conversation.id === id && item.conversation.locks.length === 0,
      ),
    );
    const events = await world.rows("SELECT event FROM events WHERE conversation_id = $1 AND event->>'type' = 'unlocked'", [id]);
    expect(events).toEqual([{ event: { type: 'unlocked', reason: 'before-start', by: null } }]);
  });

  it('[LOCK-2] is a day where the agency does business', async () => {
    // It is already tomorrow on Kiritimati when it is still today on Pago Pago, at whatever time this runs.
    await server.db.transact((tx) => setStartRules(tx, world.agency.id, { timeZone: 'Pacific/Pago_Pago' }));
    const today = dayIn('Pacific/Kiritimati', 0);
    const there = await make(today);
    expect((await record(there)).locks).toEqual(['before-start']);
    await server.db.transact((tx) => setStartRules(tx, world.agency.id, { timeZone: 'Pacific/Kiritimati' }));
    expect((await record(await make(today))).locks).toEqual([]);
    await server.db.transact((tx) => setStartRules(tx, world.agency.id, { lockBeforeStart: false }));
    expect((await record(await make(dayIn('Asia/Manila', 9 * DAY)))).locks).toEqual([]);
  });

  it('[LOCK-2] follows the job: another date, or a start before it', async () => {
    const id = await make(dayIn('Asia/Manila', 3 * DAY));
    const change = (to: Parameters<typeof changeJob>[2]): Promise<boolean> =>
      server.db.transact((tx) => changeJob(tx, id, to, { by: null, now: Date.now() }));
    await change({ startsOn: dayIn('Asia/Manila', -DAY) });
    expect((await record(id)).locks).toEqual([]);
    await change({ startsOn: dayIn('Asia/Manila', 5 * DAY) });
    expect((await record(id)).locks).toEqual(['before-start']);
    await change({ status: 'in-progress' });
    expect((await record(id)).locks).toEqual([]);
    await change({ status: 'disputed' });
    expect((await record(id)).locks).toEqual(['dispute']);
  });
});
