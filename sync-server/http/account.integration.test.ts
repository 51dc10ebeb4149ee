import { beforeEach, describe, expect, test } from 'vitest';

import type { Account, SessionResponse } from '#shared/api/accounts.ts';
import type { Invitation } from '#shared/api/people.ts';
import type { ErrorShape } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import { CLOSE } from '#shared/wire.ts';

import { startReset } from '../auth/password-changes.ts';
import { PASSWORD_RULES } from '../auth/password-rules.ts';
import { disableAccount } from '../storage/accounts.ts';
import { worldForEachTest } from '../testing/in-file.ts';
import { FeedClient } from '../testing/raw-client.ts';
import { PASSWORD, type TestAnswer, type TestServer } from '../testing/test-server.ts';
import { createWorld, type World } from '../testing/world.ts';

type Failure = { error: ErrorShape };
type Made = Invitation & { token: string; link: string };

const NEXT = 'another horse, another staple';

let server: TestServer;
let world: World;
let addresses = 0;
let lines: string[];

const note = (event: string, fields?: object): void => void lines?.push(JSON.stringify({ event, ...fields }));
worldForEachTest((made) => ({ server, world } = made), {
  trustedProxies: ['127.0.0.1'],
  log: { info: note, warn: note, error: note },
});
// Each test calls from an address of its own, so that the limits of one are met only where a test wants it.
beforeEach(() => {
  addresses += 1;
  lines = [];
});

