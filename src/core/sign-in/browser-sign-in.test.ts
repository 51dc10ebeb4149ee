import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { Log } from '../platform.ts';
import { CLIENT_ID, startProvider, type Mischief, type TestProvider } from '../testing/oidc-provider.ts';
import { createBrowserSignIn, type BrowserSignIn } from './browser-sign-in.ts';

let provider: TestProvider;
let lines: string[];
const log: Log = {
  info: (event, fields) => void lines.push(JSON.stringify([event, fields])),
  warn: (event, fields) => void lines.push(JSON.stringify([event, fields])),
  error: (event, fields) => void lines.push(JSON.stringify([event, fields])),
};

beforeAll(async () => {
  provider = await startProvider();
});
afterAll(() => provider.stop());
beforeEach(() => {
  provider.mischief = {};
  lines = [];
});

/** A person who is sent to the provider, and does there what `browse` does. */
function signIn(browse: (url: string) => Promise<unknown> = (url) => provider.browse(url), patienceMs?: number): BrowserSignIn {
  return createBrowserSignIn({
    openLink: async (url) => void browse(url),
    prepare: async () => undefined,
    log,
    ...(patienceMs !== undefined && { patienceMs }),
  });
}

describe('the sign-in in the browser', () => {
  it('[DESK-5] asks as a native app does, and gives the token that the server takes', async () => {
    const id = await signIn().ask(provider.method());
    expect(decodeJwt(id)).toMatchObject({ sub: '4711', aud: CLIENT_ID, iss: provider.url });
    const asked = Object.fromEntries(provider.asked!);
    expect(asked).toMatchObject({ response_type: 'code', client_id: CLIENT_ID, code_challenge_method: 'S256' });
    expect(asked['scope']).toBe('openid profile email');
    expect(new URL(asked['redirect_uri']!)).toMatchObject({ hostname: '127.0.0.1', pathname: '/signed-in' });
    for (const name of ['state', 'nonce', 'code_challenge']) expect(asked[name]!.length).toBeGreaterThan(40);
    const first = provider.asked;
    const access = await signIn().ask(
      provider.method({ token: 'access', parameters: { audience: 'trialogue-api', prompt: 'login' } }),
    );
    expect(decodeJwt(access)).toMatchObject({ aud: 'trialogue-api' });
    expect(Object.fromEntries(provider.asked!)).toMatchObject({ audience: 'trialogue-api', prompt: 'login' });
    for (const name of ['state', 'nonce', 'code_challenge']) expect(provider.asked!.get(name)).not.toBe(first!.get(name));
    expect(lines).toEqual([]);
  });

  it.each<[string, Mischief, RegExp]>([
    ['declined', { declines: 'access_denied' }, /Harbor was declined/],
    ['refused there', { declines: 'server_error' }, /did not work/],
    ['of another issuer', { answersAs: 'https://evil.example' }, /did not work/],
    ['with a token for another sign-in', { nonce: 'another' }, /did not work/],
    ['with a token for another client', { audience: 'another' }, /did not work/],
    ['with a token of another issuer', { issuer: 'https://evil.example' }, /did not work/],
  ])('[DESK-5] that is %s gives no token, and says so without a word of it in the log', async (_what, mischief, words) => {
    provider.mischief = mischief;
    await expect(signIn().ask(provider.method())).rejects.toMatchObject({
      code: 'sign-in-failed',
      message: expect.stringMatching(words),
    });
    expect(lines).toHaveLength(1);
    for (const secret of ['4711', 'rosa', 'evil', provider.asked!.get('state')!, provider.asked!.get('nonce')!]) {
      expect(lines.join('')).not.toContain(secret);
    }
  });

  it('[DESK-5] waits on when something else on this machine calls, and takes what belongs to it alone', async () => {
    const statuses: number[] = [];
    const waits = signIn(async (url) => {
      const redirect = new URL(url).searchParams.get('redirect_uri')!;
      const state = new URL(url).searchParams.get('state')!;
      const ask = async (address: string, init: RequestInit = {}): Promise<void> =>
        void statuses.push((await fetch(address, init)).status);
      await ask(`${redirect}?code=stolen&state=made-up`);
      await ask(redirect);
      await ask(new URL(`/elsewhere?state=${state}`, redirect).href);
      await ask(`${redirect}?code=stolen&state=${state}`, { method: 'POST' });
      statuses.push(await provider.browse(url));
    });
    expect(decodeJwt(await waits.ask(provider.method()))).toMatchObject({ sub: '4711' });
    expect(statuses).toEqual([404, 404, 404, 404, 200]);
  });

  it('[DESK-5] ends when it is stopped, when another begins, and when nobody comes back', async () => {
    const opened: string[] = [];
    const nobody = signIn(async (url) => void opened.push(url));
    const first = nobody.ask(provider.method());
    await expect.poll(() => opened.length).toBe(1);
    const second = nobody.ask(provider.method());
    await expect(first).rejects.toMatchObject({ code: 'sign-in-failed', message: expect.stringMatching(/stopped/) });
    await expect.poll(() => opened.length).toBe(2);
    nobody.stop();
    await expect(second).rejects.toMatchObject({ code: 'sign-in-failed' });
    // The door is shut behind it.
    await expect(fetch(new URL(opened[1]!).searchParams.get('redirect_uri')!)).rejects.toThrow('fetch failed');
    await expect(signIn(async () => undefined, 1).ask(provider.method())).rejects.toMatchObject({
      message: expect.stringMatching(/not finished in time/),
    });
  });

  it('[DESK-5] says when who signs in isn’t there, or isn’t to be trusted on the way', async () => {
    provider.mischief = { away: true };
    await expect(signIn().ask(provider.method())).rejects.toMatchObject({
      code: 'server-unreachable',
      message: expect.stringMatching(/Harbor/),
    });
    await expect(signIn().ask(provider.method({ issuer: 'http://127.0.0.1:9' }))).rejects.toMatchObject({ code: 'offline' });
    await expect(signIn().ask(provider.method({ issuer: 'http://id.example' }))).rejects.toMatchObject({ code: 'bad-request' });
    expect(lines.every((line) => !line.includes('id.example'))).toBe(true);
  });
});
