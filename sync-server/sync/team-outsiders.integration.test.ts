import sharp from 'sharp';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';

import type { Account } from '#shared/api.ts';
import { THREAD_ROOTS } from '#shared/documents.ts';
import type { AttachmentFact } from '#shared/facts.ts';
import type { Role } from '#shared/roles.ts';
import { CLOSE } from '#shared/wire.ts';

import type { Files } from '../files/files.ts';
import { serverInFile } from '../testing/in-file.ts';
import { JsonClient, numberOf } from '../testing/json-client.ts';
import { askAll, callsOf, type Outsider } from '../testing/outsiders.ts';
import { FeedClient, RawClient } from '../testing/raw-client.ts';
import type { TestServer } from '../testing/test-server.ts';
import { tusClient } from '../testing/tus-client.ts';
import { createWorld, type World } from '../testing/world.ts';
import { attachSync } from './attach.ts';

// Every way in to the notes of a team, for everybody who is not of its staff. What the team says holds these words and no others do.
const SECRET = /quetzal/i;
const BARRIER = 'after all of that';
/** `listed`: as what they take part; the rest are strangers. */
const WHO: Record<string, { role: Role; agency: 'ours' | 'another' | 'none'; listed: Role | null }> = {
  'a client': { role: 'client', agency: 'none', listed: 'client' },
  'a worker': { role: 'worker', agency: 'none', listed: 'worker' },
  'an employee who takes part': { role: 'employee', agency: 'ours', listed: 'employee' },
  'an employee who doesn’t': { role: 'employee', agency: 'ours', listed: null },
  'staff of another agency on the job': { role: 'staff', agency: 'another', listed: 'staff' },
  'an owner of another agency on the job': { role: 'owner', agency: 'another', listed: 'owner' },
  'staff of another agency elsewhere': { role: 'staff', agency: 'another', listed: null },
  'a client of another conversation': { role: 'client', agency: 'none', listed: null },
};

let server: TestServer;
let world: World;
let files: Files;
let number: number;
let staff: RawClient;
let note: { key: string; seq: number; number: number };
let file: AttachmentFact;
let picture: AttachmentFact;
let upload: string;
const outsiders = new Map<string, Outsider>();

serverInFile(
  (made) => {
    server = made;
  },
  {
    attach(parts) {
      files = parts.files;
      return attachSync(parts);
    },
  },
);

const url = (): string => server.running.url;
const wordsIn = ({ doc }: RawClient): string =>
  JSON.stringify(Object.values(THREAD_ROOTS).map((root) => doc.getMap(root).toJSON()));
const settled = (): Promise<void> =>
  vi.waitFor(async () => expect(await world.rows('SELECT FROM notifications_due')).toEqual([]), {
    timeout: 20_000,
    interval: 50,
  });

async function makeOutsiders(): Promise<void> {
  const { fixture } = server;
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
  await settled();
  for (const [name, account] of made) {
    const session = await world.signIn(account);
    const feed = await FeedClient.open(url(), session);
    const before = await askAll(world, session.accessToken, callsOf(world, number, feed.cursor));
    const takesPart = WHO[name]!.listed !== null;
    const open = takesPart && {
      all: await RawClient.open(url(), `${world.conversation}/all/1`, session),
      json: await JsonClient.open(url(), number, session.accessToken),
    };
    outsiders.set(name, { account, session, feed, open: open || null, before, after: {} });
  }
}

async function send(name: string, bytes: Buffer): Promise<AttachmentFact> {
  const path = `/api/v1/conversations/${world.conversation}/files?thread=team&name=${name}`;
  const answer = await server.http.call<AttachmentFact>('POST', path, { token: staff.session.accessToken, body: bytes });
  expect(answer.status).toBe(201);
  return answer.body;
}

