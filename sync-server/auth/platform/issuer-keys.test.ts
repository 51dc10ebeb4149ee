import type { FlattenedJWSInput } from 'jose';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { silentLog } from '../../log.ts';
import { startIssuer, type TestIssuer } from '../../testing/platform-issuer.ts';
import { issuerKeys } from './issuer-keys.ts';

let issuer: TestIssuer;
let now: number;
const HEADER = { alg: 'RS256', kid: 'k1' };
const TOKEN = {} as FlattenedJWSInput;

beforeEach(async () => {
  issuer = await startIssuer();
  now = 0;
});
afterEach(() => issuer.stop());

const keysOf = (jwksUrl: string | null = null) =>
  issuerKeys({ issuer: issuer.url, jwksUrl, cooldownMs: 30_000, refreshMs: 600_000, log: silentLog, now: () => now });

test('[SERVER-7] an issuer that is away is asked again after a while, not for each token', async () => {
  const keys = keysOf();
  issuer.setAway(true);
  for (let index = 0; index < 3; index++) await expect(keys(HEADER, TOKEN)).rejects.toMatchObject({ code: 'unavailable' });
  expect(issuer.asked()).toBe(1);
  issuer.setAway(false);
  now = 29_999;
  await expect(keys(HEADER, TOKEN)).rejects.toMatchObject({ code: 'unavailable' });
  now = 30_000;
  expect(await keys(HEADER, TOKEN)).toMatchObject({ type: 'public' });
  expect(issuer.asked()).toBe(3);
});

test('[SERVER-7] keys are fetched once for all who ask at once, and stay while the issuer is away', async () => {
  const keys = keysOf(`${issuer.url}/keys`);
  await Promise.all(Array.from({ length: 5 }, async () => keys(HEADER, TOKEN)));
  expect(issuer.asked()).toBe(1);
  issuer.setAway(true);
  now = 10 * 600_000;
  expect(await keys(HEADER, TOKEN)).toMatchObject({ type: 'public' });
  await expect.poll(() => issuer.asked()).toBe(2);
  expect(await keys(HEADER, TOKEN)).toMatchObject({ type: 'public' });
  expect(issuer.asked()).toBe(2);
});

test('[SERVER-7] a discovery document that speaks for another issuer is not used', async () => {
  issuer.callItself('https://another.example');
  await expect(keysOf()(HEADER, TOKEN)).rejects.toMatchObject({ code: 'unavailable' });
  expect(issuer.asked()).toBe(1);
});
