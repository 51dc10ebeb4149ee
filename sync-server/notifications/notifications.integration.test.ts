import { describe, expect, it, vi } from 'vitest';

import type { Account } from '#shared/api/accounts.ts';
import { newId } from '#shared/ids.ts';
import type { Notification } from '#shared/notifications.ts';

import { removeParticipant } from '../storage/change-conversation.ts';
import { changeJob } from '../storage/change-job.ts';
import { settleNotifications } from '../storage/settle-notifications.ts';
import { worldForEachTest } from '../testing/in-file.ts';
import type { TestServer } from '../testing/test-server.ts';
import type { World } from '../testing/world.ts';

let server: TestServer;
let world: World;

worldForEachTest((made) => ({ world, server } = made));

type List = { notifications: Notification[]; next: number | null; unread: number };

async function tokenOf(account: Account): Promise<string> {
  return (await world.signIn(account)).accessToken;
}

/** Once all that was committed is settled. */
async function listOf(account: Account, query = ''): Promise<List> {
  await vi.waitFor(async () => expect(await world.rows('SELECT FROM notifications_due')).toHaveLength(0), {
    timeout: 10_000,
    interval: 50,
  });
  const answer = await server.http.call<List>('GET', `/api/v1/notifications${query}`, { token: await tokenOf(account) });
  expect(answer.status).toBe(200);
  return answer.body;
}

const titles = async (account: Account): Promise<string[]> => (await listOf(account)).notifications.map(({ title }) => title);
const kinds = async (account: Account): Promise<string[]> => (await listOf(account)).notifications.map(({ kind }) => kind);

/** That a conversation was made is told, too; here it is in the way. */
async function forgetTheFirst(): Promise<void> {
  await listOf(world.client);
  await world.rows('DELETE FROM notifications');
}

