import { beforeEach, describe, expect, it } from 'vitest';

import { CLOSE } from '#shared/wire.ts';

import { secretHash } from '../auth/one-time-secret.ts';
import type { LogFields } from '../log.ts';
import { insertApiKey, revokeApiKey } from '../storage/api-keys.ts';
import { worldForEachTest } from '../testing/in-file.ts';
import { FeedClient, RawClient } from '../testing/raw-client.ts';
import { runAdmin } from '../testing/run-admin.ts';
import type { TestAnswer, TestPostgres, TestServer } from '../testing/test-server.ts';
import { createWorld, type World } from '../testing/world.ts';

type PlatformAnswer = TestAnswer<{
  externalId: string;
  conversation: { id: string; number: number };
  job: { title: string; status: string; location: string | null; startsOn: string | null };
  participants: { account: string; name: string; role: string; left: boolean }[];
  locks: string[];
  error: { code: string; message: string };
}>;

let world: World;
let server: TestServer;
let postgres: TestPostgres;
const lines: { event: string; fields: LogFields }[] = [];
const log = { info: (event: string, fields: LogFields = {}) => void lines.push({ event, fields }), warn() {}, error() {} };

/** More than any other test makes with its key. */
const CALLS_PER_KEY = 150;
worldForEachTest((made) => ({ world, server, postgres } = made), { log, limits: { callsPerKey: CALLS_PER_KEY } });

const SECRET = 'trk_a-secret-of-the-tests';
let keys = 0;
let secret: string;
async function makeKey(makesAccounts: boolean, agencyId = world.agency.id): Promise<string> {
  const text = `${SECRET}-${++keys}`;
  const hash = secretHash(text);
  await server.db.transact((tx) => insertApiKey(tx, { agencyId, name: `key ${keys}`, issuer: 'platform', makesAccounts, hash }));
  return text;
}
beforeEach(async () => {
  secret = await makeKey(true);
});

const call = (method: string, path: string, body?: unknown, token = secret): Promise<PlatformAnswer> =>
  server.http.call(method, `/api/v1/platform/jobs/${path}`, { token, ...(body === undefined ? {} : { body }) });
const eventsOf = async (conversation: string): Promise<{ type: string }[]> =>
  (
    await world.rows<{ event: { type: string } }>(
      "SELECT event FROM events WHERE conversation_id = $1 AND thread = 'all' ORDER BY seq",
      [conversation],
    )
  ).map(({ event }) => event);

const people = (person: string): string => `job-2/participants/${encodeURIComponent(person)}`;