async function post<T = Failure>(path: string, body: unknown, token?: string): Promise<TestAnswer<T>> {
  const response = await fetch(`${server.running.url}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-forwarded-for': `10.0.0.${addresses}`,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: (text === '' ? null : JSON.parse(text)) as T };
}

async function codeOf(answer: Promise<{ status: number; body: Failure }>): Promise<[number, string]> {
  const { status, body } = await answer;
  return [status, body?.error.code];
}

const signIn = ({ email }: { email: string }, password: string) =>
  post<SessionResponse & Failure>('/api/v1/session', { email, password, device: { name: 'x' } });
const isSignedIn = async (accessToken: string): Promise<boolean> =>
  (await server.http.call('GET', '/api/v1/sessions', { token: accessToken })).status === 200;

const set = (token: string, password: string) => post('/api/v1/password/reset', { token, password });
const accept = (token: string, more: object = {}) =>
  post<SessionResponse & Failure>('/api/v1/invitations/accept', { token, password: NEXT, device: { name: 'New' }, ...more });
const change = async (by: Account, id: string, body: object) =>
  server.http.call<Failure>('PATCH', `/api/v1/people/${id}`, { token: (await world.signIn(by)).accessToken, body });

describe('a password', () => {
  test('[SERVER-8] is changed by who knows it; all other sessions end at once, sockets too', async () => {
    const [here, there] = [await world.signIn(world.client), await world.signIn(world.client)];
    const feed = await FeedClient.open(server.running.url, there);
    const change = (current: string, next: string) => post('/api/v1/password', { current, next }, here.accessToken);
    expect(await codeOf(change('wrong', NEXT))).toEqual([401, 'sign-in-failed']);
    const weak = await change(PASSWORD, 'short');
    expect([weak.status, weak.body.error.message]).toEqual([400, PASSWORD_RULES]);
    expect(await isSignedIn(there.accessToken)).toBe(true);
    expect((await change(PASSWORD, NEXT)).status).toBe(204);
    await feed.watch.until('the close', () => feed.close === CLOSE.signIn);
    expect([await isSignedIn(here.accessToken), await isSignedIn(there.accessToken)]).toEqual([true, false]);
    expect([(await signIn(world.client, PASSWORD)).status, (await signIn(world.client, NEXT)).status]).toEqual([401, 200]);
  });

  test('[SERVER-8] is guessed slowly also by who is signed in', async () => {
    const { accessToken } = await world.signIn(world.client);
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 11; attempt++) {
      addresses += 1;
      statuses.push((await post('/api/v1/password', { current: 'guess', next: NEXT }, accessToken)).status);
    }
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429]);
  });

  test('[SERVER-8] that is changed leaves nobody in who signed in with the old one at that moment', async () => {
    const { accessToken } = await world.signIn(world.client);
    const attempts = Array.from({ length: 8 }, () => signIn(world.client, PASSWORD));
    const changed = await post('/api/v1/password', { current: PASSWORD, next: NEXT }, accessToken);
    expect(changed.status).toBe(204);
    for (const { status, body } of await Promise.all(attempts)) {
      expect(status === 401 || !(await isSignedIn(body.accessToken))).toBe(true);
    }
    expect(await isSignedIn(accessToken)).toBe(true);
  });

  test('[SERVER-8] changed twice at once is changed once', async () => {
    const { accessToken } = await world.signIn(world.client);
    const change = (next: string) => post('/api/v1/password', { current: PASSWORD, next }, accessToken);
    const statuses = (await Promise.all([change(NEXT), change(`${NEXT}!`)])).map(({ status }) => status);
    // The one that comes late finds its "current" wrong, or that it was changed under it.
    expect(statuses).toContain(204);
    expect(statuses.filter((status) => [401, 409].includes(status))).toHaveLength(1);
  });

  test('[SERVER-8] that was reset is gone with all sessions; the link sets another, once', async () => {
    const { accessToken } = await world.signIn(world.client);
    const { secret, expiresAt } = await startReset(server.db, world.client.id);
    expect(expiresAt.getTime() - Date.now()).toBeLessThanOrEqual(60 * 60_000);
    expect(await isSignedIn(accessToken)).toBe(false);
    expect((await signIn(world.client, PASSWORD)).status).toBe(401);
    expect(await codeOf(set(secret, 'short'))).toEqual([400, 'bad-request']);
    expect(await codeOf(set('made-up', NEXT))).toEqual([404, 'not-found']);
    const both = await Promise.all([set(secret, NEXT), set(secret, NEXT)]);
    expect(both.map(({ status }) => status)).toEqual(expect.arrayContaining([204, 404]));
    expect((await signIn(world.client, NEXT)).status).toBe(200);
    expect((await set(secret, `${NEXT}!`)).status).toBe(404);
    expect(lines.length).toBeGreaterThan(0);
    for (const kept of [secret, NEXT, world.client.email]) expect(lines.join('\n')).not.toContain(kept);
  });

  test('[SERVER-8] of several resets the last one counts, for an hour, and for nobody who is disabled', async () => {
    const [first, second] = [await startReset(server.db, world.client.id), await startReset(server.db, world.client.id)];
    expect(await codeOf(set(first.secret, NEXT))).toEqual([404, 'not-found']);
    await server.db.transact((tx) => tx.rows("UPDATE password_resets SET expires_at = now() - interval '1 second'"));
    expect(await codeOf(set(second.secret, NEXT))).toEqual([404, 'not-found']);
    const third = await startReset(server.db, world.client.id);
    await server.db.transact((tx) => disableAccount(tx, world.client.id));
    expect(await codeOf(set(third.secret, NEXT))).toEqual([403, 'account-disabled']);
    const stored = await world.rows<{ hash: Buffer }>('SELECT hash FROM password_resets');
    expect(stored.map(({ hash }) => hash.toString('base64url'))).not.toContain(third.secret);
  });
});

describe('an invitation', () => {
  let owner: SessionResponse;
  let people = 0;
  const invitee = () => ({ email: `invited-${++people}@example.com`, role: 'staff', name: 'Ines' });
  const invite = (body: object) => post<Made & Failure>('/api/v1/invitations', body, owner.accessToken);
  const list = async () =>
    (await server.http.call<{ invitations: Invitation[] }>('GET', '/api/v1/invitations', { token: owner.accessToken })).body
      .invitations;

  beforeEach(async () => {
    owner = await world.signIn(world.owner);
  });

  test('[SERVER-8] makes an account of its role at its agency, once', async () => {
    const wanted = invitee();
    const { status, body: made } = await invite(wanted);
    expect([status, made.state]).toEqual([201, 'open']);
    expect(made.link).toBe(`${server.running.url}/account#invitation=${made.token}`);
    const read = await post('/api/v1/invitations/read', { token: made.token });
    expect(read.body).toEqual({ ...wanted, agency: world.agency.name });
    expect(await codeOf(accept(made.token, { password: 'short' }))).toEqual([400, 'bad-request']);
    const both = await Promise.all([accept(made.token), accept(made.token, { name: 'Other' })]);
    expect(both.map(({ status }) => status)).toEqual(expect.arrayContaining([201, 404]));
    const { body: session } = both.find((one) => one.status === 201)!;
    expect(session.account).toMatchObject({ email: wanted.email, role: 'staff', agency: { id: world.agency.id } });
    expect(await isSignedIn(session.accessToken)).toBe(true);
    expect((await signIn(wanted, NEXT)).status).toBe(200);
    expect(await list()).toEqual([expect.objectContaining({ id: made.id, state: 'accepted' })]);
    expect(JSON.stringify(await list())).not.toContain(made.token);
    for (const kept of [made.token, NEXT, wanted.email]) expect(lines.join('\n')).not.toContain(kept);
  });

  test('[SERVER-8] that was withdrawn, replaced or has expired makes none', async () => {
    const wanted = invitee();
    const [first, second] = [(await invite(wanted)).body, (await invite({ ...wanted, email: wanted.email.toUpperCase() })).body];
    expect((await accept(first.token)).status).toBe(404);
    const withdraw = (id: string, token = owner.accessToken) =>
      server.http.call('DELETE', `/api/v1/invitations/${id}`, { token });
    const other = await createWorld(server);
    const foreign = (await world.signIn(other.owner)).accessToken;
    expect((await withdraw(second.id, foreign)).status).toBe(404);
    expect([(await withdraw(second.id)).status, (await withdraw(second.id)).status]).toEqual([204, 404]);
    expect((await accept(second.token)).status).toBe(404);
    const third = (await invite(wanted)).body;
    await server.db.transact((tx) =>
      tx.rows("UPDATE invitations SET expires_at = now() - interval '1 second' WHERE id = $1", [third.id]),
    );
    expect((await accept(third.token)).status).toBe(404);
    expect((await post('/api/v1/invitations/read', { token: third.token })).status).toBe(404);
    expect((await list()).map(({ state }) => state)).toEqual(['expired', 'revoked', 'revoked']);
  });

  test('[SERVER-8] wants a name where it has none, and says nothing of accounts elsewhere', async () => {
    const { name: _, ...nameless } = invitee();
    const { body: made } = await invite(nameless);
    expect((await accept(made.token)).body.error.details).toEqual({ field: 'name' });
    expect((await accept(made.token, { name: 'Nina' })).body.account.name).toBe('Nina');
    expect(await codeOf(invite({ email: world.staff.email, role: 'staff' }))).toEqual([409, 'conflict']);
    const elsewhere = await invite({ email: world.client.email, role: 'staff', name: 'C' });
    expect(elsewhere.status).toBe(201);
    expect(await codeOf(accept(elsewhere.body.token))).toEqual([409, 'conflict']);
    for (const role of ['client', 'worker', 'king', undefined]) expect((await invite({ ...invitee(), role })).status).toBe(400);
  });
});

