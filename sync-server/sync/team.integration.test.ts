import { beforeEach, describe, expect, it, vi } from 'vitest';

import type { Account } from '#shared/api/accounts.ts';
import type { Conversation, TeamState } from '#shared/api/conversations.ts';
import { LIMITS } from '#shared/limits.ts';
import type { Notification } from '#shared/notifications.ts';

import { removeParticipant } from '../storage/change-conversation.ts';
import { worldForEachTest } from '../testing/in-file.ts';
import { FeedClient, type RawClient } from '../testing/raw-client.ts';
import { runAdmin } from '../testing/run-admin.ts';
import type { TestPostgres, TestServer } from '../testing/test-server.ts';
import { createWorld, type World } from '../testing/world.ts';
import { attachSync } from './attach.ts';

type NotificationList = { notifications: Notification[] };

let server: TestServer;
let postgres: TestPostgres;
let world: World;
let team: RawClient;

worldForEachTest((made) => ({ world, server, postgres } = made));
beforeEach(async () => {
  team = await world.join(world.staff, 'team');
});

async function recordFor(account: Account): Promise<Conversation> {
  const { accessToken: token } = await world.signIn(account);
  const answer = await server.http.call<Conversation>('GET', `/api/v1/conversations/${world.conversation}`, { token });
  expect(answer.status).toBe(200);
  return answer.body;
}

async function state(): Promise<TeamState> {
  const { team } = await recordFor(world.owner);
  return team!;
}

const at = expect.any(String) as string;
const byStaff = () => ({ account: world.staff.id, name: world.staff.name });

async function refusal(value: Record<string, unknown>): Promise<string> {
  const writer = await world.join(world.staff, 'team');
  writer.send(value);
  const { rule } = await writer.watch.until('the refusal', () => writer.refusal ?? undefined);
  return rule;
}

describe('an assignment', () => {
  it('[THREAD-9] goes to one of the agency’s staff, to nobody, and the last one holds', async () => {
    expect((await state()).assignee).toBeNull();
    await team.write({ kind: 'assign', to: world.owner.id });
    expect(await state()).toMatchObject({
      assignee: { account: world.owner.id, name: world.owner.name, by: byStaff(), at },
    });
    await team.write({ kind: 'assign', to: world.staff.id });
    expect((await state()).assignee).toMatchObject({ account: world.staff.id });
    const { seq } = await team.write({ kind: 'assign', to: null });
    expect(await state()).toMatchObject({ assignee: null, lastSeq: seq });
  });

  it('[THREAD-9] goes to an employee who takes part, who is told so and nothing of the notes', async () => {
    const { agency, conversation } = world;
    const [inside, outside] = [
      await server.fixture.account('employee', { agency }),
      await server.fixture.account('employee', { agency }),
    ];
    await world.rows("INSERT INTO participants (conversation_id, account_id, role) VALUES ($1, $2, 'employee')", [
      conversation,
      inside.id,
    ]);
    expect(await refusal({ kind: 'assign', to: outside.id })).toBe('mention');
    await team.write({ kind: 'assign', to: inside.id });
    expect((await state()).assignee).toMatchObject({ account: inside.id });
    const { accessToken: token } = await world.signIn(inside);
    const told = { kind: 'ASSIGNED', thread: 'all', seq: 0, text: '' };
    await vi.waitFor(
      async () => {
        const { body } = await server.http.call<NotificationList>('GET', '/api/v1/notifications', { token });
        expect(body.notifications[0]).toMatchObject(told);
      },
      { timeout: 10_000, interval: 50 },
    );
    expect((await recordFor(inside)).team).toBeNull();
  });

  it.each([
    ['a client', () => world.client.id],
    ['a worker', () => world.worker.id],
    ['nobody who is known', () => '00000000-0000-4000-8000-00000000dead'],
    [
      'staff of another agency',
      async () => (await server.fixture.account('staff', { agency: await server.fixture.agency() })).id,
    ],
    [
      'staff who were taken out',
      async () => {
        const { conversation } = world;
        await server.db.transact((tx) => removeParticipant(tx, { conversation, account: world.owner.id, by: null }));
        return world.owner.id;
      },
    ],
  ])('[THREAD-9] to %s is refused', async (_, who) => {
    expect(await refusal({ kind: 'assign', to: await who() })).toBe('mention');
    expect(await world.rows('SELECT FROM team_states WHERE conversation_id = $1', [world.conversation])).toEqual([]);
  });
});

describe('labels', () => {
  it('[THREAD-9] stand by name, once each, until they are taken away', async () => {
    await team.write({ kind: 'label', name: '  Urgent ', on: true });
    await team.write({ kind: 'label', name: 'Urgent', on: true });
    await team.write({ kind: 'label', name: 'Cafe\u0301', on: true });
    expect((await state()).labels).toEqual([
      { name: 'Café', by: byStaff(), at },
      { name: 'Urgent', by: byStaff(), at },
    ]);
    await team.write({ kind: 'label', name: 'Urgent', on: false });
    expect((await state()).labels.map(({ name }) => name)).toEqual(['Café']);
  });

  it.each([
    ['no name', ' '],
    ['too long a name', 'x'.repeat(LIMITS.labelLength + 1)],
    ['two lines', 'a\nb'],
  ])('[THREAD-9] with %s are refused', async (_, name) => {
    expect(await refusal({ kind: 'label', name, on: true })).toBe('schema');
  });

  it('[THREAD-9] are at most so many on one conversation, within one update too', async () => {
    for (let index = 0; index < LIMITS.labels - 1; index++) await team.write({ kind: 'label', name: `label ${index}`, on: true });
    const two = ['one more', 'one too many'].map((name) => [team.key(), { kind: 'label', name, on: true }] as const);
    team.sendUpdate(team.factsUpdate(two));
    const refused = await team.watch.until('the refusal', () => team.refusal ?? undefined);
    expect(refused).toEqual({ rule: 'schema', keys: [two[1]![0]] });
    expect(await refusal({ kind: 'label', name: 'label 0', on: true }).catch(() => 'taken')).toBe('taken');
  });
});

