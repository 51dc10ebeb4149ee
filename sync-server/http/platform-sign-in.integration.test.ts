import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import type { Account, SessionResponse } from '#shared/api.ts';
import type { ErrorShape } from '#shared/errors.ts';
import { CLOSE } from '#shared/wire.ts';

import { readConfig } from '../config.ts';
import { disableAccount, findAccount, type Agency } from '../storage/accounts.ts';
import { linkIdentity } from '../storage/identities.ts';
import { postgresInFile } from '../testing/in-file.ts';
import { JsonClient, numberOf } from '../testing/json-client.ts';
import { AUDIENCE, inSeconds, SECRET, signWithSecret, startIssuer, type TestIssuer } from '../testing/platform-issuer.ts';
import { FeedClient, RawClient } from '../testing/raw-client.ts';
import type { TestPostgres, TestServer } from '../testing/test-server.ts';
import { createWorld, type World } from '../testing/world.ts';

type Failure = { error: ErrorShape };

let postgres: TestPostgres;
let issuer: TestIssuer;
let server: TestServer;
let agency: Agency;
let people = 0;

/** A server for these settings, as its environment says them. Keys are asked for as often as wanted. */
function serverWith(env: Record<string, string>): Promise<TestServer> {
  const { platform } = readConfig({ OIDC_ISSUER: issuer.url, OIDC_AUDIENCE: AUDIENCE, ...env }, '1');
  return postgres.server({ platform: { ...platform!, keyCooldownMs: 0 } });
}

postgresInFile((started) => void (postgres = started));
beforeAll(async () => {
  issuer = await startIssuer();
  server = await serverWith({
    OIDC_CLAIMS: 'role=role,agency=agency,banned=is_banned',
    PLATFORM_SECRET: SECRET,
    PLATFORM_CLAIMS: 'account=user_id,role=profile.type',
    SIGN_IN_ROLES: 'CLIENT=client,WORKER=worker,OWNER=owner,STAFF=staff,client=client',
    SIGN_IN_ACCOUNTS: 'create',
  });
  agency = await server.fixture.agency('Acme');
});
afterAll(() => issuer.stop());

function newClaims(more: Record<string, unknown> = {}) {
  const sub = `person-${++people}`;
  return { sub, email: `${sub}@platform.example`, name: 'Pia', role: 'CLIENT', ...more };
}

/** Of the platform that signs with a secret. */
function djangoClaims(more: object = {}) {
  const id = ++people;
  return { user_id: id, email: `django-${id}@platform.example`, profile: { type: 'WORKER' }, ...more };
}

const call = <T = Failure>(token: string, method = 'GET', path = '/api/v1/conversations', on = server) =>
  on.http.call<T>(method, path, { token });
const statusOf = async (token: string, on = server): Promise<number> =>
  (await call(token, 'GET', '/api/v1/conversations', on)).status;
const exchange = (platformToken: string, on = server) =>
  on.http.call<SessionResponse & Failure>('POST', '/api/v1/session', { body: { platformToken, device: { name: 'Desk' } } });
const accountOf = (email: string, on = server): Promise<Account | null> => on.db.read((reader) => findAccount(reader, email));

function changed(token: string): string {
  const [header, payload, signature] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload!, 'base64url').toString()) as object;
  return `${header}.${part({ ...claims, sub: 'somebody else' })}.${signature}`;
}

const base64 = (text: string): string => Buffer.from(text).toString('base64url');
const part = (value: object): string => base64(JSON.stringify(value));

function unsigned(claims: object): Promise<string> {
  return Promise.resolve(`${part({ alg: 'none' })}.${part(claims)}.`);
}

function confused(): Promise<string> {
  const secret = JSON.stringify(issuer.publicKey());
  return signWithSecret({ iss: issuer.url, aud: AUDIENCE, sub: 'x' }, { secret });
}

