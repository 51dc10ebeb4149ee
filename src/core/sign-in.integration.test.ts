import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';

import { NO_POLICIES, type PoliciesView } from '#shared/policies.ts';

import { createApps, inInbox, online, place, type Person } from './testing/apps.ts';
import { CLIENT_ID, startProvider, type TestProvider } from './testing/oidc-provider.ts';
import { startServerProcess, type ServerProcess } from './testing/server-process.ts';
import { startTestApp, type TestApp } from './testing/test-platform.ts';

let provider: TestProvider;
let server: ServerProcess;
let rosa: Person;
let worker: Person;
const apps = createApps(() => server.url);

beforeAll(async () => {
  provider = await startProvider();
  server = await startServerProcess({
    OIDC_ISSUER: provider.url,
    OIDC_AUDIENCE: CLIENT_ID,
    OIDC_CLIENT_ID: CLIENT_ID,
    OIDC_NAME: 'Harbor',
    SIGN_IN_LINK_BY_EMAIL: 'verified',
  });
  [rosa, worker] = [await server.account('client', 'Rosa Lim'), await server.account('worker', 'Will Tan')];
  provider.person = { ...provider.person, email: rosa.email };
});
afterEach(apps.endAll);
afterAll(async () => {
  await server?.stop();
  await provider?.stop();
});

const method = (value: string, level: 'enforced' | 'default'): PoliciesView => ({
  ...NO_POLICIES,
  entries: NO_POLICIES.entries.map((entry) =>
    entry.name === 'SignInMethod' ? { ...entry, set: { value, level, where: 'a test' } } : entry,
  ),
});
const profile = () => apps.profile({ openLink: async (url) => void provider.browse(url) });

it('[DESK-5] somebody signs in at their agency’s platform, works, and is let in again after a restart without it', async () => {
  const conversation = await server.conversation('By the browser', rosa.email, worker.email);
  const platform = profile();
  const app = await apps.start(platform);
  expect(await app.send('session.methods', { server: server.url })).toEqual({ password: true, oidc: { name: 'Harbor' } });
  const session = await app.send('session.signInByBrowser', { server: server.url });
  expect(session.account).toMatchObject({ id: rosa.id, role: 'client' });
  await inInbox(app, conversation);
  await app.send('message.send', { ...place(conversation), text: 'Written after the browser' });
  await app.until('sent', async () => (await app.send('app.start', {})).status.queued === 0);
  await apps.end(app);
  provider.mischief = { away: true };
  const again = await apps.start(platform);
  await online(again);
  provider.mischief = {};
  expect((await again.send('app.start', {})).session?.account.id).toBe(rosa.id);
});

it('[DESK-5] who is somebody else at the platform is told, and what is here is kept', async () => {
  const app = await apps.signedIn(worker, profile());
  await app.send('session.signOut', { wipe: false });
  await expect(app.send('session.signInByBrowser', { server: server.url })).rejects.toMatchObject({ code: 'conflict' });
  const stranger = { ...provider.person };
  provider.person = { ...provider.person, sub: '1', email: 'nobody@harbor.example' };
  await expect(app.send('session.signInByBrowser', { server: server.url })).rejects.toMatchObject({ code: 'forbidden' });
  provider.person = stranger;
  expect(
    (await app.send('session.signIn', { server: server.url, email: worker.email, password: worker.password })).account.id,
  ).toBe(worker.id);
});

it('[IT-2] a way to sign in that the organisation turned off is neither told of nor taken; a default turns nothing off', async () => {
  const start = (policies: PoliciesView): Promise<TestApp> => startTestApp(profile(), server.url, { policies });
  const at = { server: server.url };
  const byPassword = { ...at, email: rosa.email, password: rosa.password };

  const browserOnly = await start(method('oidc', 'enforced'));
  expect(await browserOnly.send('session.methods', at)).toEqual({ password: false, oidc: { name: 'Harbor' } });
  await expect(browserOnly.send('session.signIn', byPassword)).rejects.toMatchObject({ code: 'forbidden' });
  await expect(browserOnly.core.signIn(rosa.email, rosa.password)).rejects.toMatchObject({ code: 'forbidden' });
  expect((await browserOnly.send('session.signInByBrowser', at)).account.id).toBe(rosa.id);
  await browserOnly.close();

  const passwordOnly = await start(method('password', 'enforced'));
  expect(await passwordOnly.send('session.methods', at)).toEqual({ password: true, oidc: null });
  await expect(passwordOnly.send('session.signInByBrowser', at)).rejects.toMatchObject({ code: 'forbidden' });
  await passwordOnly.close();

  const either = await start(method('oidc', 'default'));
  expect(await either.send('session.methods', at)).toEqual({ password: true, oidc: { name: 'Harbor' } });
  expect((await either.send('session.signIn', byPassword)).account.id).toBe(rosa.id);
  await either.close();
});
