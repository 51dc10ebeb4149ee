import { expect, test } from 'vitest';

import type { ErrorShape } from '#shared/errors.ts';

import { serverInFile } from '../testing/in-file.ts';
import { PASSWORD, type TestServer } from '../testing/test-server.ts';

let server: TestServer;
serverInFile((started) => void (server = started), { trustedProxies: ['127.0.0.1'] });

type Answer = { status: number; code: string | undefined; retryAfter: string | null };

/** As a proxy passes it on that stands before the server. */
async function post(address: string, path: string, body: object): Promise<Answer> {
  const response = await fetch(`${server.running.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
    body: JSON.stringify(body),
  });
  const { error } = (await response.json()) as { error?: ErrorShape };
  return { status: response.status, code: error?.code, retryAfter: response.headers.get('retry-after') };
}

const signIn = (address: string, email: string, password = 'guess'): Promise<Answer> =>
  post(address, '/api/v1/session', { email, password, device: { name: 'x' } });

const exchange = (address: string, platformToken: string): Promise<Answer> =>
  post(address, '/api/v1/session', { platformToken, device: { name: 'x' } });

const refresh = (address: string, refreshToken: string): Promise<Answer> =>
  post(address, '/api/v1/session/refresh', { refreshToken });

async function codes(times: number, attempt: (index: number) => Promise<Answer>): Promise<Set<string | undefined>> {
  const all: (string | undefined)[] = [];
  for (let index = 0; index < times; index++) all.push((await attempt(index)).code);
  return new Set(all);
}

test('[SERVER-6] attempts at one account are slowed down wherever they come from, known or not, and no other account is', async () => {
  const known = await server.fixture.account('client');
  for (const email of [known.email, 'nobody@throttle.example']) {
    expect(await codes(30, (index) => signIn(`10.1.0.${index}`, index % 2 ? email : email.toUpperCase()))).toEqual(
      new Set(['sign-in-failed']),
    );
    const slowed = await signIn('10.1.1.1', email, PASSWORD);
    expect(slowed).toMatchObject({ status: 429, code: 'too-many-requests' });
    expect(Number(slowed.retryAfter)).toBeGreaterThan(0);
  }
  const other = await server.fixture.account('client');
  expect((await signIn('10.1.1.1', other.email, PASSWORD)).status).toBe(200);
});

test('[SERVER-6] one address, or one IPv6 network, is slowed down whatever accounts it tries; others are not', async () => {
  const account = await server.fixture.account('client');
  // Nine of ten by a token, which costs next to nothing to refuse; were either kind not counted, the next one would be let in.
  const attempt = (from: (index: number) => string, name: string) =>
    Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        index % 10 ? exchange(from(index), `${name}-${index}`) : signIn(from(index), `${name}-${index}@throttle.example`),
      ),
    );
  await attempt(() => '10.2.0.1', 'v4');
  expect((await signIn('10.2.0.1', account.email, PASSWORD)).status).toBe(429);
  await attempt((index) => `2001:db8:1:1::${index + 1}`, 'v6');
  expect((await signIn('2001:db8:1:1:ffff::1', account.email, PASSWORD)).status).toBe(429);
  expect((await signIn('2001:db8:1:2::1', account.email, PASSWORD)).status).toBe(200);
});

test('[SERVER-6] refreshes are slowed down by token and by address', async () => {
  const { refreshToken } = await server.http.signIn(await server.fixture.account('client'));
  expect(await codes(30, (index) => refresh(`10.3.0.${index}`, refreshToken))).toEqual(new Set([undefined]));
  expect((await refresh('10.3.1.1', refreshToken)).status).toBe(429);
  await Promise.all(Array.from({ length: 300 }, (_, index) => refresh('10.3.2.1', `made-up-${index}`)));
  expect((await refresh('10.3.2.1', 'made-up')).status).toBe(429);
  expect((await refresh('10.3.2.2', 'made-up')).status).toBe(401);
});
