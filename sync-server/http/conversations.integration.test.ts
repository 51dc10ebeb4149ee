import { beforeEach, describe, expect, test } from 'vitest';

import type { Account } from '#shared/api/accounts.ts';
import type { Conversation } from '#shared/api/conversations.ts';

import { silentLog } from '../log.ts';
import type { Agency } from '../storage/accounts.ts';
import { setLock } from '../storage/change-conversation.ts';
import { conversationRecords } from '../storage/conversations.ts';
import { openDatabase } from '../storage/database.ts';
import { postgresInFile } from '../testing/in-file.ts';
import type { TestPostgres, TestServer } from '../testing/test-server.ts';

type List = { conversations: Conversation[]; next: string | null; feed: string };

let postgres: TestPostgres;
let server: TestServer;
let agency: Agency;
let owner: Account;
let client: Account;
let token: string;

postgresInFile((started) => void (postgres = started));
beforeEach(async () => {
  server = await postgres.server();
  agency = await server.fixture.agency();
  owner = await server.fixture.account('owner', { agency });
  client = await server.fixture.account('client');
  token = (await server.http.signIn(owner)).accessToken;
  return () => server.close();
});

describe('the list', () => {
  test('[SERVER-1] pages through all of them once, newest activity first, also where times are equal', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 7; index++) ids.push(await server.fixture.conversation({ agency, people: [client] }));
    await server.db.transact((tx) => tx.rows("UPDATE conversations SET last_activity_at = '2026-01-01T00:00:00.123456Z'"));
    const newest = ids[2]!;
    await server.db.transact((tx) => tx.rows('UPDATE conversations SET last_activity_at = now() WHERE id = $1', [newest]));
    const seen: string[] = [];
    let before: string | null = null;
    do {
      const query: string = before === null ? '' : `&before=${before}`;
      const page: { body: List } = await server.http.call<List>('GET', `/api/v1/conversations?limit=3${query}`, { token });
      seen.push(...page.body.conversations.map(({ id }) => id));
      before = page.body.next;
    } while (before !== null);
    expect(seen[0]).toBe(newest);
    expect(seen.toSorted()).toEqual(ids.toSorted());
  });

  test('[SERVER-1] refuses a cursor that it did not give, and a limit that is too high', async () => {
    for (const query of [
      'before=x',
      `before=${Buffer.from('["2026-13-45","zz"]').toString('base64url')}`,
      'limit=101',
      'limit=0',
    ]) {
      expect((await server.http.call('GET', `/api/v1/conversations?${query}`, { token })).status).toBe(400);
    }
  });

  test('[SERVER-1] takes as many statements for a hundred records as for one', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 5; index++) ids.push(await server.fixture.conversation({ agency, people: [client] }));
    const db = openDatabase(server.url, silentLog, { connections: 1 });
    const count = (wanted: string[]) =>
      db.read(async (reader) => {
        let statements = 0;
        const counting = {
          ...reader,
          rows: (sql: string, values?: readonly unknown[]) => (statements++, reader.rows(sql, values)),
        };
        const records = await conversationRecords(counting as typeof reader, wanted, owner.id);
        expect(records.map(({ id }) => id)).toEqual(wanted);
        return statements;
      });
    expect(await count(ids)).toBe(await count(ids.slice(0, 1)));
    await db.close();
  });
});