describe('a token of an OIDC issuer', () => {
  test('[SERVER-7] opens calls by header and by cookie, makes its account once, and tells nobody else', async () => {
    const claims = newClaims();
    const statuses = await Promise.all(Array.from({ length: 5 }, async () => statusOf(await issuer.sign(claims))));
    expect(statuses).toEqual([200, 200, 200, 200, 200]);
    expect(await accountOf(claims.email)).toMatchObject({ name: 'Pia', role: 'client', agency: null });
    const byCookie = await fetch(`${server.running.url}/api/v1/sessions`, {
      headers: { cookie: `access=${await issuer.sign(claims)}` },
    });
    const { sessions } = (await byCookie.json()) as { sessions: { current: boolean }[] };
    // All of its tokens are one session, and one device.
    expect(sessions).toMatchObject([{ current: true }]);
  });

  test.each([
    ['that has expired', () => issuer.sign(newClaims({ exp: inSeconds(-120), iat: inSeconds(-600) }))],
    ['that never expires', () => issuer.sign(newClaims({ exp: undefined }))],
    ['without a time of issue', () => issuer.sign(newClaims({ iat: undefined }))],
    ['that does not count yet', () => issuer.sign(newClaims({ nbf: inSeconds(600) }))],
    ['for another audience', () => issuer.sign(newClaims({ aud: 'another program' }))],
    ['for no audience', () => issuer.sign(newClaims({ aud: undefined }))],
    ['of another issuer', () => issuer.sign(newClaims({ iss: 'https://issuer.example' }))],
    ['of no issuer', () => issuer.sign(newClaims({ iss: undefined }))],
    ['that names nobody', () => issuer.sign(newClaims({ sub: undefined }))],
    ['of another kind', () => issuer.sign(newClaims(), { typ: 'logout+jwt' })],
    ['with a key id that there is not', () => issuer.sign(newClaims(), { kid: 'made up' })],
    ['that somebody changed', async () => changed(await issuer.sign(newClaims()))],
    ['without a signature', () => unsigned({ iss: issuer.url, aud: AUDIENCE, exp: inSeconds(60), iat: inSeconds(0), sub: 'x' })],
    ['that is signed by the public key as if it were a secret', () => confused()],
    ["that is signed by the platform's other secret", () => signWithSecret({ iss: issuer.url, aud: AUDIENCE, sub: 'x' })],
  ])('[SERVER-7] %s opens nothing', async (_, make) => {
    const token = await make();
    const answer = await call(token);
    expect([answer.status, answer.body.error.code]).toEqual([401, 'sign-in-required']);
    expect((await exchange(token)).status).toBe(401);
  });

  test.each([
    'x',
    '..',
    'a.b.c',
    'a.b.c.d.e',
    'eyJ.eyJ.eyJ',
    `${base64('{}')}.${base64('{}')}.`,
    `${base64('null')}.${base64('null')}.x`,
    `${base64('[]')}.${base64('[]')}.x`,
    `${base64('{"alg":"RS256"}')}.${base64('{"iss":{}}')}.x`,
    `${base64('{"alg":"HS256","b64":false,"crit":["b64"]}')}.${base64('{}')}.x`,
    `${base64('{"alg":7}')}.${base64('{"iss":"trialogue"}')}.x`,
    `${base64('{"alg":"RS256","jku":"http://127.0.0.1:9/"}')}.${base64('{"exp":"x"}')}.x`,
    'x'.repeat(8_000),
  ])('[SERVER-7] that is none at all opens nothing: %s', async (token) => {
    expect(await statusOf(token)).toBe(401);
    expect((await exchange(token)).status).toBe(401);
  });

  test('[SERVER-7] stands in no log, nor does whose it is', async () => {
    const lines: string[] = [];
    const note = (event: string, fields?: object) => void lines.push(JSON.stringify({ event, ...fields }));
    const { platform } = readConfig({ OIDC_ISSUER: issuer.url, OIDC_AUDIENCE: AUDIENCE, SIGN_IN_ROLES: '*=client' }, '1');
    const logged = await postgres.server({
      platform: { ...platform!, accounts: 'create' },
      log: { info: note, warn: note, error: note },
    });
    const claims = newClaims();
    const [good, bad] = [await issuer.sign(claims), await issuer.sign({ ...claims, aud: 'another' })];
    expect([await statusOf(good, logged), await statusOf(bad, logged)]).toEqual([200, 401]);
    expect((await exchange(good, logged)).status).toBe(200);
    await logged.close();
    const log = lines.join('\n');
    expect(log).toContain('platform-token-refused');
    for (const token of [good, bad]) for (const part of token.split('.')) expect(log).not.toContain(part);
    for (const kept of [claims.email, claims.sub]) expect(log).not.toContain(kept);
  });

  test('[SERVER-7] is taken some seconds after its end, as clocks differ', async () => {
    expect(await statusOf(await issuer.sign(newClaims({ exp: inSeconds(-5) })))).toBe(200);
  });
});

