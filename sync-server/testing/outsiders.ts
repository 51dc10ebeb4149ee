import sharp from 'sharp';
import { expect, vi } from 'vitest';

import type { Account, SessionResponse } from '#shared/api/accounts.ts';
import { THREAD_ROOTS } from '#shared/documents.ts';
import type { AttachmentFact } from '#shared/facts.ts';
import type { Role } from '#shared/roles.ts';

import { JsonClient, numberOf } from './json-client.ts';
import { FeedClient, RawClient } from './raw-client.ts';
import type { TestServer } from './test-server.ts';
import { tusClient } from './tus-client.ts';
import { createWorld, type World } from './world.ts';

/** What the team says holds this word and nothing else does. */
export const SECRET = /quetzal/i;
/** Said to everybody after all of that. */
export const BARRIER = 'after all of that';

/** Everybody who is not of the team. `listed`: as what they take part; the rest are strangers. */
export const WHO: Record<string, { role: Role; agency: 'ours' | 'another' | 'none'; listed: Role | null }> = {
  'a client': { role: 'client', agency: 'none', listed: 'client' },
  'a worker': { role: 'worker', agency: 'none', listed: 'worker' },
  'an employee who takes part': { role: 'employee', agency: 'ours', listed: 'employee' },
  'an employee who doesn’t': { role: 'employee', agency: 'ours', listed: null },
  'staff of another agency on the job': { role: 'staff', agency: 'another', listed: 'staff' },
  'an owner of another agency on the job': { role: 'owner', agency: 'another', listed: 'owner' },
  'staff of another agency elsewhere': { role: 'staff', agency: 'another', listed: null },
  'a client of another conversation': { role: 'client', agency: 'none', listed: null },
};

/** Somebody who may not know anything of the notes of a team, with all that they can have open. */
export type Outsider = {
  account: Account;
  session: SessionResponse;
  feed: FeedClient;
  /** Of those who take part. */
  open: { all: RawClient; json: JsonClient } | null;
  /** What the calls answered before the team said anything, and after. */
  before: Answers;
  after: Answers;
};
export type Answers = Record<string, unknown>;

/** Every call that tells somebody of conversations, by a name without ids. */
export function callsOf(world: World, number: number, cursor: string): Record<string, string> {
  const one = `/api/v1/conversations/${world.conversation}`;
  return {
    'the list of conversations': '/api/v1/conversations',
    'the record of the conversation': one,
    'a page of its messages': `${one}/messages`,
    'the log of what everybody reads': `/api/v1/log/${world.conversation}/all/1`,
    'an export of what everybody reads': `${one}/export`,
    'the feed by HTTP': `/api/v1/feed?after=${cursor}`,
    notifications: '/api/v1/notifications',
    'the number of unread notifications': '/api/v1/notifications/unread',
    'the list for JSON clients': '/api/conversations',
    'the messages for JSON clients': `/api/conversations/${number}/messages`,
    'the list of an agency for JSON clients': '/api/agency/conversations',
    'the messages of an agency for JSON clients': `/api/agency/conversations/${number}/messages`,
    'the people of an agency': '/api/v1/people',
    webhooks: '/api/v1/webhooks',
    'failures of webhooks': '/api/v1/webhooks/failures',
  };
}

export async function askAll(world: World, token: string, calls: Record<string, string>): Promise<Answers> {
  const answers: Answers = {};
  for (const [name, path] of Object.entries(calls)) {
    const { status, body } = await world.server.http.call<object | string>('GET', path, { token });
    // When it was asked for is no difference.
    answers[name] = { status, body: typeof body === 'string' ? body : { ...body, exportedAt: null } };
  }
  return answers;
}

/** All that stands in somebody's document. */
export function wordsIn({ doc }: RawClient): string {
  return JSON.stringify(Object.values(THREAD_ROOTS).map((root) => doc.getMap(root).toJSON()));
}

export type Stage = {
  world: World;
  outsiders: Map<string, Outsider>;
  staff: RawClient;
  /** One of the team's messages; files that it names; an upload that is not whole. */
  note: { key: string; seq: number; number: number };
  file: AttachmentFact;
  picture: AttachmentFact;
  upload: string;
};