async function teamSpeaks(): Promise<void> {
  file = await send('quetzal.txt', Buffer.from('quetzal feathers'));
  const photo = sharp({ create: { width: 40, height: 30, channels: 3, background: '#0a0' } });
  picture = await send('quetzal.png', await photo.png().toBuffer());
  const tus = tusClient(url(), staff.session.accessToken);
  const place = { conversation: world.conversation, thread: 'team', name: 'quetzal.bin' };
  upload = (await tus.create(place, 9)).headers.get('location')!;
  const mentions = [world.owner.id];
  const written = await staff.write(staff.message('A quetzal in the kitchen', { mentions, attachments: [file, picture] }));
  const [row] = await world.rows<{ number: number }>("SELECT number FROM messages WHERE thread = 'team' AND seq = $1", [
    written.seq,
  ]);
  note = { ...written, number: row!.number };
  await staff.write({ kind: 'edit', of: note.key, text: 'Two quetzals', mentions, sentAt: 1 });
  const owner = await world.join(world.owner, 'team');
  await owner.write({ kind: 'react', to: note.key, emoji: '🦜', on: true, sentAt: 1 });
  await owner.write({ kind: 'assign', to: world.staff.id });
  await owner.write({ kind: 'label', name: 'Quetzal', on: true });
  await owner.write({ kind: 'resolve', on: true });
  staff.sendPresence([{ client: staff.lease, clock: 1, state: '{"typing":true}' }]);
  await owner.watch.until('typing', () => owner.presence.size > 0);
  const reads = [{ conversation: world.conversation, thread: 'team', seq: note.seq }];
  const { accessToken: token } = owner.session;
  expect((await server.http.call('PUT', '/api/v1/reads', { token, body: reads })).status).toBe(204);
  await staff.watch.until('the cursor', () => staff.reads.length > 0);
  await settled();
}

beforeAll(async () => {
  world = await createWorld(server);
  number = await numberOf(world);
  await makeOutsiders();
  staff = await world.join(world.staff, 'team');
  await teamSpeaks();
  for (const one of outsiders.values()) {
    const cursor = one.feed.cursor;
    one.after = await askAll(world, one.session.accessToken, callsOf(world, number, cursor));
  }
  const talk = await world.join(world.staff);
  await talk.write(talk.message(BARRIER));
  for (const { feed, open } of outsiders.values()) {
    if (!open) continue;
    await feed.watch.until('the message', () => JSON.stringify(feed.items).includes(BARRIER));
    await open.json.until('the message', () => JSON.stringify(open.json.frames).includes(BARRIER));
    await open.all.watch.until('the message', () => wordsIn(open.all).includes(BARRIER));
  }
}, 60_000);

/** All that the sockets of somebody were sent so far. */
function wordsOf({ feed, open }: Outsider): string {
  return JSON.stringify([feed.frames, open?.json.frames]) + (open ? wordsIn(open.all) : '');
}

const call = (one: Outsider, method: string, path: string, body?: unknown) =>
  server.http.call(method, path, { token: one.session.accessToken, body });

async function closeOf(path: string, one: Outsider): Promise<number> {
  return new RawClient(url(), path, one.session).closed();
}

async function refusalIn(one: Outsider, value: Record<string, unknown>): Promise<string | null> {
  if (!one.open) return null;
  const writer = await RawClient.open(url(), `${world.conversation}/all/1`, one.session);
  writer.send(value);
  return (await writer.watch.until('the refusal', () => writer.refusal ?? undefined)).rule;
}

