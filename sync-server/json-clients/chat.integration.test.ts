import { beforeEach, describe, expect, it } from 'vitest';

import type { Account, SessionResponse } from '#shared/api/accounts.ts';
import { newId } from '#shared/ids.ts';
import { LIMITS } from '#shared/limits.ts';

import { disableAccount } from '../storage/accounts.ts';
import { setLock } from '../storage/change-conversation.ts';
import { attachSync } from '../sync/attach.ts';
import { worldForEachTest } from '../testing/in-file.ts';
import { connectJson, JsonClient, numberOf, toldAs } from '../testing/json-client.ts';
import { runAdmin } from '../testing/run-admin.ts';
import type { TestPostgres, TestServer } from '../testing/test-server.ts';
import { createWorld, type World } from '../testing/world.ts';

let postgres: TestPostgres;
let server: TestServer;
let world: World;
let number: number;

worldForEachTest((made) => ({ world, server, postgres } = made));
beforeEach(async () => {
  number = await numberOf(world);
});

const url = (): string => server.running.url;
const connect = (account: Account): Promise<JsonClient> => connectJson(world, account);
const refusal = (to: number | string, headers: Record<string, string>): Promise<number> =>
  new JsonClient(url(), to, headers).refusal();

const file = async (session: SessionResponse): Promise<{ id: string }> => {
  const answer = await server.http.call<{ id: string }>(
    'POST',
    `/api/v1/conversations/${world.conversation}/files?name=note.txt`,
    { token: session.accessToken, body: new TextEncoder().encode('a note') },
  );
  expect(answer.status).toBe(201);
  return answer.body;
};

describe('a JSON socket', () => {
  it('[SERVER-3] says which conversation it is in, and nothing else', async () => {
    const client = await connect(world.client);
    expect(client.frames).toEqual([{ type: 'connection_established', conversation_id: number }]);
  });

  it('[SERVER-3] opens with the cookie too, for pages of this site and of allowed ones alone', async () => {
    const allowing = await postgres.server({ allowedOrigins: ['https://app.example.com'] });
    const there = await createWorld(allowing);
    const { accessToken } = await there.signIn(there.client);
    const cookie = `theme=dark; access=${accessToken}`;
    const to = await numberOf(there);
    for (const headers of [{}, { origin: 'https://app.example.com' }, { origin: allowing.running.url }]) {
      const client = new JsonClient(allowing.running.url, to, { cookie, ...headers });
      await client.until('the first frame', () => client.frames.length === 1);
      client.terminate();
    }
    expect(await new JsonClient(allowing.running.url, to, { cookie, origin: 'https://evil.example' }).refusal()).toBe(403);
  });

  it('[SERVER-3] is refused with 401 to whoever is not signed in, 404 for what is not theirs or not there', async () => {
    const other = await createWorld(server);
    const { accessToken } = await world.signIn(world.client);
    const bearer = { authorization: `Bearer ${accessToken}` };
    expect(await refusal(number, {})).toBe(401);
    expect(await refusal(number, { authorization: 'Bearer none' })).toBe(401);
    expect(await refusal(number, { cookie: 'access=none' })).toBe(401);
    expect(await refusal(await numberOf(other), bearer)).toBe(404);
    expect(await refusal(999_999_999, bearer)).toBe(404);
    for (const nonsense of ['0', '-1', '1.5', 'x', '9999999999999999999999', world.conversation]) {
      expect(await refusal(nonsense, bearer)).toBe(404);
    }
    const stranger = await other.signIn(other.staff);
    expect(await refusal(number, { authorization: `Bearer ${stranger.accessToken}` })).toBe(404);
    await server.db.transact((tx) => disableAccount(tx, world.client.id));
    expect(await refusal(number, bearer)).toBe(403);
  });
});

