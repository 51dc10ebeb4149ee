import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { Account } from '#shared/api/accounts.ts';

import { removeParticipant } from '../storage/change-conversation.ts';
import { numberOf } from '../testing/json-client.ts';
import { startTestPostgres, type TestAnswer, type TestPostgres, type TestServer } from '../testing/test-server.ts';
import { createWorld, type World } from '../testing/world.ts';

let postgres: TestPostgres;
let server: TestServer;
let world: World;
let number: number;

beforeAll(async () => {
  postgres = await startTestPostgres();
  server = await postgres.server();
});
beforeEach(async () => {
  world = await createWorld(server);
  number = await numberOf(world);
});
afterAll(() => postgres.stop());

type Body = Record<string, unknown>;

async function get(account: Account, path: string): Promise<TestAnswer<Body>> {
  return server.http.call<Body>('GET', path, { token: (await world.signIn(account)).accessToken });
}

const person = ({ number: id, name, email }: Account): Body => ({ id, name, email });
const withoutEmail = (account: Account): Body => ({ ...person(account), email: '' });

async function job(): Promise<{ id: number; created: string }> {
  const [row] = await world.rows<{ id: number; at: Date }>(
    'SELECT j.number AS id, c.created_at AS at FROM conversations c JOIN jobs j ON j.id = c.job_id WHERE c.id = $1',
    [world.conversation],
  );
  return { id: row!.id, created: row!.at.toISOString() };
}

async function messageRows(): Promise<{ id: number; at: string }[]> {
  const rows = await world.rows<{ id: number; at: Date }>(
    "SELECT number AS id, accepted_at AS at FROM messages WHERE conversation_id = $1 AND thread = 'all' ORDER BY seq",
    [world.conversation],
  );
  return rows.map(({ id, at }) => ({ id, at: at.toISOString() }));
}

describe('the list of conversations', () => {
  it('[SERVER-3] has the agency’s, field for field, and those of others nowhere', async () => {
    await createWorld(server);
    const { id, created } = await job();
    const empty = {
      conversation_id: number,
      job: { id, title: 'Fix the sink', status: 'ACTIVE' },
      client: person(world.client),
      worker: person(world.worker),
      last_message: null,
      unread_count: 0,
      last_message_at: null,
      created_at: created,
    };
    const list = { success: true, conversations: [empty], total: 1, page: 1, pages: 1 };
    for (const account of [world.owner, world.staff]) {
      expect(await get(account, '/api/agency/conversations')).toMatchObject({ status: 200 });
      expect((await get(account, '/api/agency/conversations?page=1&limit=20')).body).toEqual(list);
    }
    const writer = await world.join(world.client);
    await writer.write(writer.message('Hello'));
    const notes = await world.join(world.staff, 'team');
    await notes.write(notes.message('between us'));
    const [message] = await messageRows();
    const filled = {
      ...empty,
      last_message: { text: 'Hello', sender_name: world.client.name, created_at: message!.at },
      unread_count: 1,
      last_message_at: message!.at,
    };
    expect((await get(world.staff, '/api/agency/conversations')).body).toEqual({ ...list, conversations: [filled] });
  });

  it('[SERVER-3] has their own for clients and workers, without the addresses of others', async () => {
    const other = await createWorld(server);
    const shared = await server.fixture.conversation({ agency: world.agency, people: [world.client], title: 'Paint' });
    const { body } = await get(world.client, '/api/conversations');
    const list = body['conversations'] as Body[];
    expect(list.map(({ job }) => (job as Body)['title'])).toEqual(['Paint', 'Fix the sink']);
    expect(list.map(({ client }) => client)).toEqual([person(world.client), person(world.client)]);
    expect(list.map(({ worker }) => worker)).toEqual([null, withoutEmail(world.worker)]);
    expect(body).toMatchObject({ success: true, total: 2, page: 1, pages: 1 });
    const workers = (await get(world.worker, '/api/conversations')).body;
    expect(workers).toMatchObject({ total: 1, conversations: [{ conversation_id: number, client: withoutEmail(world.client) }] });
    await server.db.transact((tx) => removeParticipant(tx, { conversation: shared, account: world.client.id, by: null }));
    expect((await get(world.client, '/api/conversations')).body).toMatchObject({ total: 1 });
    expect((await get(other.client, '/api/conversations')).body).toMatchObject({ total: 1 });
  });

  it('[SERVER-3] is newest first, and its pages have bounds', async () => {
    for (const title of ['two', 'three'])
      await server.fixture.conversation({ agency: world.agency, people: [world.client], title });
    const page = async (query: string): Promise<[unknown[], unknown, unknown, unknown]> => {
      const { status, body } = await get(world.staff, `/api/agency/conversations${query}`);
      expect(status).toBe(200);
      const titles = (body['conversations'] as { job: Body }[]).map((one) => one.job['title']);
      return [titles, body['total'], body['page'], body['pages']];
    };
    expect(await page('?page=1&limit=2')).toEqual([['three', 'two'], 3, 1, 2]);
    expect(await page('?page=2&limit=2')).toEqual([['Fix the sink'], 3, 2, 2]);
    expect(await page('?page=3&limit=2')).toEqual([[], 3, 3, 2]);
    expect(await page('?page=0&limit=2')).toEqual([['three', 'two'], 3, 1, 2]);
    expect(await page('?page=-7&limit=0')).toEqual([['three'], 3, 1, 3]);
    expect(await page('?limit=1000')).toEqual([['three', 'two', 'Fix the sink'], 3, 1, 1]);
    expect(await page('?page=999999999999999')).toEqual([[], 3, 1_000_000_000, 1]);
    const nobody = await server.fixture.account('client');
    const none = { success: true, conversations: [], total: 0, page: 1, pages: 0 };
    expect((await get(nobody, '/api/conversations')).body).toEqual(none);
  });
});