describe('keys', () => {
  test('[SERVER-7] that were rotated are fetched when a token needs them, and the old one ends with its next fetch', async () => {
    const before = await issuer.sign(newClaims());
    expect(await statusOf(before)).toBe(200);
    await issuer.rotate();
    expect(await statusOf(await issuer.sign(newClaims()))).toBe(200);
    expect(await statusOf(before)).toBe(401);
  });

  test('[SERVER-7] that are known go on while the issuer is away; what they cannot tell is answered 503, and it comes back', async () => {
    const known = await issuer.sign(newClaims());
    expect(await statusOf(known)).toBe(200);
    issuer.setAway(true);
    await issuer.rotate();
    const unknown = await issuer.sign(newClaims());
    expect(await statusOf(known)).toBe(200);
    const answer = await call(unknown);
    expect([answer.status, answer.body.error.code]).toEqual([503, 'unavailable']);
    expect(await new JsonClient(server.running.url, 1, { authorization: `Bearer ${unknown}` }).refusal()).toBe(503);
    issuer.setAway(false);
    expect(await statusOf(unknown)).toBe(200);
  });

  test('[SERVER-7] that the issuer withdrew end with the next look at them, which no call waits for', async () => {
    const { platform } = readConfig({ OIDC_ISSUER: issuer.url, OIDC_AUDIENCE: AUDIENCE, SIGN_IN_ROLES: '*=client' }, '1');
    const looking = await postgres.server({ platform: { ...platform!, accounts: 'create', keyCooldownMs: 0, keyRefreshMs: 0 } });
    const token = await issuer.sign(newClaims());
    expect(await statusOf(token, looking)).toBe(200);
    await issuer.rotate();
    await expect.poll(() => statusOf(token, looking)).toBe(401);
  });

  test('[SERVER-7] are not needed to start, and not asked for again and again because of made-up ones', async () => {
    issuer.setAway(true);
    const { platform } = readConfig({ OIDC_ISSUER: issuer.url, OIDC_AUDIENCE: AUDIENCE, SIGN_IN_ROLES: '*=client' }, '1');
    const waiting = await postgres.server({ platform: { ...platform!, keyCooldownMs: 0, accounts: 'create' } });
    expect(await statusOf(await issuer.sign(newClaims()), waiting)).toBe(503);
    issuer.setAway(false);
    expect(await statusOf(await issuer.sign(newClaims()), waiting)).toBe(200);
    const careful = await postgres.server({ platform: { ...platform!, keyCooldownMs: 60_000, accounts: 'create' } });
    expect(await statusOf(await issuer.sign(newClaims()), careful)).toBe(200);
    const asked = issuer.asked();
    for (let index = 0; index < 5; index++) {
      expect(await statusOf(await issuer.sign(newClaims(), { kid: `made up ${index}` }), careful)).toBe(401);
    }
    expect(issuer.asked()).toBe(asked);
  });
});

describe('a token that is signed with a shared secret', () => {
  test('[SERVER-7] opens calls, with claims as they are mapped', async () => {
    const mine = djangoClaims();
    expect(await statusOf(await signWithSecret(mine))).toBe(200);
    expect(await accountOf(mine.email)).toMatchObject({ role: 'worker', name: mine.email.split('@')[0] });
  });

  test.each([
    ['for refreshing', () => signWithSecret(djangoClaims({ token_type: 'refresh' }))],
    ['without its type', () => signWithSecret(djangoClaims({ token_type: undefined }))],
    ['of another secret', () => signWithSecret(djangoClaims(), { secret: 'a secret that somebody else made up for this' })],
    ['of another algorithm', () => signWithSecret(djangoClaims(), { alg: 'HS512' })],
    ['that has expired', () => signWithSecret(djangoClaims({ exp: inSeconds(-120) }))],
    ['in the name of this server', () => signWithSecret(djangoClaims({ iss: 'trialogue', session: 'x' }))],
    ['in the name of the other issuer', () => signWithSecret(djangoClaims({ iss: issuer.url, aud: AUDIENCE }))],
  ])('[SERVER-7] %s opens nothing', async (_, make) => {
    expect(await statusOf(await make())).toBe(401);
  });
});

