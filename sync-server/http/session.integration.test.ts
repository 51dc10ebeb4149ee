import { describe, expect, test } from 'vitest';

import type { Account, SessionResponse } from '#shared/api/accounts.ts';
import type { ErrorShape } from '#shared/errors.ts';

import { disableAccount } from '../storage/accounts.ts';
import { serverInFile } from '../testing/in-file.ts';
import { PASSWORD, type TestServer } from '../testing/test-server.ts';

type Failure = { error: ErrorShape };

let server: TestServer;
let owner: Account;
let sequence = 0;

serverInFile(async (started) => {
  server = started;
  owner = await server.fixture.account('owner', { agency: await server.fixture.agency() });
});

/** A new account each, so that the limit on sign-ins of one is met only where a test wants it. */
function newClient(): Promise<Account> {
  return server.fixture.account('client', { email: `client-${++sequence}@session.example` });
}

function refresh(refreshToken: string) {
  return server.http.call<SessionResponse & Failure>('POST', '/api/v1/session/refresh', { body: { refreshToken } });
}

function attempt(email: string, password: string) {
  return server.http.call<Failure>('POST', '/api/v1/session', { body: { email, password, device: { name: 'x' } } });
}

async function isSignedIn(accessToken: string): Promise<boolean> {
  return (await server.http.call('GET', '/api/v1/sessions', { token: accessToken })).status === 200;
}

describe('sign-in', () => {
  test('[SERVER-2] gives tokens, the account and a device with a Yjs client id of its own', async () => {
    const [one, two] = [await server.http.signIn(owner), await server.http.signIn(owner)];
    expect(one.account).toEqual(owner);
    expect(one.device.clientId).toBeGreaterThanOrEqual(1_000);
    expect(two.device.clientId).not.toBe(one.device.clientId);
    expect(Date.parse(one.expiresAt) - Date.now()).toBeLessThanOrEqual(15 * 60_000);
  });

  test('[SERVER-2] tells a wrong password and an unknown address apart for nobody', async () => {
    const wrong = await attempt(owner.email, 'not it');
    const unknown = await attempt('nobody@session.example', PASSWORD);
    expect([wrong.status, unknown.status]).toEqual([401, 401]);
    expect(wrong.body.error.code).toBe('sign-in-failed');
    expect(unknown.body).toEqual(wrong.body);
  });

  test('[SERVER-2] does not look at upper and lower case of an address', async () => {
    const session = await server.http.signIn({ email: owner.email.toUpperCase() });
    expect(session.account.id).toBe(owner.id);
  });

  test('[SERVER-6] is slowed down after ten attempts at one address, and at that one alone', async () => {
    const [victim, other] = [await newClient(), await newClient()];
    const statuses: number[] = [];
    let last;
    for (let attempt = 0; attempt < 11; attempt++) {
      last = await server.http.call<Failure>('POST', '/api/v1/session', {
        body: { email: victim.email, password: 'guess', device: { name: 'x' } },
      });
      statuses.push(last.status);
    }
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429]);
    expect(last?.body.error.code).toBe('too-many-requests');
    expect(Number(last?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await server.http.signIn(other)).account.id).toBe(other.id);
  });

  test('[SERVER-2] says which field of a request is wrong', async () => {
    const answer = await server.http.call<Failure>('POST', '/api/v1/session', { body: { email: owner.email, password: 'x' } });
    expect(answer.status).toBe(400);
    expect(answer.body.error).toMatchObject({ code: 'bad-request', details: { field: 'device' } });
  });
});