describe('a conversation', () => {
  test('[SERVER-1] is made by staff, with people, first documents and first event, and is there for the client at once', async () => {
    const worker = await server.fixture.account('worker');
    const body = {
      job: { title: ' Paint the door ', startsOn: '2024-12-01' },
      clients: [client.id, client.id],
      workers: [worker.id],
    };
    const made = await server.http.call<Conversation>('POST', '/api/v1/conversations', { token, body });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      job: { title: 'Paint the door', status: 'open', location: null, startsOn: '2024-12-01' },
      participants: [
        { account: client.id, name: client.name, role: 'client', left: false },
        { account: worker.id, name: worker.name, role: 'worker', left: false },
      ],
      lastSeq: 1,
      unread: 0,
    });
    const theirs = await server.http.signIn(client);
    const seen = await server.http.call<List>('GET', '/api/v1/conversations', { token: theirs.accessToken });
    expect(seen.body.conversations[0]?.id).toBe(made.body.id);
    const history = await server.http.call('GET', `/api/v1/conversations/${made.body.id}/messages`, {
      token: theirs.accessToken,
    });
    expect(history.body).toMatchObject({
      messages: [{ kind: 'event', seq: 1, event: { type: 'conversation-created', by: owner.id } }],
    });
  });

  test('[SERVER-1] is not made with people who are not what they are named as', async () => {
    const worker = await server.fixture.account('worker');
    const stranger = await server.fixture.account('employee', { agency: await server.fixture.agency() });
    for (const body of [
      { job: { title: 'x' }, clients: [worker.id] },
      { job: { title: 'x' }, clients: [client.id], employees: [stranger.id] },
      { job: { title: 'x' }, clients: [] },
      { job: { title: ' ' }, clients: [client.id] },
    ]) {
      expect((await server.http.call('POST', '/api/v1/conversations', { token, body })).status).toBe(400);
    }
    const list = await server.http.call<List>('GET', '/api/v1/conversations', { token });
    expect(list.body.conversations).toEqual([]);
  });

  test('[SERVER-1] that is locked shows it in record and history, in pages that fit together', async () => {
    const id = await server.fixture.conversation({ agency, people: [client] });
    const lock = (on: boolean) =>
      server.db.transact((tx) => setLock(tx, { conversation: id, reason: 'dispute', on, by: owner.id }));
    expect([await lock(true), await lock(true)]).toEqual([true, false]);
    const record = await server.http.call<Conversation>('GET', `/api/v1/conversations/${id}`, { token });
    expect(record.body.locks).toEqual(['dispute']);
    await lock(false);
    const types: string[] = [];
    let before: number | null = null;
    do {
      type Page = { messages: { kind: 'event'; event: { type: string } }[]; before: number | null };
      const query: string = before === null ? '' : `&before=${before}`;
      const page: { body: Page } = await server.http.call<Page>('GET', `/api/v1/conversations/${id}/messages?limit=1${query}`, {
        token,
      });
      types.unshift(...page.body.messages.map(({ event }) => event.type));
      before = page.body.before;
    } while (before !== null);
    expect(types).toEqual(['conversation-created', 'locked', 'unlocked']);
  });
});

describe('a file', () => {
  const PNG = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  );

  test('[SERVER-1] comes back as it was sent, with the type that it really is, never to be run in a page', async () => {
    const id = await server.fixture.conversation({ agency, people: [client] });
    const path = `/api/v1/conversations/${id}/files?thread=all&name=${encodeURIComponent('Türe "1".html')}`;
    const sent = await server.http.call<{ id: string }>('POST', path, { token, body: PNG });
    expect(sent.status).toBe(201);
    expect(sent.body).toMatchObject({ name: 'Türe "1".html', type: 'image/png', bytes: PNG.length, width: 1, height: 1 });
    const answer = await fetch(`${server.running.url}/api/v1/files/${sent.body.id}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(PNG);
    expect(answer.headers.get('content-type')).toBe('image/png');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''T%C3%BCre%20%221%22.html");
  });

  test('[SERVER-6] that is too large, empty, or named like a path is refused', async () => {
    const id = await server.fixture.conversation({ agency, people: [client] });
    const send = (name: string, body: Buffer) =>
      server.http.call('POST', `/api/v1/conversations/${id}/files?name=${encodeURIComponent(name)}`, { token, body });
    expect((await send('a.bin', Buffer.alloc(25 * 1024 * 1024 + 1))).status).toBe(413);
    expect((await send('a.bin', Buffer.alloc(0))).status).toBe(400);
    for (const name of ['../a', 'a\\b', 'a\u202Egnp.exe', 'a\nb', ' ']) expect((await send(name, PNG)).status).toBe(400);
  });
});

test('[SERVER-6] health needs nothing, readiness needs Postgres', async () => {
  expect((await server.http.call('GET', '/healthz')).status).toBe(200);
  expect((await server.http.call('GET', '/readyz')).body).toEqual({ ready: true });
  expect((await server.http.call('GET', '/api/v1/server')).body).toMatchObject({
    product: 'trialogue',
    version: '0.0.0-test',
    signIn: ['password'],
  });
});

test('[SERVER-6] the log holds neither tokens, addresses nor queries', async () => {
  const lines: string[] = [];
  const note = (event: string, fields?: object) => void lines.push(JSON.stringify({ event, ...fields }));
  const logged = await postgres.server({ log: { info: note, warn: note, error: note } });
  const account = await logged.fixture.account('client', { email: 'secret-address@example.com' });
  const session = await logged.http.signIn(account);
  await logged.http.call('GET', '/api/v1/conversations?before=secret-query', { token: session.accessToken });
  await logged.http.call('GET', '/nowhere?secret-query', { token: session.accessToken });
  await logged.close();
  expect(lines.length).toBeGreaterThan(0);
  for (const secret of [session.accessToken, session.refreshToken, 'secret-address', 'secret-query']) {
    expect(lines.join('\n')).not.toContain(secret);
  }
});