describe('a message', () => {
  it('[SERVER-3] from a JSON client comes to all JSON sockets, its own too, and to documents', async () => {
    const [client, again, staff] = [await connect(world.client), await connect(world.client), await connect(world.staff)];
    const desktop = await world.join(world.worker);
    client.send({ type: 'send_message', message: 'Hello from the web' });
    const frames = await Promise.all([client, again, staff].map((one) => one.next('new_message', 0)));
    const told = await toldAs(world, 'Hello from the web');
    expect(frames).toEqual([told, told, told]);
    const entries = await desktop.watch.until('the entry', () => {
      const all = Object.entries(desktop.doc.getMap('entries').toJSON());
      return all.length > 0 && all;
    });
    expect(entries).toEqual([
      [
        expect.stringMatching(new RegExp(`^${world.client.id}/`)),
        { kind: 'message', text: 'Hello from the web', mentions: [], attachments: [], sentAt: expect.any(Number) },
      ],
    ]);
    await desktop.accepted(entries[0]![0]);
  });

  it('[SERVER-3] from a document comes to JSON sockets; notes of the team, edits and reactions do not', async () => {
    const [client, desktop] = [await connect(world.client), await world.join(world.staff)];
    const notes = await world.join(world.staff, 'team');
    await notes.write(notes.message('between us'));
    const { key } = await desktop.write(desktop.message('Hello from the desk'));
    expect(await client.next('new_message', 0)).toEqual(await toldAs(world, 'Hello from the desk'));
    await desktop.write({ kind: 'react', to: key, emoji: '👍', on: true, sentAt: 1 });
    await desktop.write({ kind: 'edit', of: key, text: 'Hello from the desk!', sentAt: 1 });
    await desktop.write(desktop.message('the last'));
    await client.next('new_message', 1);
    expect(client.of('new_message').map(({ message }) => (message as { text: string }).text)).toEqual([
      'Hello from the desk',
      'the last',
    ]);
  });

  it('[SERVER-3] carries a file that its sender uploaded, and no other', async () => {
    const session = await world.signIn(world.client);
    const [client, desktop] = [await JsonClient.open(url(), number, session.accessToken), await world.join(world.staff)];
    const { id } = await file(session);
    client.send({ type: 'send_message', message: '', attachment_url: `/api/v1/files/${id}` });
    const frame = await client.next('new_message', 0);
    const { message } = await toldAs(world, '');
    const link = (frame['message'] as { attachment_url: string }).attachment_url;
    expect(frame).toEqual({ type: 'new_message', message: { ...(message as object), attachment_url: link } });
    expect(link).toMatch(new RegExp(`^/api/v1/files/${id}\\?expires=\\d+&signature=`));
    // As an image view asks, without a sign-in.
    expect(await (await fetch(`${url()}${link}`)).text()).toBe('a note');
    await desktop.watch.until('the entry', () =>
      Object.values(desktop.doc.getMap('entries').toJSON()).some(
        (fact) => (fact as { attachments: { id: string }[] }).attachments[0]?.id === id,
      ),
    );
    client.send({ type: 'send_message', message: 'x', attachment_url: `${url()}${link}` });
    expect(await client.next('new_message', 1)).toMatchObject({
      message: { attachment_url: expect.stringContaining(`/api/v1/files/${id}?`) },
    });
    const foreign = await file(await world.signIn(world.staff));
    for (const attachment_url of [`/api/v1/files/${foreign.id}`, `/api/v1/files/${newId()}`, 'https://evil.example/x.png']) {
      client.send({ type: 'send_message', message: 'x', attachment_url });
      expect(await client.next('error')).toEqual({ type: 'error', code: 'attachment', message: expect.any(String) });
    }
    expect(client.of('new_message')).toHaveLength(2);
  });

  it('[SERVER-3] that is sent again under its client_message_id is stored once, and its sender is told its message_id again', async () => {
    const session = await world.signIn(world.client);
    const client = await JsonClient.open(url(), number, session.accessToken);
    const frame = { type: 'send_message', message: 'once', client_message_id: newId() };
    client.send(frame);
    const first = await client.next('new_message', 0);
    client.terminate();
    const [again, other] = [await JsonClient.open(url(), number, session.accessToken), await connect(world.staff)];
    again.send(frame);
    expect(await again.next('new_message', 0)).toEqual(first);
    again.send({ ...frame, message: 'something else' });
    expect(await again.next('error', 0)).toEqual({ type: 'error', code: 'conflict', message: expect.any(String) });
    // One that is no id counts for nothing.
    for (let times = 0; times < 2; times++) again.send({ type: 'send_message', message: 'twice', client_message_id: 'x' });
    await again.until('both', () => again.of('new_message').length === 3);
    await other.until('both', () => other.of('new_message').length === 2);
    const rows = await world.rows('SELECT text FROM messages WHERE conversation_id = $1 ORDER BY seq', [world.conversation]);
    expect(rows).toEqual([{ text: 'once' }, { text: 'twice' }, { text: 'twice' }]);
    const [entry] = await world.rows(
      "SELECT id FROM entries WHERE conversation_id = $1 AND kind = 'message' ORDER BY seq LIMIT 1",
      [world.conversation],
    );
    expect(entry).toEqual({ id: frame.client_message_id });
  });

  it('[SERVER-3] of which two sockets of one account send 50 each at once is there once, in the order of its socket', async () => {
    const session = await world.signIn(world.client);
    const sockets = [await JsonClient.open(url(), number, session.accessToken), await connect(world.client)];
    const desktop = await world.join(world.client);
    for (let index = 0; index < 50; index++) {
      for (const [socket, client] of sockets.entries()) client.send({ type: 'send_message', message: `${socket}/${index}` });
      desktop.send(desktop.message(`2/${index}`));
    }
    await Promise.all(sockets.map((client) => client.until('all', () => client.of('new_message').length === 150, 30_000)));
    const texts = sockets.map((client) => client.of('new_message').map(({ message }) => (message as { text: string }).text));
    expect(texts[1]).toEqual(texts[0]);
    for (const prefix of ['0', '1', '2']) {
      const own = texts[0]!.filter((text) => text.startsWith(`${prefix}/`));
      expect(own).toEqual(Array.from({ length: 50 }, (_, index) => `${prefix}/${index}`));
    }
    const leases = await world.rows(
      'SELECT count(DISTINCT client_id) AS leases, count(*) AS entries FROM entries WHERE conversation_id = $1',
      [world.conversation],
    );
    expect(leases).toEqual([{ leases: 2, entries: 150 }]);
    const check = await runAdmin({ DATABASE_URL: server.url }, ['check', '--json']);
    expect(check).toMatchObject({ code: 0 });
    expect(JSON.parse(check.stdout)).toMatchObject({ problems: 0 });
  });

  it('[SERVER-3] goes to the newest epoch, also when that one has just become full', async () => {
    const small = await postgres.server({ attach: (parts) => attachSync(parts, { epochEntries: 4, epochEntriesMost: 4 }) });
    const there = await createWorld(small);
    // Each waits for one commit at a time: four of them share one, and an epoch has room for a part of it.
    const sockets = [];
    for (const account of [there.client, there.worker, there.staff, there.owner]) sockets.push(await connectJson(there, account));
    for (let index = 0; index < 15; index++) for (const client of sockets) client.send({ type: 'send_message', message: 'x' });
    for (const client of sockets) {
      await client.until('all', () => client.of('new_message').length + client.of('error').length >= 60);
      expect(client.of('error')).toEqual([]);
    }
    const [row] = await there.rows<{ most: number; epochs: number }>(
      "SELECT max(entries) AS most, max(epoch) AS epochs FROM documents WHERE thread = 'all' AND conversation_id = $1",
      [there.conversation],
    );
    expect(row).toEqual({ most: 4, epochs: 16 });
  });

  it('[SERVER-3] is refused while sending is closed, with the reason, and the socket stays', async () => {
    const client = await connect(world.client);
    const lock = (on: boolean) =>
      server.db.transact((tx) => setLock(tx, { conversation: world.conversation, reason: 'dispute', on, by: null }));
    await lock(true);
    client.send({ type: 'send_message', message: 'while it is closed' });
    expect(await client.next('error', 0)).toEqual({
      type: 'error',
      code: 'closed',
      message: 'Sending is closed here. The message was not sent.',
    });
    await lock(false);
    client.send({ type: 'send_message', message: 'open again' });
    await client.next('new_message', 0);
    expect(client.of('new_message')).toEqual([await toldAs(world, 'open again')]);
  });
});