describe('the people of an agency', () => {
  test('[SERVER-8] get another role from an owner, and what was open under the old one is let go', async () => {
    const staff = await world.signIn(world.staff);
    const feed = await FeedClient.open(server.running.url, staff);
    const notes = await world.open(staff, 'team');
    const answer = await change(world.owner, world.staff.id, { role: 'employee' });
    const { id: account, name, email } = world.staff;
    expect(answer.body).toEqual({ account, name, email, role: 'employee', disabled: false });
    expect(await notes.closed()).toBe(CLOSE.notParticipant);
    await feed.watch.until('the close', () => feed.close === CLOSE.tryLater);
    expect((await server.http.call('GET', '/api/v1/people', { token: staff.accessToken })).status).toBe(403);
    const own = await server.http.call<{ items: object[] }>('GET', '/api/v1/feed', { token: staff.accessToken });
    expect(own.status).toBe(200);
  });

  test('[SERVER-8] are shut out by an owner, and let in again', async () => {
    const token = (await world.signIn(world.staff)).accessToken;
    expect((await change(world.owner, world.staff.id, { disabled: true })).status).toBe(200);
    expect((await server.http.call<Failure>('GET', '/api/v1/sessions', { token })).body.error.code).toBe('account-disabled');
    const ownerToken = (await world.signIn(world.owner)).accessToken;
    const disabled = await server.http.call<{ people: object[] }>('GET', '/api/v1/people?disabled=true', { token: ownerToken });
    const { id: account, name, email } = world.staff;
    expect(disabled.body.people).toEqual([{ account, name, email, role: 'staff' }]);
    expect((await change(world.owner, world.staff.id, { disabled: false })).status).toBe(200);
    expect(await isSignedIn(token)).toBe(false);
    expect((await signIn(world.staff, PASSWORD)).status).toBe(200);
  });

  test('[SERVER-8] are known to all of its staff, and by their addresses to its owners alone', async () => {
    const listed = async (by: typeof world.owner) => {
      const { accessToken: token } = await world.signIn(by);
      return (await server.http.call<{ people: { account: string }[] }>('GET', '/api/v1/people', { token })).body.people;
    };
    const { id: account, name, email } = world.owner;
    expect(await listed(world.owner)).toContainEqual({ account, name, email, role: 'owner' });
    expect(await listed(world.staff)).toContainEqual({ account, name, role: 'owner' });
  });

  test('[SERVER-8] are changed by no one else, not across agencies, and no owner shuts themselves out', async () => {
    const other = await createWorld(server);
    const outcomes = await Promise.all([
      change(world.staff, world.owner.id, { role: 'employee' }),
      change(world.owner, world.owner.id, { disabled: true }),
      change(world.owner, world.client.id, { disabled: true }),
      change(other.owner, world.staff.id, { disabled: true }),
      change(world.owner, newId(), { disabled: true }),
      change(world.owner, world.staff.id, { role: 'client' }),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual([403, 403, 404, 404, 404, 400]);
  });

  test('[SERVER-8] two owners who shut each other out at once leave one of them', async () => {
    const second = await server.fixture.account('owner', { agency: world.agency });
    const outcomes = await Promise.all([
      change(world.owner, second.id, { disabled: true }),
      change(second, world.owner.id, { role: 'employee' }),
    ]);
    expect(outcomes.filter(({ status }) => status === 200)).toHaveLength(1);
  });
});

test('[SERVER-8] the page behind the links runs its own code alone, and is the same for everybody', async () => {
  for (const [path, type] of [
    ['/account', 'text/html'],
    ['/account/page.js', 'text/javascript'],
    ['/account/page.css', 'text/css'],
  ] as const) {
    const answer = await fetch(`${server.running.url}${path}`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, `${type}; charset=utf-8`]);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
  }
});