describe('people of a platform', () => {
  test('[SERVER-7] are unknown here unless accounts are made, or the command line linked one', async () => {
    const careful = await serverWith({ OIDC_CLAIMS: 'role=role' });
    const client = await careful.fixture.account('client', { email: 'known@platform.example' });
    const claims = { sub: 'careful', email: client.email, email_verified: true, role: 'client' };
    const answer = await call(await issuer.sign(claims), 'GET', '/api/v1/conversations', careful);
    expect([answer.status, answer.body.error.code]).toEqual([403, 'forbidden']);
    const { url } = careful.running;
    const token = await issuer.sign(claims);
    expect(await new JsonClient(url, 1, { authorization: `Bearer ${token}` }).refusal()).toBe(403);
    expect(await new RawClient(url, 'me', sessionOf(client, token)).closed()).toBe(CLOSE.signIn);
    await careful.db.transact((tx) => linkIdentity(tx, { issuer: issuer.url, subject: 'careful' }, client.id));
    expect((await exchange(await issuer.sign(claims), careful)).body.account.id).toBe(client.id);
  });

  test('[SERVER-7] never get an account because their address is equal, unless that is wanted and verified', async () => {
    const owner = await server.fixture.account('owner', { agency, email: 'owner@platform.example' });
    const claims = newClaims({ email: 'OWNER@platform.example', email_verified: true });
    const answer = await call(await issuer.sign(claims));
    expect([answer.status, answer.body.error.code]).toEqual([409, 'conflict']);
    const linking = await serverWith({
      SIGN_IN_LINK_BY_EMAIL: 'verified',
      SIGN_IN_ACCOUNTS: 'create',
      SIGN_IN_ROLES: '*=client',
    });
    const there = await linking.fixture.account('client', { email: owner.email });
    const { email } = claims;
    const as = async (sub: string, verified?: unknown) =>
      exchange(await issuer.sign({ sub, email, email_verified: verified }), linking);
    expect([(await as('a')).status, (await as('a', 'true')).status]).toEqual([409, 409]);
    expect((await as('a', true)).body.account.id).toBe(there.id);
    // It is somebody's now.
    expect((await as('b', true)).status).toBe(409);
  });

  test('[SERVER-7] get the role that the platform says, as long as their party and agency stay', async () => {
    const claims = newClaims({ role: 'STAFF', agency: 'Acme' });
    const who = async (more: object) => exchange(await issuer.sign({ ...claims, ...more }));
    expect((await who({})).body.account).toMatchObject({ role: 'staff', agency: { id: agency.id } });
    expect((await who({ role: ['x', 'OWNER'], agency: agency.id })).body.account.role).toBe('owner');
    // Of an older token the role is not taken back.
    expect((await who({ iat: inSeconds(-60) })).body.account.role).toBe('owner');
    for (const more of [{ role: 'CLIENT' }, { role: 'KING' }, { agency: 'Another' }]) expect((await who(more)).status).toBe(403);
    expect((await who({ role: undefined, agency: undefined })).body.account.role).toBe('owner');
    for (const [role, of] of [['OWNER', 'Nowhere'] as const, ['OWNER', undefined] as const, [undefined, 'Acme'] as const]) {
      expect((await call(await issuer.sign(newClaims({ role, agency: of })))).status).toBe(403);
    }
  });

  test('[SERVER-7] who are banned there are out, with every session that the platform opened', async () => {
    const claims = newClaims();
    const { body: session } = await exchange(await issuer.sign(claims));
    expect((await call(session.accessToken)).status).toBe(200);
    const answer = await call(await issuer.sign({ ...claims, is_banned: true }));
    expect([answer.status, answer.body.error.code]).toEqual([403, 'account-disabled']);
    expect((await call(session.accessToken)).status).toBe(401);
    expect((await call(await issuer.sign(newClaims({ is_banned: 1 })))).status).toBe(403);
  });

  test('[SERVER-7] sign out: what was issued until then is out, what is issued later is in', async () => {
    const claims = newClaims();
    const token = await issuer.sign(claims);
    expect(await statusOf(token)).toBe(200);
    expect((await call(token, 'DELETE', '/api/v1/session')).status).toBe(204);
    expect(await statusOf(token)).toBe(401);
    expect(await statusOf(await issuer.sign({ ...claims, iat: inSeconds(2) }))).toBe(200);
  });
});

/** For the test's clients, which show the token and write under the device's id. */
function sessionOf(account: Account, accessToken: string, clientId = 0): SessionResponse {
  return { accessToken, refreshToken: '', expiresAt: '', account, device: { id: '', name: '', clientId } };
}

