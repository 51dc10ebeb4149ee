import { beforeAll, beforeEach, describe, expect, test } from 'vitest';

import type { Account, SessionResponse } from '#shared/api/accounts.ts';
import { CLOSE } from '#shared/wire.ts';

import { disableAccount, type Agency } from '../storage/accounts.ts';
import { linkIdentity } from '../storage/identities.ts';
import { JsonClient, numberOf } from '../testing/json-client.ts';
import { inSeconds, type TestIssuer } from '../testing/platform-issuer.ts';
import { claimsOf, exchange, platformInFile, statusOf, type Failure, type Platform } from '../testing/platform-server.ts';
import { FeedClient, RawClient } from '../testing/raw-client.ts';
import type { TestServer } from '../testing/test-server.ts';
import { createWorld, type World } from '../testing/world.ts';

let platform: Platform;
let server: TestServer;
let issuer: TestIssuer;
let agency: Agency;
let people = 0;

platformInFile((made) => {
  platform = made;
  ({ server, issuer } = made);
});
beforeAll(async () => {
  agency = await server.fixture.agency('Acme');
});

const newClaims = (more: Record<string, unknown> = {}) => claimsOf(++people, more);
const call = <T = Failure>(token: string, method = 'GET', path = '/api/v1/conversations', on = server) =>
  on.http.call<T>(method, path, { token });

describe('people of a platform', () => {
  test('[SERVER-7] are unknown here unless accounts are made, or the command line linked one', async () => {
    const careful = await platform.serverWith({ OIDC_CLAIMS: 'role=role' });
    const client = await careful.fixture.account('client', { email: 'known@platform.example' });
    const claims = { sub: 'careful', email: client.email, email_verified: true, role: 'client' };
    const answer = await call(await issuer.sign(claims), 'GET', '/api/v1/conversations', careful);
    expect([answer.status, answer.body.error.code]).toEqual([403, 'forbidden']);
    const { url } = careful.running;
    const token = await issuer.sign(claims);
    expect(await new JsonClient(url, 1, { authorization: `Bearer ${token}` }).refusal()).toBe(403);
    expect(await new RawClient(url, 'me', sessionOf(client, token)).closed()).toBe(CLOSE.signIn);
    await careful.db.transact((tx) => linkIdentity(tx, { issuer: issuer.url, subject: 'careful' }, client.id));
    expect((await exchange(careful, await issuer.sign(claims))).body.account.id).toBe(client.id);
  });

  test('[SERVER-7] never get an account because their address is equal, unless that is wanted and verified', async () => {
    const owner = await server.fixture.account('owner', { agency, email: 'owner@platform.example' });
    const claims = newClaims({ email: 'OWNER@platform.example', email_verified: true });
    const answer = await call(await issuer.sign(claims));
    expect([answer.status, answer.body.error.code]).toEqual([409, 'conflict']);
    const linking = await platform.serverWith({
      SIGN_IN_LINK_BY_EMAIL: 'verified',
      SIGN_IN_ACCOUNTS: 'create',
      SIGN_IN_ROLES: '*=client',
    });
    const there = await linking.fixture.account('client', { email: owner.email });
    const { email } = claims;
    const as = async (sub: string, verified?: unknown) =>
      exchange(linking, await issuer.sign({ sub, email, email_verified: verified }));
    expect([(await as('a')).status, (await as('a', 'true')).status]).toEqual([409, 409]);
    expect((await as('a', true)).body.account.id).toBe(there.id);
    // It is somebody's now.
    expect((await as('b', true)).status).toBe(409);
  });

  test('[SERVER-7] get the role that the platform says, as long as their party and agency stay', async () => {
    const claims = newClaims({ role: 'STAFF', agency: 'Acme' });
    const who = async (more: object) => exchange(server, await issuer.sign({ ...claims, ...more }));
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
    const { body: session } = await exchange(server, await issuer.sign(claims));
    expect((await call(session.accessToken)).status).toBe(200);
    const answer = await call(await issuer.sign({ ...claims, is_banned: true }));
    expect([answer.status, answer.body.error.code]).toEqual([403, 'account-disabled']);
    expect((await call(session.accessToken)).status).toBe(401);
    expect((await call(await issuer.sign(newClaims({ is_banned: 1 })))).status).toBe(403);
  });

  test('[SERVER-7] sign out: what was issued until then is out, what is issued later is in', async () => {
    const claims = newClaims();
    const token = await issuer.sign(claims);
    expect(await statusOf(server, token)).toBe(200);
    expect((await call(token, 'DELETE', '/api/v1/session')).status).toBe(204);
    expect(await statusOf(server, token)).toBe(401);
    expect(await statusOf(server, await issuer.sign({ ...claims, iat: inSeconds(2) }))).toBe(200);
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
    expect((await exchange(server, token)).body.error.code).toBe('account-disabled');
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
    const [one, two] = [await exchange(server, await issuer.sign(claims)), await exchange(server, await issuer.sign(claims))];
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
  const plain = await platform.postgres.server();
  const answer = await exchange(plain, await issuer.sign(newClaims()));
  expect([answer.status, answer.body.error.code]).toEqual([403, 'forbidden']);
  expect(await statusOf(plain, await issuer.sign(newClaims()))).toBe(401);
});