/** Resolves where it is closed to them; every row fails without the rule that closes it. */
const WAYS: Record<string, (one: Outsider) => Promise<void>> = {
  async 'opening its document'(one) {
    expect(await closeOf(`${world.conversation}/team/1`, one)).toBe(CLOSE.notParticipant);
  },
  async 'opening it by a ticket'(one) {
    const { body } = await server.http.call<{ ticket: string }>('POST', '/api/v1/tickets', { token: one.session.accessToken });
    const socket = new WebSocket(`${url().replace('http', 'ws')}/sync/${world.conversation}/team/1?ticket=${body.ticket}`);
    const code = await new Promise((resolve) => {
      socket.once('close', resolve);
    });
    expect(code).toBe(CLOSE.notParticipant);
  },
  async 'its log'(one) {
    const document = `${world.conversation}/team/1`;
    expect((await call(one, 'GET', `/api/v1/log/${document}`)).status).toBe(404);
    const { body } = await call(one, 'POST', '/api/v1/log', [{ document, after: 0 }]);
    const lines = (typeof body === 'string' ? body : JSON.stringify(body)).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { document, error: expect.objectContaining({ code: 'not-found' }) as unknown },
    ]);
  },
  async 'pages of its messages'(one) {
    for (const more of ['', '&limit=100', `&before=${note.seq + 1}`]) {
      const path = `/api/v1/conversations/${world.conversation}/messages?thread=team${more}`;
      expect((await call(one, 'GET', path)).status).toBe(404);
    }
  },
  async 'the feed by a socket'({ feed }) {
    expect(feed.items.filter((item) => !JSON.stringify(item).includes(BARRIER))).toEqual([]);
    expect(feed.frames.filter(({ type }) => type === 'typing')).toEqual([]);
  },
  async 'the feed of the agency, by a cursor of one’s own making'(one) {
    for (const streams of [[world.agency.id], [world.agency.id, one.account.id], [one.account.id, world.agency.id]]) {
      const cursor = Buffer.from(JSON.stringify(streams.map((stream) => [stream, 0]))).toString('base64url');
      expect((await call(one, 'GET', `/api/v1/feed?after=${cursor}`)).status).toBe(410);
      const feed = new FeedClient(url(), one.session, cursor);
      await feed.closed();
      expect(feed.frames).toEqual([]);
    }
  },
  async 'the socket of what everybody reads'({ open }) {
    if (!open) return;
    expect(wordsIn(open.all)).not.toMatch(SECRET);
    expect(JSON.stringify(open.all.doc.getMap('accepted').toJSON())).not.toContain(note.key);
    expect(open.all.presence.size).toBe(0);
    expect(open.all.reads).toEqual([]);
  },
  async 'the socket for JSON clients'({ open }) {
    expect(open?.json.frames.map(({ type }) => type) ?? []).toEqual(open ? ['connection_established', 'new_message'] : []);
  },
  async 'reading one of its messages by number'(one) {
    if (!one.open) return;
    one.open.json.send({ type: 'mark_read', message_ids: [note.number] });
    one.open.json.send({ type: 'mark_read', message_ids: 'not a list' });
    await one.open.json.next('error', 0);
    expect(await world.rows('SELECT thread FROM reads WHERE account_id = $1', [one.account.id])).toEqual([]);
  },
  async 'notifications and webhooks'({ account }) {
    expect(await world.rows("SELECT kind FROM notifications WHERE account_id = $1 AND thread = 'team'", [account.id])).toEqual(
      [],
    );
    expect(await world.rows('SELECT state FROM webhook_deliveries WHERE account_id = $1', [account.id])).toEqual([]);
  },
  async 'bytes, thumbnails and state of its files'(one) {
    for (const { id } of [file, picture]) {
      for (const path of ['', '/thumbnail', '/thumbnail?width=1280', '/state']) {
        expect((await call(one, 'GET', `/api/v1/files/${id}${path}`)).status).toBe(404);
      }
      const headers = { authorization: `Bearer ${one.session.accessToken}` };
      expect((await fetch(`${url()}/api/v1/files/${id}`, { method: 'HEAD', headers })).status).toBe(404);
    }
  },
  async 'its files by a signed link'() {
    for (const { id } of [file, picture]) {
      const link = files.links.sign(id);
      expect((await server.http.call('GET', link)).status).toBe(404);
      expect((await server.http.call('GET', link.replace('?', '/thumbnail?'))).status).toBe(404);
    }
  },
  async 'uploads to it, and those of others'(one) {
    const path = `/api/v1/conversations/${world.conversation}/files?thread=team&name=a.txt`;
    expect((await call(one, 'POST', path, Buffer.from('mine'))).status).toBe(404);
    const tus = tusClient(url(), one.session.accessToken);
    expect((await tus.create({ conversation: world.conversation, thread: 'team', name: 'a.txt' }, 4)).status).toBe(404);
    for (const answer of [await tus.head(upload), await tus.patch(upload, 0, Buffer.from('mine'))])
      expect(answer.status).toBe(404);
  },
  async 'speaking of its entries and files elsewhere'(one) {
    const sentAt = Date.now();
    const refused = one.open ? ['attachment', 'target', 'target'] : [null, null, null];
    expect([
      await refusalIn(one, { kind: 'message', text: 'x', attachments: [file], sentAt }),
      await refusalIn(one, { kind: 'message', text: 'x', replyTo: note.key, sentAt }),
      await refusalIn(one, { kind: 'react', to: note.key, emoji: '👍', on: true, sentAt }),
    ]).toEqual(refused);
    if (!one.open) return;
    const errors = one.open.json.of('error').length;
    one.open.json.send({ type: 'send_message', message: 'x', attachment_url: files.links.sign(file.id) });
    expect(await one.open.json.next('error', errors)).toMatchObject({ code: 'attachment' });
  },
  async 'read cursors'(one) {
    const reads = [{ conversation: world.conversation, thread: 'team', seq: note.seq }];
    expect((await call(one, 'PUT', '/api/v1/reads', reads)).status).toBe(204);
    expect(await world.rows("SELECT seq FROM reads WHERE account_id = $1 AND thread = 'team'", [one.account.id])).toEqual([]);
  },
};