describe('the messages of a conversation', () => {
  it('[SERVER-3] come oldest first in their present state, field for field', async () => {
    const [client, staff] = [await world.join(world.client), await world.join(world.staff)];
    const gone = await client.write(client.message('a slip'));
    const edited = await client.write(client.message('frist'));
    await staff.write(staff.message('second'));
    await client.write({ kind: 'remove', of: gone.key, sentAt: 1 });
    await client.write({ kind: 'edit', of: edited.key, text: 'first', sentAt: 1 });
    const { status } = await server.http.call('PUT', '/api/v1/reads', {
      token: staff.session.accessToken,
      body: [{ conversation: world.conversation, thread: 'all', seq: edited.seq }],
    });
    expect(status).toBe(204);
    const rows = await messageRows();
    const { id: job_id } = await job();
    const message = (index: number, text: string, sender: Body, is_read: boolean): Body => ({
      message_id: rows[index]!.id,
      sender,
      text,
      attachment_url: null,
      is_read,
      created_at: rows[index]!.at,
    });
    const page = {
      success: true,
      messages: [
        message(0, '', person(world.client), true),
        message(1, 'first', person(world.client), true),
        message(2, 'second', person(world.staff), false),
      ],
      conversation: { id: number, job_id, job_title: 'Fix the sink' },
      total: 3,
      page: 1,
      pages: 1,
    };
    expect((await get(world.owner, `/api/agency/conversations/${number}/messages?page=1&limit=50`)).body).toEqual(page);
    const theirs = page.messages.map((one, index) => (index === 2 ? { ...one, sender: withoutEmail(world.staff) } : one));
    expect((await get(world.client, `/api/conversations/${number}/messages`)).body).toEqual({ ...page, messages: theirs });
  });

  it('[SERVER-3] come in pages with bounds', async () => {
    const client = await world.join(world.client);
    for (const text of ['1', '2', '3', '4', '5']) await client.write(client.message(text));
    const page = async (query: string): Promise<unknown[]> => {
      const { status, body } = await get(world.staff, `/api/agency/conversations/${number}/messages${query}`);
      expect(status).toBe(200);
      return [(body['messages'] as Body[]).map(({ text }) => text).join(''), body['total'], body['page'], body['pages']];
    };
    expect(await page('')).toEqual(['12345', 5, 1, 1]);
    expect(await page('?limit=2')).toEqual(['12', 5, 1, 3]);
    expect(await page('?page=3&limit=2')).toEqual(['5', 5, 3, 3]);
    expect(await page('?page=4&limit=2')).toEqual(['', 5, 4, 3]);
    expect(await page('?page=0&limit=1000')).toEqual(['12345', 5, 1, 1]);
    for (const query of ['?page=x', '?limit=1.5', '?page=1&page=2', '?limit=NaN', '?limit=Infinity']) {
      const { status, body } = await get(world.staff, `/api/agency/conversations/${number}/messages${query}`);
      expect([status, body]).toEqual([400, { error: expect.any(String) }]);
    }
  });

  it('[SERVER-3] are 404 with a text for whoever they are not for', async () => {
    const other = await createWorld(server);
    const employee = await server.fixture.account('employee', { agency: world.agency });
    const missing = { status: 404, body: { error: expect.any(String) } };
    const theirs = await numberOf(other);
    for (const id of [theirs, 999_999_999, 0, -1, '1.5', 'x', world.conversation, '9'.repeat(40), "1'--"]) {
      expect(await get(world.staff, `/api/agency/conversations/${encodeURIComponent(id)}/messages`)).toMatchObject(missing);
      expect(await get(world.client, `/api/conversations/${encodeURIComponent(id)}/messages`)).toMatchObject(missing);
    }
    for (const account of [world.client, world.worker, employee, other.owner]) {
      expect(await get(account, `/api/agency/conversations/${number}/messages`)).toMatchObject(missing);
    }
    expect(await get(employee, `/api/conversations/${number}/messages`)).toMatchObject(missing);
    await server.db.transact((tx) =>
      removeParticipant(tx, { conversation: world.conversation, account: world.staff.id, by: null }),
    );
    expect(await get(world.staff, `/api/agency/conversations/${number}/messages`)).toMatchObject(missing);
    expect(await get(world.staff, '/api/agency/conversations')).toMatchObject({ body: { total: 0 } });
    expect(await get(world.client, '/api/agency/conversations')).toEqual(
      expect.objectContaining({ status: 403, body: { error: expect.any(String) } }),
    );
  });

  it('[SERVER-3] want a sign-in, by header or by cookie', async () => {
    const { accessToken } = await world.signIn(world.client);
    const path = `${server.running.url}/api/conversations/${number}/messages`;
    for (const headers of [{}, { cookie: 'access=none' }, { authorization: 'Basic x', cookie: `access=${accessToken}` }]) {
      const answer = await fetch(path, { headers: headers as Record<string, string> });
      expect([answer.status, await answer.json()]).toEqual([401, { error: expect.any(String) }]);
    }
    const answer = await fetch(path, { headers: { cookie: `theme=dark; access=${accessToken}` } });
    expect([answer.status, await answer.json()]).toMatchObject([200, { success: true, total: 0 }]);
    // What changes something takes the cookie from no other site's page.
    const signOut = async (origin?: string): Promise<number> => {
      const headers = { cookie: `access=${accessToken}`, ...(origin === undefined ? {} : { origin }) };
      return (await fetch(`${server.running.url}/api/v1/session`, { method: 'DELETE', headers })).status;
    };
    expect([await signOut('https://evil.example'), await signOut(server.running.url)]).toEqual([403, 204]);
  });
});