describe('with a token of the platform', () => {
  let world: World;
  let claims: ReturnType<typeof newClaims>;

  beforeEach(async () => {
    world = await createWorld(server);
    claims = newClaims({ email: world.client.email });
    await server.db.transact((tx) => linkIdentity(tx, { issuer: issuer.url, subject: claims.sub }, world.client.id));
  });

  test('[SERVER-7] threads, the feed and JSON sockets open, also by ticket; and close at once when the account is disabled', async () => {
    const { url } = server.running;
    const token = await issuer.sign(claims);
    const { body } = await call<{ clientId: number }>(token, 'POST', '/api/v1/device/lease');
    const document = await RawClient.open(url, `${world.conversation}/all/1`, sessionOf(world.client, token, body.clientId));
    const feed = await FeedClient.open(url, sessionOf(world.client, token));
    const chat = await JsonClient.open(url, await numberOf(world), token);
    const byCookie = new JsonClient(url, await numberOf(world), { cookie: `access=${token}` });
    await byCookie.until('the first frame', () => byCookie.frames.length > 0);
    const { ticket } = (await call<{ ticket: string }>(token, 'POST', '/api/v1/tickets')).body;
    const ticketed = await RawClient.open(url, `${world.conversation}/all/1?ticket=${ticket}`, sessionOf(world.client, 'none'));
    await document.write(document.message('Hello from the platform'));
    expect(await chat.next('new_message', 0)).toMatchObject({ message: { sender_id: world.client.number } });
    await server.db.transact((tx) => disableAccount(tx, world.client.id));
    expect(await Promise.all([document.closed(), ticketed.closed(), chat.closed(), byCookie.closed()])).toEqual([
      CLOSE.signIn,
      CLOSE.signIn,
      CLOSE.signIn,
      CLOSE.signIn,
    ]);
    await feed.watch.until('the close', () => feed.close === CLOSE.signIn);
    const answer = await call(token);
    expect([answer.status, answer.body.error.code]).toEqual([403, 'account-disabled']);
    expect((await exchange(token)).body.error.code).toBe('account-disabled');
    expect(await new RawClient(url, `${world.conversation}/all/1`, sessionOf(world.client, token)).closed()).toBe(CLOSE.signIn);
    expect(await new JsonClient(url, await numberOf(world), { authorization: `Bearer ${token}` }).refusal()).toBe(403);
  });

  test('[SERVER-7] a socket is closed when the token ends with which it, or its ticket, was had', async () => {
    const { url } = server.running;
    const token = await issuer.sign({ ...claims, exp: inSeconds(2) });
    const document = await RawClient.open(url, `${world.conversation}/all/1`, sessionOf(world.client, token));
    const { ticket } = (await call<{ ticket: string }>(token, 'POST', '/api/v1/tickets')).body;
    const ticketed = await RawClient.open(url, `${world.conversation}/all/1?ticket=${ticket}`, sessionOf(world.client, 'none'));
    expect(await Promise.all([document.closed(), ticketed.closed()])).toEqual([CLOSE.signIn, CLOSE.signIn]);
  });

  test('[SERVER-7] the desktop app gets a session with a device of its own, which goes on without it', async () => {
    const [one, two] = [await exchange(await issuer.sign(claims)), await exchange(await issuer.sign(claims))];
    expect(one.body.device.clientId).not.toBe(two.body.device.clientId);
    const client = await RawClient.open(server.running.url, `${world.conversation}/all/1`, one.body);
    await client.write(client.message('Hello'));
    const refreshed = await server.http.call('POST', '/api/v1/session/refresh', {
      body: { refreshToken: one.body.refreshToken },
    });
    expect(refreshed.status).toBe(200);
  });

  test('[SERVER-7] a role that changes lets go of what was open under the other', async () => {
    const staff = newClaims({ role: 'STAFF', agency: world.agency.name });
    await server.db.transact((tx) => linkIdentity(tx, { issuer: issuer.url, subject: staff.sub }, world.staff.id));
    const feed = await FeedClient.open(server.running.url, sessionOf(world.client, await issuer.sign(staff)));
    expect((await call(await issuer.sign({ ...staff, role: 'OWNER' }))).status).toBe(200);
    await feed.watch.until('the close', () => feed.close === CLOSE.tryLater);
  });

  test('[SERVER-7] the cookie does nothing for the page of another site', async () => {
    const cookie = `access=${await issuer.sign(claims)}`;
    const post = async (origin: string): Promise<number> =>
      (await fetch(`${server.running.url}/api/v1/device/lease`, { method: 'POST', headers: { cookie, origin } })).status;
    expect([await post('https://evil.example'), await post(server.running.url)]).toEqual([403, 200]);
  });
});

test('[SERVER-7] a client is told how people sign in here', async () => {
  const { body } = await server.http.call<{ signIn: string[] }>('GET', '/api/v1/server');
  expect(body.signIn).toEqual(['password', 'platform']);
  const plain = await postgres.server();
  const answer = await exchange(await issuer.sign(newClaims()), plain);
  expect([answer.status, answer.body.error.code]).toEqual([403, 'forbidden']);
  expect(await statusOf(await issuer.sign(newClaims()), plain)).toBe(401);
});