describe.each(Object.keys(WHO))('%s', (who) => {
  const one = (): Outsider => outsiders.get(who)!;

  it.each(Object.keys(WAYS))('[THREAD-9] gets nothing of the team’s notes by %s', async (way) => {
    await WAYS[way]!(one());
    // What it did is still all that they got.
    expect(wordsOf(one())).not.toMatch(SECRET);
  });

  it.each(Object.keys(callsOf({ conversation: '' } as World, 0, '')))('[THREAD-9] sees no difference in %s', (name) => {
    const { before, after } = one();
    expect(before[name]).toMatchObject({ status: expect.any(Number) as number });
    expect(after[name]).toEqual(before[name]);
    expect(JSON.stringify(after[name])).not.toMatch(SECRET);
  });

  it('[THREAD-9] is shown neither documents, cursors nor the state of the team in a record', () => {
    const { status, body } = one().after['the record of the conversation'] as { status: number; body: Record<string, unknown> };
    expect(status).toBe(one().open ? 200 : 404);
    if (status === 404) return;
    expect(body['team']).toBeNull();
    for (const list of ['documents', 'reads']) expect(JSON.stringify(body[list])).not.toContain('team');
  });
});

it('[THREAD-9] its staff get all of it by the same ways, so that the words above were there to be found', async () => {
  const { accessToken: token } = await world.signIn(world.owner);
  const found = async (path: string): Promise<string> => {
    const { status, body } = await server.http.call('GET', path, { token });
    expect(status, path).toBe(200);
    return JSON.stringify(body);
  };
  const one = `/api/v1/conversations/${world.conversation}`;
  expect(await found(`${one}/messages?thread=team`)).toMatch(SECRET);
  expect(await found(one)).toMatch(SECRET);
  expect(await found('/api/v1/notifications')).toMatch(SECRET);
  expect(await found(`/api/v1/files/${file.id}`)).toMatch(SECRET);
  expect(await found(`/api/v1/files/${file.id}/state`)).toMatch(SECRET);
  expect(wordsIn(staff)).toMatch(SECRET);
  await found(`/api/v1/files/${picture.id}/thumbnail`);
  await found(`/api/v1/log/${world.conversation}/team/1`);
});
