import { describe, expect, it } from 'vitest';

import type { Account } from '#shared/api/accounts.ts';
import { LIMITS } from '#shared/limits.ts';

import { worldForEachTest } from '../testing/in-file.ts';
import { connectJson, type JsonClient, toldAs } from '../testing/json-client.ts';
import { FeedClient } from '../testing/raw-client.ts';
import { openStockClient } from '../testing/stock-client.ts';
import type { TestServer } from '../testing/test-server.ts';
import { createWorld, type World } from '../testing/world.ts';

let server: TestServer;
let world: World;

worldForEachTest((made) => ({ world, server } = made));

const url = (): string => server.running.url;
const connect = (account: Account): Promise<JsonClient> => connectJson(world, account);

describe('typing', () => {
  it('[SERVER-3] of a JSON client is shown on the desktop and to other JSON clients until it stops', async () => {
    const [client, own, staff] = [await connect(world.client), await connect(world.client), await connect(world.staff)];
    const desktop = await world.join(world.worker);
    const feed = await FeedClient.open(url(), desktop.session);
    client.send({ type: 'typing_start' });
    const user_id = world.client.number;
    expect(await staff.next('typing_indicator', 0)).toEqual({ type: 'typing_indicator', user_id, is_typing: true });
    await desktop.watch.until('presence', () => desktop.presence.size === 1);
    expect([...desktop.presence.values()]).toEqual([
      { account: world.client.id, name: world.client.name, role: 'client', typing: true },
    ]);
    const place = { type: 'typing', conversation: world.conversation, thread: 'all' };
    const who = { account: world.client.id, name: world.client.name };
    await feed.watch.until('typing', () => feed.frames.some((frame) => frame.type === 'typing' && frame.typing));
    const late = await world.join(world.staff);
    await late.watch.until('presence', () => late.presence.size === 1);
    client.send({ type: 'typing_stop' });
    expect(await staff.next('typing_indicator', 1)).toEqual({ type: 'typing_indicator', user_id, is_typing: false });
    await desktop.watch.until('its end', () => desktop.presence.size === 0);
    await late.watch.until('its end', () => late.presence.size === 0);
    await feed.watch.until('its end', () => feed.frames.filter(({ type }) => type === 'typing').length === 2);
    expect(feed.frames.filter(({ type }) => type === 'typing')).toEqual([
      { ...place, ...who, typing: true },
      { ...place, ...who, typing: false },
    ]);
    expect([...client.frames, ...own.frames].filter(({ type }) => type !== 'connection_established')).toEqual([]);
  });

  it('[SERVER-3] of a JSON client ends with its message, before that is told', async () => {
    const [client, staff] = [await connect(world.client), await connect(world.staff)];
    client.send({ type: 'typing_start' });
    await staff.next('typing_indicator', 0);
    client.send({ type: 'send_message', message: 'here it is' });
    await staff.next('new_message', 0);
    expect(staff.of('typing_indicator').map((frame) => frame['is_typing'])).toEqual([true, false]);
  });

  it('[SERVER-3] of a JSON client ends with its socket, else by itself', async () => {
    const [client, worker, staff] = [await connect(world.client), await connect(world.worker), await connect(world.staff)];
    const desktop = await world.join(world.owner);
    // The worker began first: were it for the time alone, the worker's would end first.
    worker.send({ type: 'typing_start' });
    await staff.next('typing_indicator', 0);
    client.send({ type: 'typing_start' });
    await staff.next('typing_indicator', 1);
    await desktop.watch.until('both', () => desktop.presence.size === 2);
    client.terminate();
    await desktop.watch.until('one', () => desktop.presence.size === 1);
    await staff.until('the end of both', () => staff.of('typing_indicator').length === 4, LIMITS.typingMs + 5_000);
    expect(staff.of('typing_indicator')).toEqual([
      { type: 'typing_indicator', user_id: world.worker.number, is_typing: true },
      { type: 'typing_indicator', user_id: world.client.number, is_typing: true },
      { type: 'typing_indicator', user_id: world.client.number, is_typing: false },
      { type: 'typing_indicator', user_id: world.worker.number, is_typing: false },
    ]);
    await desktop.watch.until('none', () => desktop.presence.size === 0);
    expect(worker.close).toBeNull();
  });

  it('[SERVER-3] on a stock provider is shown to JSON clients, and the other way round', async () => {
    const session = await world.signIn(world.staff);
    const client = await connect(world.client);
    const { doc, provider } = await openStockClient(url(), `${world.conversation}/all/1`, session);
    const user_id = world.staff.number;
    provider.awareness.setLocalStateField('typing', true);
    expect(await client.next('typing_indicator', 0)).toEqual({ type: 'typing_indicator', user_id, is_typing: true });
    provider.awareness.setLocalStateField('typing', false);
    expect(await client.next('typing_indicator', 1)).toEqual({ type: 'typing_indicator', user_id, is_typing: false });
    const states = (): unknown[] => [...provider.awareness.getStates().entries()].filter(([id]) => id !== doc.clientID);
    client.send({ type: 'typing_start' });
    await new Promise<void>((resolve) => provider.awareness.once('change', () => resolve()));
    expect(states()).toEqual([
      [expect.any(Number), { account: world.client.id, name: world.client.name, role: 'client', typing: true }],
    ]);
    client.send({ type: 'send_message', message: 'typed' });
    await new Promise<void>((resolve) => {
      const entries = doc.getMap('entries');
      const look = (): void => {
        if (entries.size > 0) resolve();
      };
      entries.observe(look);
      look();
    });
    client.send({ type: 'typing_stop' });
    await client.until('nothing else', () => client.of('new_message').length === 1);
    provider.destroy();
  });
});