describe('a platform', () => {
  it('[JOB-3] says a job and its conversation is there, however often it says it, also twice at once', async () => {
    const staff = await FeedClient.open(server.running.url, await world.signIn(world.staff));
    const said = {
      title: 'Paint the gate',
      location: 'Cebu',
      participants: [
        { person: world.client.email, role: 'client' },
        { person: '77', role: 'worker', name: 'Wim Works', email: `wim-${keys}@example.com` },
      ],
    };
    const both = await Promise.all([call('PUT', 'job-1', said), call('PUT', 'job-1', said)]);
    expect(new Set(both.map(({ status }) => status))).toEqual(new Set([200, 201]));
    expect(both[0].body).toEqual(both[1].body);
    const { conversation, ...rest } = both[0].body;
    expect(rest).toMatchObject({
      externalId: 'job-1',
      job: { title: 'Paint the gate', status: 'open', location: 'Cebu' },
      locks: [],
    });
    expect(rest.participants.map(({ role, name }) => [role, name])).toEqual([
      ['client', world.client.name],
      ['worker', 'Wim Works'],
    ]);
    await staff.watch.until('the conversation', () =>
      staff.items.some((item) => item.kind === 'conversation' && item.conversation.id === conversation.id),
    );
    const changed = await call('PUT', 'job-1', { status: 'disputed', title: 'Paint both gates' });
    expect(changed.body).toMatchObject({
      job: { title: 'Paint both gates', location: 'Cebu', status: 'disputed' },
      locks: ['dispute'],
    });
    expect((await call('PUT', 'job-1', { status: 'disputed' })).body).toEqual(changed.body);
    expect((await call('PUT', 'job-1', { status: 'in-progress' })).body.locks).toEqual([]);
    expect((await eventsOf(conversation.id)).map(({ type }) => type)).toEqual([
      'conversation-created',
      'job-changed',
      'job-status',
      'locked',
      'job-status',
      'unlocked',
    ]);
    expect((await call('GET', 'job-1')).body.conversation).toEqual(conversation);
  });

  it('[JOB-3] lets people in and out, by its own id or by address, each told in the thread', async () => {
    const { body } = await call('PUT', 'job-2', { title: 'A roof' });
    expect((await call('PUT', people(world.client.email), { role: 'client' })).status).toBe(200);
    const added = await call('PUT', people('81'), { role: 'worker', name: 'Ada', email: `ada-${keys}@example.com` });
    const again = await call('PUT', people('81'), { role: 'worker' });
    expect(again.body.participants).toEqual(added.body.participants);
    const client = await FeedClient.open(server.running.url, await world.signIn(world.client));
    expect(
      (await call('DELETE', people(world.client.email))).body.participants.find(({ role }) => role === 'client'),
    ).toMatchObject({
      left: true,
    });
    await client.watch.until('that it is gone', () => client.items.some(({ kind }) => kind === 'left'));
    expect((await call('PUT', people(world.client.email), { role: 'client' })).body.participants.every(({ left }) => !left)).toBe(
      true,
    );
    expect((await eventsOf(body.conversation.id)).slice(1).map(({ type }) => type)).toEqual([
      'joined',
      'joined',
      'left',
      'joined',
    ]);
    expect((await call('PUT', people(world.client.email), { role: 'worker' })).status).toBe(409);
    expect((await call('PUT', people('99'), { role: 'worker' })).body.error.message).toContain('"name" and "email"');
    const taken = await call('PUT', people('99'), { role: 'worker', name: 'Not her', email: world.worker.email });
    expect(taken.status).toBe(409);
    const strict = await makeKey(false);
    expect((await call('PUT', people('99'), { role: 'worker', name: 'X', email: 'x@example.com' }, strict)).status).toBe(404);
    expect((await call('DELETE', people('99'))).status).toBe(404);
  });

  it('[JOB-3] closes and opens sending, and a closed thread refuses what is written', async () => {
    const { conversation } = (await call('PUT', 'job-3', { title: 'A wall' })).body;
    for (const reason of ['closed', 'dispute', 'before-start'])
      expect((await call('PUT', `job-3/locks/${reason}`)).body.locks).toContain(reason);
    for (const reason of ['closed', 'dispute', 'before-start'])
      expect((await call('DELETE', `job-3/locks/${reason}`)).body.locks).not.toContain(reason);
    expect((await call('PUT', 'job-3/locks/whim')).status).toBe(400);
    expect((await call('POST', 'job-3/close')).body.locks).toEqual(['closed']);
    await call('PUT', `job-3/participants/${encodeURIComponent(world.client.email)}`, { role: 'client' });
    const client = await RawClient.open(server.running.url, `${conversation.id}/all/1`, await world.signIn(world.client));
    client.send(client.message('too late'));
    expect(await client.closed()).toBe(CLOSE.replicaRefused);
    expect((await call('POST', 'job-3/reopen')).body.locks).toEqual([]);
  });

  it('[JOB-3] reaches its own agency’s jobs alone, with a key that is good, and nothing else with it', async () => {
    await call('PUT', 'job-4', { title: 'Ours' });
    const other = await createWorld(server);
    const theirs = await makeKey(true, other.agency.id);
    expect((await call('GET', 'job-4', undefined, theirs)).status).toBe(404);
    expect((await call('PUT', 'job-4', { title: 'Theirs' }, theirs)).status).toBe(201);
    expect((await call('GET', 'job-4')).body.job.title).toBe('Ours');
    expect((await call('GET', 'job-4', undefined, 'trk_none')).status).toBe(401);
    expect((await call('GET', 'job-4', undefined, (await world.signIn(world.owner)).accessToken)).status).toBe(401);
    expect((await server.http.call('GET', '/api/v1/conversations', { token: secret })).status).toBe(401);
    await server.db.transact((tx) => revokeApiKey(tx, world.agency.id, `key ${keys - 1}`));
    expect((await call('GET', 'job-4')).status).toBe(401);
  });

  it('[JOB-3] refuses what is not as it should be, and changes nothing by it', async () => {
    expect((await call('PUT', 'job-5', {})).body.error.message).toContain('title');
    expect((await call('PUT', 'job-5', { title: 'x', status: 'lost' })).status).toBe(400);
    expect((await call('PUT', 'job-5', { title: 'x', startsOn: 'soon' })).status).toBe(400);
    expect((await call('PUT', 'job-5', { title: 'x', participants: [{ person: 'nobody', role: 'worker' }] })).status).toBe(400);
    expect((await call('GET', 'job-5')).status).toBe(404);
  });

  it('[JOB-3] is in the log by its key’s name, never by its secret, and is slowed down beyond a rate', async () => {
    lines.length = 0;
    await call('PUT', 'job-6', { title: 'x' });
    expect(lines.find(({ event }) => event === 'platform-call')?.fields).toMatchObject({
      key: `key ${keys}`,
      agency: world.agency.id,
      job: 'job-6',
      method: 'PUT',
      status: 201,
    });
    expect(JSON.stringify(lines)).not.toContain(SECRET);
    const many = await Promise.all(Array.from({ length: CALLS_PER_KEY }, () => call('GET', 'job-6')));
    expect(new Set(many.map(({ status }) => status))).toEqual(new Set([200, 429]));
  });
});

describe('keys', () => {
  it('[SERVER-5] are made, shown once, listed without the secret, and end at once', async () => {
    const admin = (...args: string[]) =>
      runAdmin({ DATABASE_URL: server.url, DATA_DIR: `${postgres.dataDir}/admin` }, [
        ...args,
        '--agency',
        world.agency.name,
        '--json',
      ]);
    const made = JSON.parse((await admin('create-api-key', '--name', 'Marketplace')).stdout) as {
      key: string;
      makesAccounts: boolean;
    };
    expect(made.key).toMatch(/^trk_[\w-]{43}$/);
    expect(made.makesAccounts).toBe(false);
    expect((await admin('create-api-key', '--name', 'Marketplace')).code).toBe(1);
    expect((await call('PUT', 'job-7', { title: 'x' }, made.key)).status).toBe(201);
    const list = await admin('list-api-keys');
    expect(list.stdout).toContain('Marketplace');
    expect(list.stdout).not.toContain(made.key);
    expect((await admin('revoke-api-key', '--key', 'Marketplace')).code).toBe(0);
    expect((await admin('revoke-api-key', '--key', 'Marketplace')).code).toBe(1);
    expect((await call('GET', 'job-7', undefined, made.key)).status).toBe(401);
    const stored = await world.rows<{ row: string }>('SELECT k::text AS row FROM api_keys k');
    expect(stored.every(({ row }) => !row.includes(made.key))).toBe(true);
  });
});