/** A team notes all that a team can, while everybody else has open all that they can. */
export async function stageTeam(server: TestServer): Promise<Stage> {
  const world = await createWorld(server);
  const number = await numberOf(world);
  const outsiders = await makeOutsiders(world, number);
  const staff = await world.join(world.staff, 'team');
  const said = await teamSpeaks(world, staff);
  for (const one of outsiders.values()) {
    one.after = await askAll(world, one.session.accessToken, callsOf(world, number, one.feed.cursor));
  }
  const talk = await world.join(world.staff);
  await talk.write(talk.message(BARRIER));
  for (const { feed, open } of outsiders.values()) {
    if (!open) continue;
    await feed.watch.until('the message', () => JSON.stringify(feed.items).includes(BARRIER));
    await open.json.until('the message', () => JSON.stringify(open.json.frames).includes(BARRIER));
    await open.all.watch.until('the message', () => wordsIn(open.all).includes(BARRIER));
  }
  return { world, outsiders, staff, ...said };
}

function settled(world: World): Promise<void> {
  const nothing = async (): Promise<void> => expect(await world.rows('SELECT FROM notifications_due')).toEqual([]);
  return vi.waitFor(nothing, { timeout: 20_000, interval: 50 });
}

async function makeOutsiders(world: World, number: number): Promise<Map<string, Outsider>> {
  const { fixture, running } = world.server;
  const another = await fixture.agency();
  const made = new Map<string, Account>();
  for (const [name, { role, agency, listed }] of Object.entries(WHO)) {
    const of = agency === 'ours' ? { agency: world.agency } : agency === 'another' ? { agency: another } : {};
    const account = await fixture.account(role, of);
    made.set(name, account);
    if (listed === null) continue;
    await world.rows('INSERT INTO participants (conversation_id, account_id, role) VALUES ($1, $2, $3)', [
      world.conversation,
      account.id,
      listed,
    ]);
  }
  const talk = await world.join(world.staff);
  await talk.write(talk.message('Hello everybody'));
  await settled(world);
  const outsiders = new Map<string, Outsider>();
  for (const [name, account] of made) {
    const session = await world.signIn(account);
    const feed = await FeedClient.open(running.url, session);
    const before = await askAll(world, session.accessToken, callsOf(world, number, feed.cursor));
    const open = WHO[name]!.listed !== null && {
      all: await RawClient.open(running.url, `${world.conversation}/all/1`, session),
      json: await JsonClient.open(running.url, number, session.accessToken),
    };
    outsiders.set(name, { account, session, feed, open: open || null, before, after: {} });
  }
  return outsiders;
}

async function teamSpeaks(world: World, staff: RawClient): Promise<Pick<Stage, 'note' | 'file' | 'picture' | 'upload'>> {
  const { http, running } = world.server;
  const { accessToken } = staff.session;
  const send = async (name: string, bytes: Buffer): Promise<AttachmentFact> => {
    const path = `/api/v1/conversations/${world.conversation}/files?thread=team&name=${name}`;
    const answer = await http.call<AttachmentFact>('POST', path, { token: accessToken, body: bytes });
    expect(answer.status).toBe(201);
    return answer.body;
  };
  const file = await send('quetzal.txt', Buffer.from('quetzal feathers'));
  const photo = sharp({ create: { width: 40, height: 30, channels: 3, background: '#0a0' } });
  const picture = await send('quetzal.png', await photo.png().toBuffer());
  const place = { conversation: world.conversation, thread: 'team', name: 'quetzal.bin' };
  const upload = (await tusClient(running.url, accessToken).create(place, 9)).headers.get('location')!;
  const mentions = [world.owner.id];
  const said = await staff.write(staff.message('A quetzal in the kitchen', { mentions, attachments: [file, picture] }));
  await staff.write({ kind: 'edit', of: said.key, text: 'Two quetzals', mentions, sentAt: 1 });
  const owner = await world.join(world.owner, 'team');
  await owner.write({ kind: 'react', to: said.key, emoji: '🦜', on: true, sentAt: 1 });
  await owner.write({ kind: 'assign', to: world.staff.id });
  await owner.write({ kind: 'label', name: 'Quetzal', on: true });
  await owner.write({ kind: 'resolve', on: true });
  staff.sendPresence([{ client: staff.lease, clock: 1, state: '{"typing":true}' }]);
  await owner.watch.until('typing', () => owner.presence.size > 0);
  const reads = [{ conversation: world.conversation, thread: 'team', seq: said.seq }];
  const read = await http.call('PUT', '/api/v1/reads', { token: owner.session.accessToken, body: reads });
  expect(read.status).toBe(204);
  await staff.watch.until('the cursor', () => staff.reads.length > 0);
  await settled(world);
  const [row] = await world.rows<{ number: number }>("SELECT number FROM messages WHERE thread = 'team' AND seq = $1", [
    said.seq,
  ]);
  return { note: { ...said, number: row!.number }, file, picture, upload };
}