describe('refresh', () => {
  test('[SERVER-2] rotates the token, again and again', async () => {
    const session = await server.http.signIn(await newClient());
    const first = await refresh(session.refreshToken);
    const second = await refresh(first.body.refreshToken);
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(new Set([session.refreshToken, first.body.refreshToken, second.body.refreshToken]).size).toBe(3);
    expect(second.body.device).toEqual(session.device);
    expect(await isSignedIn(second.body.accessToken)).toBe(true);
  });

  test('[SERVER-2] a client that crashed before it stored the answer asks again with the old token', async () => {
    const session = await server.http.signIn(await newClient());
    await refresh(session.refreshToken);
    const again = await refresh(session.refreshToken);
    expect(again.status).toBe(200);
    expect((await refresh(again.body.refreshToken)).status).toBe(200);
  });

  test('[SERVER-2] one token raced ten times signs nobody out, whichever answer is stored', async () => {
    const session = await server.http.signIn(await newClient());
    const answers = await Promise.all(Array.from({ length: 10 }, () => refresh(session.refreshToken)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
    const tokens = new Set(answers.map(({ body }) => body.refreshToken));
    expect(tokens.size).toBe(1);
    expect((await refresh([...tokens][0]!)).status).toBe(200);
  });

  test('[SERVER-2] a token that was replaced and succeeded ends the session, for it was copied', async () => {
    const session = await server.http.signIn(await newClient());
    const first = await refresh(session.refreshToken);
    const second = await refresh(first.body.refreshToken);
    const reused = await refresh(session.refreshToken);
    expect(reused.status).toBe(401);
    expect(reused.body.error.code).toBe('sign-in-required');
    expect(await isSignedIn(second.body.accessToken)).toBe(false);
    expect((await refresh(second.body.refreshToken)).status).toBe(401);
  });

  test('[SERVER-2] a made-up token of a known session is refused and does it no harm', async () => {
    const session = await server.http.signIn(await newClient());
    const [id, , tag] = session.refreshToken.split('.');
    const forged = [
      `${id}.${'A'.repeat(43)}.${tag}`,
      `${id}.${'A'.repeat(43)}.${'A'.repeat(43)}`,
      'x',
      '..',
      session.accessToken,
    ];
    for (const token of forged) expect((await refresh(token)).status).toBe(401);
    expect((await refresh(session.refreshToken)).status).toBe(200);
  });

  test('[SERVER-2] stores no token that could be used', async () => {
    const session = await server.http.signIn(await newClient());
    const stored = await server.db.read((db) => db.rows('SELECT encode(refresh_hash, $1) AS hash FROM sessions', ['base64']));
    const secret = Buffer.from(session.refreshToken.split('.')[1]!, 'base64url').toString('base64');
    expect(stored.map((row) => row['hash'] as string)).not.toContain(secret);
  });
});

describe('sessions', () => {
  test('[SERVER-2] are listed with the current one marked, and one can end another', async () => {
    const account = await newClient();
    const [here, there] = [await server.http.signIn(account), await server.http.signIn(account)];
    const list = await server.http.call<{ sessions: { id: string; current: boolean }[] }>('GET', '/api/v1/sessions', {
      token: here.accessToken,
    });
    expect(list.body.sessions.filter(({ current }) => current)).toHaveLength(1);
    expect(list.body.sessions).toHaveLength(2);
    const other = list.body.sessions.find(({ current }) => !current)!;
    expect((await server.http.call('DELETE', `/api/v1/sessions/${other.id}`, { token: here.accessToken })).status).toBe(204);
    expect(await isSignedIn(there.accessToken)).toBe(false);
    expect((await refresh(there.refreshToken)).status).toBe(401);
    expect(await isSignedIn(here.accessToken)).toBe(true);
  });

  test('[ACCESS-2] of others can not be ended', async () => {
    const [mine, theirs] = [await server.http.signIn(await newClient()), await server.http.signIn(await newClient())];
    const [id] = theirs.refreshToken.split('.');
    expect((await server.http.call('DELETE', `/api/v1/sessions/${id}`, { token: mine.accessToken })).status).toBe(404);
    expect(await isSignedIn(theirs.accessToken)).toBe(true);
  });

  test('[SERVER-2] end by signing out', async () => {
    const session = await server.http.signIn(await newClient());
    expect((await server.http.call('DELETE', '/api/v1/session', { token: session.accessToken })).status).toBe(204);
    expect(await isSignedIn(session.accessToken)).toBe(false);
  });

  test('[SYNC-6] of a disabled account end at once and say why', async () => {
    const account = await newClient();
    const session = await server.http.signIn(account);
    await server.db.transact((tx) => disableAccount(tx, account.id));
    const call = await server.http.call<Failure>('GET', '/api/v1/conversations', { token: session.accessToken });
    const refreshed = await refresh(session.refreshToken);
    const signIn = await server.http.call<Failure>('POST', '/api/v1/session', {
      body: { email: account.email, password: PASSWORD, device: { name: 'x' } },
    });
    for (const { status, body } of [call, refreshed, signIn]) {
      expect(status).toBe(403);
      expect(body.error.code).toBe('account-disabled');
    }
  });

  test('[SERVER-2] are not to be had with a token that somebody signed alone or changed', async () => {
    const { accessToken } = await server.http.signIn(await newClient());
    const [, payload, signature] = accessToken.split('.');
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    const changed = Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(payload!, 'base64url').toString()), sub: owner.id }));
    for (const token of [
      `${none}.${payload}.`,
      `${none}.${payload}.${signature}`,
      accessToken.replace(payload!, changed.toString('base64url')),
    ]) {
      expect(await isSignedIn(token)).toBe(false);
    }
    expect(await isSignedIn(accessToken)).toBe(true);
  });
});