describe('a row for each recipient', () => {
  it('[NOTIFY-4] of a message: everybody who takes part but its author, owners while none of the staff has joined, then who has', async () => {
    await forgetTheFirst();
    const client = await world.join(world.client);
    await client.write(client.message('  Hello 👋'));
    const title = `New message from ${world.client.name}`;
    expect(await listOf(world.worker)).toMatchObject({
      notifications: [
        {
          kind: 'NEW_MESSAGE',
          title,
          text: '  Hello 👋',
          conversation: { id: world.conversation },
          job: { title: 'Fix the sink' },
          thread: 'all',
          by: { account: world.client.id },
          read: false,
        },
      ],
      next: null,
      unread: 1,
    });
    expect(await titles(world.owner)).toEqual([title]);
    expect(await titles(world.staff)).toEqual([]);
    expect(await titles(world.client)).toEqual([]);
    const staff = await world.join(world.staff);
    await staff.write(staff.message('I take this'));
    await client.write(client.message('Thanks'));
    expect(await titles(world.staff)).toEqual([title]);
    expect(await titles(world.owner)).toEqual([title]);
    expect(await titles(world.client)).toEqual([`New message from ${world.staff.name}`]);
    expect(await titles(world.worker)).toHaveLength(3);
  });

  it('[NOTIFY-4] text is the first 100 characters, follows edits, and goes with a removed message', async () => {
    await forgetTheFirst();
    const client = await world.join(world.client);
    const { key } = await client.write(client.message('é'.repeat(150)));
    expect((await listOf(world.worker)).notifications[0]!.text).toBe('é'.repeat(100));
    await client.write({ kind: 'edit', of: key, text: 'shorter', mentions: [], sentAt: Date.now() });
    expect((await listOf(world.worker)).notifications[0]!.text).toBe('shorter');
    await client.write({ kind: 'remove', of: key, sentAt: Date.now() });
    expect(await listOf(world.worker)).toEqual({ notifications: [], next: null, unread: 0 });
    expect(await world.rows('SELECT FROM notifications')).toHaveLength(0);
  });

  it('[NOTIFY-4] [THREAD-4] a mention is told as one, once, also when it comes by an edit after the message was read', async () => {
    await forgetTheFirst();
    const client = await world.join(world.client);
    const { key, seq } = await client.write(client.message('@you both', { mentions: [world.worker.id, world.staff.id] }));
    expect(await kinds(world.worker)).toEqual(['MENTION']);
    expect(await titles(world.staff)).toEqual([`${world.client.name} mentioned you`]);
    expect(await kinds(world.owner)).toEqual(['NEW_MESSAGE']);
    const token = await tokenOf(world.owner);
    await server.http.call('PUT', '/api/v1/reads', { token, body: [{ conversation: world.conversation, thread: 'all', seq }] });
    expect((await listOf(world.owner)).unread).toBe(0);
    await client.write({ kind: 'edit', of: key, text: '@all', mentions: [world.owner.id, world.worker.id], sentAt: Date.now() });
    expect(await listOf(world.owner)).toMatchObject({ notifications: [{ kind: 'MENTION', text: '@all', seq }], unread: 1 });
    expect(await kinds(world.worker)).toEqual(['MENTION']);
  });

  it('[NOTIFY-4] [THREAD-4] who mentions somebody without a way to sign in is told so', async () => {
    const employee = await server.fixture.account('employee', { agency: world.agency, name: 'Edna' });
    await world.rows('UPDATE accounts SET password_hash = NULL WHERE id = $1', [world.worker.id]);
    await forgetTheFirst();
    const client = await world.join(world.client);
    await client.write(client.message('@Worker @Edna', { mentions: [world.worker.id, employee.id, world.staff.id] }));
    const names = [world.worker.name, 'Edna'].sort();
    expect(await listOf(world.client)).toMatchObject({
      notifications: [
        {
          kind: 'MENTION_UNREACHABLE',
          title: `${names.join(' and ')} cannot sign in and will not be told`,
          people: names,
          text: '',
        },
      ],
    });
    expect(await kinds(world.staff)).toEqual(['MENTION']);
    // Takes no part: what is said here is not for Edna.
    expect(await titles(employee)).toEqual([]);
    await world.rows("INSERT INTO identities (issuer, subject, account_id) VALUES ('a', $1, $2)", [newId(), world.worker.id]);
    await client.write(client.message('@Worker', { mentions: [world.worker.id] }));
    expect(await kinds(world.client)).toEqual(['MENTION_UNREACHABLE']);
  });

  it('[NOTIFY-4] the team’s notes and assignments are told to staff alone; who has the job in hand follows it', async () => {
    await forgetTheFirst();
    const team = await world.join(world.owner, 'team');
    await team.write({ kind: 'assign', to: world.staff.id });
    await team.write(team.message('Call them', { mentions: [world.staff.id] }));
    await team.write({ kind: 'assign', to: world.owner.id });
    expect(await titles(world.staff)).toEqual([
      `${world.owner.name} mentioned you`,
      `${world.owner.name} assigned this job to you`,
    ]);
    expect((await listOf(world.staff)).notifications[0]).toMatchObject({ thread: 'team', text: 'Call them' });
    for (const account of [world.client, world.worker, world.owner]) expect(await titles(account)).toEqual([]);
    await team.write({ kind: 'assign', to: world.staff.id });
    const client = await world.join(world.client);
    await client.write(client.message('Hello'));
    expect((await kinds(world.staff))[0]).toBe('NEW_MESSAGE');
    expect(await kinds(world.owner)).toEqual([]);
  });

  it('[NOTIFY-4] a new job and its states are told, not to who did it', async () => {
    expect(await titles(world.client)).toEqual(['New job']);
    await server.db.transact((tx) =>
      changeJob(tx, world.conversation, { status: 'in-progress' }, { by: world.worker.id, now: Date.now() }),
    );
    expect(await titles(world.client)).toEqual(['The job is in progress', 'New job']);
    expect(await titles(world.worker)).toEqual(['New job']);
  });
});

