import { describe, expect, it } from 'vitest';

import type { Account } from '#shared/api/accounts.ts';
import type { Conversation } from '#shared/api/conversations.ts';
import type { Role } from '#shared/roles.ts';
import { CLOSE } from '#shared/wire.ts';

import { changeRole } from '../storage/accounts.ts';
import { worldForEachTest } from '../testing/in-file.ts';
import { connectJson } from '../testing/json-client.ts';
import { FeedClient, RawClient } from '../testing/raw-client.ts';
import type { TestServer } from '../testing/test-server.ts';
import type { World } from '../testing/world.ts';

let server: TestServer;
let world: World;

worldForEachTest((made) => ({ world, server } = made));

const become = (account: Account, role: Role): Promise<void> => server.db.transact((tx) => changeRole(tx, account.id, role));

async function listedAs(account: Account, role: Role): Promise<void> {
  await world.rows('INSERT INTO participants (conversation_id, account_id, role) VALUES ($1, $2, $3)', [
    world.conversation,
    account.id,
    role,
  ]);
}

async function conversationsOf(account: Account): Promise<string[]> {
  const { accessToken: token } = await world.signIn(account);
  const { body } = await server.http.call<{ conversations: Conversation[] }>('GET', '/api/v1/conversations', { token });
  return body.conversations.map(({ id }) => id);
}

async function jsonConversationsOf(account: Account, path: string): Promise<{ status: number; total?: number }> {
  const { accessToken: token } = await world.signIn(account);
  const { status, body } = await server.http.call<{ total: number }>('GET', path, { token });
  return status === 200 ? { status, total: body.total } : { status };
}

describe('staff who become employees', () => {
  it('[ACCESS-3] are out of what they saw as staff alone, on every open socket, also where they wrote', async () => {
    const [all, team] = [await world.join(world.staff), await world.join(world.staff, 'team')];
    await all.write(all.message('Now I am listed'));
    const json = await connectJson(world, world.staff);
    expect(await conversationsOf(world.staff)).toEqual([world.conversation]);
    // What they are told of before comes behind the commit.
    await expect.poll(() => world.rows('SELECT FROM notifications_due')).toHaveLength(0);
    const told = async (): Promise<number> => {
      const rows = await world.rows<{ next: number }>('SELECT next FROM feed_streams WHERE stream = $1', [world.staff.id]);
      return rows[0]?.next ?? 1;
    };
    const before = await told();
    await become(world.staff, 'employee');
    expect(await Promise.all([all.closed(), team.closed(), json.closed()])).toEqual([
      CLOSE.notParticipant,
      CLOSE.notParticipant,
      CLOSE.notParticipant,
    ]);
    expect(await conversationsOf(world.staff)).toEqual([]);
    expect(await jsonConversationsOf(world.staff, '/api/conversations')).toEqual({ status: 200, total: 0 });
    const feed = await FeedClient.open(server.running.url, await world.signIn(world.staff));
    const [client, owner] = [await world.join(world.client), await world.join(world.owner)];
    await client.write(client.message('not for them'));
    const mention = { mentions: [world.staff.id] };
    await owner.write(owner.message('not for them either', mention));
    await expect.poll(() => world.rows('SELECT FROM notifications_due')).toHaveLength(0);
    // What it was told of its role, and nothing since.
    expect(await told()).toBe(before + 1);
    expect(feed.items).toEqual([]);
    const { accessToken: token } = owner.session;
    const { body } = await server.http.call<Conversation>('GET', `/api/v1/conversations/${world.conversation}`, { token });
    expect(body.participants.find(({ account }) => account === world.staff.id)).toMatchObject({ left: true });
  });

  it('[ACCESS-3] keep what they were added to as employees, without the notes', async () => {
    await listedAs(world.staff, 'employee');
    const [all, team] = [await world.join(world.staff), await world.join(world.staff, 'team')];
    await become(world.staff, 'employee');
    expect(await team.closed()).toBe(CLOSE.notParticipant);
    // To come again as who they are now.
    expect(await all.closed()).toBe(CLOSE.tryLater);
    const again = await world.join(world.staff);
    await again.write(again.message('Still here'));
    expect(await conversationsOf(world.staff)).toEqual([world.conversation]);
  });

  it('[ACCESS-3] are in again when they are staff again', async () => {
    const all = await world.join(world.staff);
    await all.write(all.message('Now I am listed'));
    await become(world.staff, 'employee');
    await all.closed();
    await become(world.staff, 'staff');
    const again = await world.join(world.staff, 'team');
    await again.write(again.message('Back'));
    expect(await conversationsOf(world.staff)).toEqual([world.conversation]);
  });
});

describe('staff of another agency who take part in a job', () => {
  it('[ACCESS-3] find it in their lists and feed, and only as what they take part', async () => {
    const another = await server.fixture.agency();
    const guest = await server.fixture.account('staff', { agency: another });
    const own = await server.fixture.conversation({ agency: another, people: [world.client] });
    await listedAs(guest, 'staff');
    const feed = await FeedClient.open(server.running.url, await world.signIn(guest));
    const client = await world.join(world.client);
    const { seq } = await client.write(client.message('for the guest too'));
    await feed.watch.until('the message', () => feed.items.some((item) => item.kind === 'entry' && item.seq === seq));
    expect(await conversationsOf(guest)).toEqual([world.conversation, own]);
    expect(await jsonConversationsOf(guest, '/api/conversations')).toEqual({ status: 200, total: 2 });
    expect(await jsonConversationsOf(guest, '/api/agency/conversations')).toEqual({ status: 200, total: 1 });
    const guests = await world.join(guest);
    await guests.write(guests.message('Hello'));
    const denied = new RawClient(server.running.url, `${world.conversation}/team/1`, guests.session);
    expect(await denied.closed()).toBe(CLOSE.notParticipant);
  });

  it('[ACCESS-3] pages through both kinds in one order', async () => {
    const another = await server.fixture.agency();
    const guest = await server.fixture.account('staff', { agency: another });
    const made = [world.conversation];
    await listedAs(guest, 'staff');
    for (let index = 0; index < 3; index++) {
      made.unshift(await server.fixture.conversation({ agency: another, people: [world.client] }));
    }
    const { accessToken: token } = await world.signIn(guest);
    const found: string[] = [];
    for (let before: string | null = ''; before !== null;) {
      const path: string = `/api/v1/conversations?limit=1${before === '' ? '' : `&before=${encodeURIComponent(before)}`}`;
      const { body } = await server.http.call<{ conversations: Conversation[]; next: string | null }>('GET', path, { token });
      found.push(...body.conversations.map(({ id }) => id));
      before = body.next;
    }
    expect(found).toEqual(made);
  });
});