describe('a resolved conversation', () => {
  it('[THREAD-9] says who resolved it, and is opened again by hand', async () => {
    await team.write({ kind: 'resolve', on: true });
    expect((await state()).resolved).toEqual({ by: byStaff(), at });
    await team.write({ kind: 'resolve', on: false });
    expect((await state()).resolved).toBeNull();
  });

  it('[THREAD-9] is opened again by a message from outside the agency, and not by its own or by reactions', async () => {
    await team.write({ kind: 'resolve', on: true });
    const staff = await world.join(world.staff);
    const { key } = await staff.write(staff.message('Thank you, we are done here.'));
    const client = await world.join(world.client);
    await client.write({ kind: 'react', to: key, emoji: '👍', on: true, sentAt: 1 });
    expect((await state()).resolved).not.toBeNull();
    const feed = await FeedClient.open(server.running.url, await world.signIn(world.owner));
    await client.write(client.message('It drips again.'));
    expect((await state()).resolved).toBeNull();
    const told = await feed.watch.until('the record', () => feed.items.find((item) => item.kind === 'conversation'));
    expect(told).toMatchObject({ conversation: { id: world.conversation, team: { resolved: null } } });
    await team.write({ kind: 'resolve', on: true });
    expect((await state()).resolved).not.toBeNull();
  });
});

it('[THREAD-9] what the team says of a conversation is in its feed, and in nobody else’s', async () => {
  const staff = await FeedClient.open(server.running.url, await world.signIn(world.owner));
  const client = await FeedClient.open(server.running.url, await world.signIn(world.client));
  await team.write({ kind: 'assign', to: world.owner.id });
  await team.write({ kind: 'label', name: 'VIP', on: true });
  await team.write({ kind: 'resolve', on: true });
  const said = await staff.watch.until('all of it', () =>
    staff.items.find((item) => item.kind === 'conversation' && item.conversation.team?.resolved != null),
  );
  expect(said).toMatchObject({ conversation: { team: { assignee: { account: world.owner.id }, labels: [{ name: 'VIP' }] } } });
  const writer = await world.join(world.worker);
  const { seq } = await writer.write(writer.message('after it'));
  await client.watch.until('the message', () => client.items.some((item) => item.kind === 'entry' && item.seq === seq));
  expect(client.items.filter((item) => item.kind === 'conversation')).toEqual([]);
});

async function check(): Promise<number> {
  const { stdout } = await runAdmin({ DATABASE_URL: server.url }, ['check', '--json']);
  return (JSON.parse(stdout) as { problems: number }).problems;
}

it('[THREAD-9] a new epoch of the notes is news to the team alone', async () => {
  const small = await postgres.server({ attach: (parts) => attachSync(parts, { epochEntries: 2 }) });
  const there = await createWorld(small);
  const staff = await FeedClient.open(small.running.url, await there.signIn(there.staff));
  const client = await FeedClient.open(small.running.url, await there.signIn(there.client));
  const writer = await there.join(there.owner, 'team');
  for (const text of ['one', 'two']) await writer.write(writer.message(text));
  const told = await staff.watch.until('the epoch', () => staff.items.find((item) => item.kind === 'conversation'));
  expect(told.kind === 'conversation' && told.conversation.documents.map(({ document }) => document)).toContain(
    `${there.conversation}/team/2`,
  );
  const worker = await there.join(there.worker);
  const { seq } = await worker.write(worker.message('after it'));
  await client.watch.until('the message', () => client.items.some((item) => item.kind === 'entry' && item.seq === seq));
  expect(client.items.filter((item) => item.kind === 'conversation')).toEqual([]);
  await small.close();
});

it('[THREAD-9] `check` finds rows that say something else than the notes', async () => {
  await team.write({ kind: 'assign', to: world.owner.id });
  await team.write({ kind: 'label', name: 'VIP', on: true });
  await team.write({ kind: 'resolve', on: true });
  const client = await world.join(world.client);
  await client.write(client.message('open again'));
  expect(await check()).toBe(0);
  const here = [world.conversation];
  await world.rows('UPDATE team_states SET assignee_id = NULL WHERE conversation_id = $1', here);
  await world.rows("UPDATE labels SET name = 'vip' WHERE conversation_id = $1", here);
  expect(await check()).toBe(2);
  await world.rows('UPDATE team_states SET reopened_at = NULL WHERE conversation_id = $1', here);
  expect(await check()).toBe(3);
  await world.rows('DELETE FROM labels WHERE conversation_id = $1', here);
  await world.rows('DELETE FROM team_states WHERE conversation_id = $1', here);
});