describe('frames that can not be read', () => {
  it('[SERVER-3] are answered one by one, and the socket stays', async () => {
    const client = await connect(world.client);
    const bad: [string | Uint8Array, string][] = [
      ['{"type":', 'bad-request'],
      ['', 'bad-request'],
      ['7', 'bad-request'],
      ['[]', 'bad-request'],
      ['[{"type":"send_message","message":"x"}]', 'bad-request'],
      ['{}', 'bad-request'],
      ['{"type":"shutdown"}', 'bad-request'],
      ['{"type":"send_message"}', 'bad-request'],
      ['{"type":"send_message","message":5}', 'bad-request'],
      ['{"type":"send_message","message":"  "}', 'bad-request'],
      ['{"type":"mark_read","message_ids":"all"}', 'bad-request'],
      [new TextEncoder().encode('{"type":"send_message","message":"x"}'), 'bad-request'],
      [JSON.stringify({ type: 'send_message', message: 'x'.repeat(LIMITS.textLength + 1) }), 'too-large'],
      [JSON.stringify({ type: 'send_message', message: 'x'.repeat(500_000) }), 'too-large'],
      ['{"type":"send_message","message":"a\\u0000b"}', 'schema'],
    ];
    for (const [index, [frame, code]] of bad.entries()) {
      client.raw(frame);
      expect(await client.next('error', index)).toEqual({ type: 'error', code, message: expect.stringMatching(/^\S.*\.$/) });
    }
    client.send({ type: 'send_message', message: 'half a sign: \ud83d', hello: 'world' });
    expect(await client.next('new_message', 0)).toMatchObject({ message: { text: 'half a sign: \ufffd' } });
    expect(client.frames).toHaveLength(bad.length + 2);
    expect(client.close).toBeNull();
  });
});
