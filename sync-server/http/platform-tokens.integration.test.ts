import { describe, expect, test } from 'vitest';

import type { Account } from '#shared/api/accounts.ts';

import { findAccount } from '../storage/accounts.ts';
import { JsonClient } from '../testing/json-client.ts';
import { AUDIENCE, inSeconds, signWithSecret, type TestIssuer } from '../testing/platform-issuer.ts';
import { claimsOf, exchange, platformInFile, statusOf, type Failure, type Platform } from '../testing/platform-server.ts';
import type { TestServer } from '../testing/test-server.ts';

/** A server on which everybody gets an account. */
const ANYBODY = { SIGN_IN_ROLES: '*=client', SIGN_IN_ACCOUNTS: 'create' };

let platform: Platform;
let server: TestServer;
let issuer: TestIssuer;
let people = 0;

platformInFile((made) => {
  platform = made;
  ({ server, issuer } = made);
});

const newClaims = (more: Record<string, unknown> = {}) => claimsOf(++people, more);
const call = <T = Failure>(token: string, method = 'GET', path = '/api/v1/conversations', on = server) =>
  on.http.call<T>(method, path, { token });
const accountOf = (email: string): Promise<Account | null> => server.db.read((reader) => findAccount(reader, email));

/** Of the platform that signs with a secret. */
function djangoClaims(more: object = {}) {
  const id = ++people;
  return { user_id: id, email: `django-${id}@platform.example`, profile: { type: 'WORKER' }, ...more };
}

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
    const statuses = await Promise.all(Array.from({ length: 5 }, async () => statusOf(server, await issuer.sign(claims))));
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
    expect((await exchange(server, token)).status).toBe(401);
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
    expect(await statusOf(server, token)).toBe(401);
    expect((await exchange(server, token)).status).toBe(401);
  });

  test('[SERVER-7] stands in no log, nor does whose it is', async () => {
    const lines: string[] = [];
    const note = (event: string, fields?: object) => void lines.push(JSON.stringify({ event, ...fields }));
    const logged = await platform.serverWith(ANYBODY, {}, { info: note, warn: note, error: note });
    const claims = newClaims();
    const [good, bad] = [await issuer.sign(claims), await issuer.sign({ ...claims, aud: 'another' })];
    expect([await statusOf(logged, good), await statusOf(logged, bad)]).toEqual([200, 401]);
    expect((await exchange(logged, good)).status).toBe(200);
    await logged.close();
    const log = lines.join('\n');
    expect(log).toContain('platform-token-refused');
    for (const token of [good, bad]) for (const part of token.split('.')) expect(log).not.toContain(part);
    for (const kept of [claims.email, claims.sub]) expect(log).not.toContain(kept);
  });

  test('[SERVER-7] is taken some seconds after its end, as clocks differ', async () => {
    expect(await statusOf(server, await issuer.sign(newClaims({ exp: inSeconds(-5) })))).toBe(200);
  });
});

describe('keys', () => {
  test('[SERVER-7] that were rotated are fetched when a token needs them, and the old one ends with its next fetch', async () => {
    const before = await issuer.sign(newClaims());
    expect(await statusOf(server, before)).toBe(200);
    await issuer.rotate();
    expect(await statusOf(server, await issuer.sign(newClaims()))).toBe(200);
    expect(await statusOf(server, before)).toBe(401);
  });

  test('[SERVER-7] that are known go on while the issuer is away; what they cannot tell is answered 503, and it comes back', async () => {
    const known = await issuer.sign(newClaims());
    expect(await statusOf(server, known)).toBe(200);
    issuer.setAway(true);
    await issuer.rotate();
    const unknown = await issuer.sign(newClaims());
    expect(await statusOf(server, known)).toBe(200);
    const answer = await call(unknown);
    expect([answer.status, answer.body.error.code]).toEqual([503, 'unavailable']);
    expect(await new JsonClient(server.running.url, 1, { authorization: `Bearer ${unknown}` }).refusal()).toBe(503);
    issuer.setAway(false);
    expect(await statusOf(server, unknown)).toBe(200);
  });

  test('[SERVER-7] that the issuer withdrew end with the next look at them, which no call waits for', async () => {
    const looking = await platform.serverWith(ANYBODY, { keyRefreshMs: 0 });
    const token = await issuer.sign(newClaims());
    expect(await statusOf(looking, token)).toBe(200);
    await issuer.rotate();
    await expect.poll(() => statusOf(looking, token)).toBe(401);
  });

  test('[SERVER-7] are not needed to start, and not asked for again and again because of made-up ones', async () => {
    issuer.setAway(true);
    const waiting = await platform.serverWith(ANYBODY);
    expect(await statusOf(waiting, await issuer.sign(newClaims()))).toBe(503);
    issuer.setAway(false);
    expect(await statusOf(waiting, await issuer.sign(newClaims()))).toBe(200);
    const careful = await platform.serverWith(ANYBODY, { keyCooldownMs: 60_000 });
    expect(await statusOf(careful, await issuer.sign(newClaims()))).toBe(200);
    const asked = issuer.asked();
    for (let index = 0; index < 5; index++) {
      expect(await statusOf(careful, await issuer.sign(newClaims(), { kid: `made up ${index}` }))).toBe(401);
    }
    expect(issuer.asked()).toBe(asked);
  });
});

describe('a token that is signed with a shared secret', () => {
  test('[SERVER-7] opens calls, with claims as they are mapped', async () => {
    const mine = djangoClaims();
    expect(await statusOf(server, await signWithSecret(mine))).toBe(200);
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
    expect(await statusOf(server, await make())).toBe(401);
  });
});