describe('read receipts', () => {
  it('[SERVER-3] of a JSON client move its cursor, never back, and tell documents, feeds and JSON clients', async () => {
    const [client, staff, desktop] = [await connect(world.client), await connect(world.staff), await world.join(world.worker)];
    const feed = await FeedClient.open(url(), desktop.session);
    const seqs: number[] = [];
    for (const text of ['one', 'two', 'three']) seqs.push((await desktop.write(desktop.message(text))).seq);
    await client.until('all', () => client.of('new_message').length === 3);
    const ids = client.of('new_message').map(({ message }) => (message as { message_id: number }).message_id);
    client.send({ type: 'mark_read', message_ids: [ids[1], ids[0]] });
    const user_id = world.client.number;
    expect(await staff.next('read_receipts', 0)).toEqual({ type: 'read_receipts', message_ids: [ids[0], ids[1]], user_id });
    await desktop.watch.until('the cursor', () => desktop.reads.some(({ seq }) => seq === seqs[1]));
    await feed.watch.until('the item', () =>
      feed.items.some((item) => item.kind === 'read' && item.cursor.account === world.client.id && item.cursor.seq === seqs[1]),
    );
    client.send({ type: 'mark_read', message_ids: [ids[0]] });
    client.send({ type: 'mark_read', message_ids: [] });
    client.send({ type: 'mark_read', message_ids: [999_999_999] });
    client.send({ type: 'mark_read', message_ids: [ids[2]] });
    expect(await staff.next('read_receipts', 1)).toEqual({ type: 'read_receipts', message_ids: [ids[2]], user_id });
    expect(staff.of('read_receipts')).toHaveLength(2);
    expect(client.of('error')).toEqual([]);
    const rows = await world.rows('SELECT account_id, seq FROM reads WHERE conversation_id = $1', [world.conversation]);
    expect(rows).toEqual([{ account_id: world.client.id, seq: seqs[2] }]);
  });

  it('[SERVER-3] of the desktop come with the newest hundred ids, without the reader’s own', async () => {
    const [desktop, staff] = [await world.join(world.worker), await world.join(world.staff)];
    const client = await connect(world.client);
    let last = 0;
    for (let index = 0; index < 120; index++) {
      const key = desktop.send(desktop.message(`${index}`));
      if (index === 60 || index === 119) last = await desktop.accepted(key);
      if (index === 60) await staff.write(staff.message('my own'));
    }
    await client.until('all', () => client.of('new_message').length === 121);
    const told = client.of('new_message').map(({ message }) => message as { message_id: number; sender_id: number });
    const ids = told.filter(({ sender_id }) => sender_id !== world.staff.number).map(({ message_id }) => message_id);
    const put = await server.http.call('PUT', '/api/v1/reads', {
      token: staff.session.accessToken,
      body: [{ conversation: world.conversation, thread: 'all', seq: last }],
    });
    expect(put.status).toBe(204);
    expect(await client.next('read_receipts', 0)).toEqual({
      type: 'read_receipts',
      message_ids: ids.slice(-100),
      user_id: world.staff.number,
    });
    client.send({ type: 'send_message', message: 'after' });
    await client.until('after', () => client.of('new_message').length === 122);
    expect(client.of('new_message')[121]).toEqual(await toldAs(world, 'after'));
  });

  it('[SERVER-3] of other conversations and of the team’s notes can not be given', async () => {
    const other = await createWorld(server);
    const theirs = await other.join(other.client);
    await theirs.write(theirs.message('not yours'));
    const notes = await world.join(world.staff, 'team');
    await notes.write(notes.message('between us'));
    const rows = await world.rows<{ number: number }>('SELECT number FROM messages WHERE conversation_id IN ($1, $2)', [
      other.conversation,
      world.conversation,
    ]);
    const client = await connect(world.client);
    client.send({ type: 'mark_read', message_ids: rows.map((row) => row.number) });
    client.send({ type: 'send_message', message: 'done' });
    await client.next('new_message', 0);
    expect(await world.rows('SELECT seq FROM reads WHERE account_id = $1', [world.client.id])).toEqual([]);
  });
});