describe('what an account is told of its notifications', () => {
  it('[NOTIFY-4] pages, a count, marks for some, up to one and all, and nobody else’s', async () => {
    await forgetTheFirst();
    const client = await world.join(world.client);
    for (let index = 0; index < 5; index++) await client.write(client.message(`${index}`));
    const first = await listOf(world.worker, '?limit=2');
    expect(first.notifications.map(({ text }) => text)).toEqual(['4', '3']);
    const second = await listOf(world.worker, `?limit=2&before=${first.next}`);
    expect(second.notifications.map(({ text }) => text)).toEqual(['2', '1']);
    const last = await listOf(world.worker, `?limit=2&before=${second.next}`);
    expect(last).toMatchObject({ notifications: [{ text: '0' }], next: null, unread: 5 });
    const token = await tokenOf(world.worker);
    const mark = async (body: unknown, by = token) =>
      (await server.http.call<{ unread: number }>('POST', '/api/v1/notifications/read', { token: by, body })).body;
    await mark({ ids: [first.notifications[0]!.id] }, await tokenOf(world.client));
    expect(await mark({ ids: [first.notifications[0]!.id] })).toEqual({ unread: 4 });
    expect(await mark({ upTo: second.notifications[1]!.id })).toEqual({ unread: 2 });
    expect(await mark({ all: true })).toEqual({ unread: 0 });
    expect((await listOf(world.worker)).notifications.every(({ read }) => read)).toBe(true);
    const answer = await server.http.call('GET', '/api/v1/notifications/unread', { token });
    expect(answer.body).toEqual({ unread: 0 });
    for (const query of ['?before=x', '?before=0', '?limit=0', '?limit=1000']) {
      expect((await server.http.call('GET', `/api/v1/notifications${query}`, { token })).status).toBe(400);
    }
  });

  it('[NOTIFY-4] what is read in the conversation is read here; who is out sees nothing', async () => {
    await forgetTheFirst();
    const client = await world.join(world.client);
    await client.write(client.message('one'));
    const { seq } = await client.write(client.message('two'));
    await client.write(client.message('three'));
    const token = await tokenOf(world.worker);
    await server.http.call('PUT', '/api/v1/reads', { token, body: [{ conversation: world.conversation, thread: 'all', seq }] });
    const list = await listOf(world.worker);
    expect(list.notifications.map(({ text, read }) => [text, read])).toEqual([
      ['three', false],
      ['two', true],
      ['one', true],
    ]);
    expect(list.unread).toBe(1);
    await server.db.transact((tx) =>
      removeParticipant(tx, { conversation: world.conversation, account: world.worker.id, by: null }),
    );
    expect(await listOf(world.worker)).toEqual({ notifications: [], next: null, unread: 0 });
  });
});

it('[NOTIFY-4] a commit that can’t be settled holds up no other', async () => {
  await forgetTheFirst();
  // A row needs a place.
  const item = {
    kind: 'message',
    conversation: world.conversation,
    thread: 'all',
    at: 1,
    seq: null,
    actor: newId(),
    mentions: [],
    target: null,
  };
  await world.rows('INSERT INTO notifications_due (items) VALUES ($1::jsonb)', [JSON.stringify([item])]);
  const client = await world.join(world.client);
  await client.write(client.message('Hello'));
  expect((await listOf(world.worker)).notifications.map(({ text }) => text)).toEqual(['Hello']);
});

it('[NOTIFY-4] each recipient has one row for a message, however often it is sent again and whichever node settles it', async () => {
  await forgetTheFirst();
  const client = await world.join(world.client);
  const facts = Array.from({ length: 20 }, (_, index) => [client.key(), client.message(`${index}`)] as const);
  const update = client.factsUpdate(facts);
  for (let times = 0; times < 3; times++) client.sendUpdate(update);
  await Promise.all(facts.map(([key]) => client.accepted(key)));
  const list = await listOf(world.worker);
  expect(list.notifications).toHaveLength(20);
  const again = list.notifications.map(({ seq }) => ({
    kind: 'message' as const,
    conversation: world.conversation,
    thread: 'all' as const,
    at: seq,
    seq,
    actor: world.client.id,
    mentions: [],
    target: null,
  }));
  expect(await server.db.transact((tx) => settleNotifications(tx, again))).toEqual([]);
  expect((await listOf(world.worker)).notifications).toEqual(list.notifications);
});