describe('leases and tickets', () => {
  test('[SYNC-2] a new lease is a client id that was never given out', async () => {
    const session = await server.http.signIn(await newClient());
    const lease = () => server.http.call<{ clientId: number }>('POST', '/api/v1/device/lease', { token: session.accessToken });
    const [one, two] = [await lease(), await lease()];
    expect(one.body.clientId).toBeGreaterThan(session.device.clientId);
    expect(two.body.clientId).toBeGreaterThan(one.body.clientId);
    expect((await refresh(session.refreshToken)).body.device.clientId).toBe(two.body.clientId);
  });

  test('[SERVER-2] a ticket is asked for with a session, and lives 30 seconds', async () => {
    const session = await server.http.signIn(await newClient());
    expect((await server.http.call('POST', '/api/v1/tickets')).status).toBe(401);
    const ticket = await server.http.call<{ ticket: string; expiresAt: string }>('POST', '/api/v1/tickets', {
      token: session.accessToken,
    });
    expect(Date.parse(ticket.body.expiresAt) - Date.now()).toBeLessThanOrEqual(30_000);
  });
});

const endOne = (token: string, id: string, query = '') => server.http.call('DELETE', `/api/v1/sessions/${id}${query}`, { token });
const idOf = ({ refreshToken }: SessionResponse) => refreshToken.split('.')[0]!;

describe('a session that is ended with what is on its device', () => {
  test('[SERVER-2] says so to its own tokens, for good, and to no others', async () => {
    const account = await newClient();
    const [here, lost, other] = [
      await server.http.signIn(account),
      await server.http.signIn(account),
      await server.http.signIn(account),
    ];
    expect((await endOne(here.accessToken, idOf(lost), '?wipe=true')).status).toBe(204);
    const expected = { error: { code: 'device-wiped', details: { session: idOf(lost) } } };
    const first = await refresh(lost.refreshToken);
    expect([first.status, first.body]).toMatchObject([401, expected]);
    expect((await refresh(lost.refreshToken)).body).toMatchObject(expected);
    expect((await server.http.call('GET', '/api/v1/sessions', { token: lost.accessToken })).status).toBe(401);
    expect((await refresh(other.refreshToken)).status).toBe(200);
    // Made up, and one that was changed: nobody learns by it which sessions are to be wiped.
    const madeUp = await refresh(`${idOf(lost)}.${'A'.repeat(43)}.${'A'.repeat(43)}`);
    expect(madeUp.body.error).toMatchObject({ code: 'sign-in-required' });
    expect(madeUp.body.error.details).toBeUndefined();
  });

  test('[SERVER-2] is told apart from one that merely ended, which can be asked for later', async () => {
    const account = await newClient();
    const [here, ended, out] = [
      await server.http.signIn(account),
      await server.http.signIn(account),
      await server.http.signIn(account),
    ];
    expect((await endOne(here.accessToken, idOf(ended))).status).toBe(204);
    expect((await refresh(ended.refreshToken)).body.error.code).toBe('sign-in-required');
    expect((await endOne(here.accessToken, idOf(ended))).status).toBe(404);
    expect((await endOne(here.accessToken, idOf(ended), '?wipe=true')).status).toBe(204);
    expect((await refresh(ended.refreshToken)).body.error.code).toBe('device-wiped');
    await server.http.call('DELETE', '/api/v1/session', { token: out.accessToken });
    expect((await endOne(here.accessToken, idOf(out), '?wipe=true')).status).toBe(404);
    expect((await endOne(here.accessToken, idOf(here), '?wipe=perhaps')).status).toBe(400);
    // Nobody else's, whoever asks.
    const stranger = await server.http.signIn(await newClient());
    expect((await endOne(stranger.accessToken, idOf(here), '?wipe=true')).status).toBe(404);
  });

  test('[SERVER-2] is still told when it would have run out meanwhile, and to a disabled account that it is disabled', async () => {
    const account = await newClient();
    const [here, lost] = [await server.http.signIn(account), await server.http.signIn(account)];
    await endOne(here.accessToken, idOf(lost), '?wipe=true');
    await server.db.transact((tx) =>
      tx.rows("UPDATE sessions SET expires_at = now() - interval '1 day' WHERE id = $1", [idOf(lost)]),
    );
    expect((await refresh(lost.refreshToken)).body.error.code).toBe('device-wiped');
    await server.db.transact((tx) => disableAccount(tx, account.id));
    expect((await refresh(lost.refreshToken)).body.error.code).toBe('account-disabled');
  });
});
