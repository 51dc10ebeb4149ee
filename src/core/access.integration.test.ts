import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { inInbox, place, sentTexts, type Person } from './testing/apps.ts';
import { serverAndPeopleInFile } from './testing/in-file.ts';
import type { ServerProcess } from './testing/server-process.ts';
import { startTestApp, type TestApp } from './testing/test-platform.ts';

let server: ServerProcess;
let client: Person;
let worker: Person;
const { profile, start, signedIn, end } = serverAndPeopleInFile((made) => ({ server, client, worker } = made));

/** Any of the profile's files that hold these words. */
function filesWith(folder: string, words: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'profile.lock')
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => readFileSync(file).includes(words));
}

async function signedOutAsDisabled(app: TestApp): Promise<void> {
  await app.until('wiped', async () => {
    const { session, status } = await app.send('app.start', {});
    return session === null && status.connection.kind === 'signed-out' && status.connection.reason === 'account-disabled';
  });
}

describe('an account that its agency disabled', () => {
  it('[SYNC-6] is wiped from this machine at once while it is connected: rows, drafts, queue, files, secrets', async () => {
    const staff = await server.account('staff', 'Ana Reyes');
    const conversation = await server.conversation('Disabled', client.email, worker.email);
    const withdrawn: string[] = [];
    const platform = profile({
      capabilities: { notifications: 'host', badge: false, secretStore: false },
      withdraw: (ids) => void withdrawn.push(...ids),
    });
    const ana = await signedIn(staff, platform);
    const cleo = await signedIn(client);
    for (const app of [ana, cleo]) await inInbox(app, conversation);
    await cleo.send('message.send', { ...place(conversation), text: 'Quetzalfeather wallpaper' });
    await ana.until('the message', async () => (await sentTexts(ana, conversation)).length === 1);
    await ana.send('draft.set', { ...place(conversation), text: 'Ocelotgrey paint' });
    const outsider = '00000000-0000-4000-8000-000000000000';
    await ana.send('message.send', { ...place(conversation), text: 'Tapirbrown tiles', mentions: [outsider] });
    await ana.until('not sent', async () => (await ana.send('app.start', {})).status.notSent === 1);
    expect(await platform.secrets.read('refresh-token')).not.toBeNull();
    expect(filesWith(platform.dataDir, 'Quetzalfeather')).not.toEqual([]);

    await server.disableAccount(staff.email);
    await signedOutAsDisabled(ana);
    expect(ana.events('session').at(-1)).toEqual({ session: null });
    // Told a moment later: changes of the status are gathered.
    const told = await ana.until('told', () => ana.events('status').find((event) => event.connection.kind === 'signed-out'));
    expect(told.connection).toEqual({ kind: 'signed-out', reason: 'account-disabled' });
    expect((await ana.send('app.start', {})).status).toMatchObject({ queued: 0, notSent: 0 });
    await expect(ana.send('thread.open', place(conversation))).rejects.toMatchObject({ code: 'sign-in-required' });
    await ana.until('the secret is gone', async () => (await platform.secrets.read('refresh-token')) === null);
    for (const words of ['Quetzalfeather', 'Ocelotgrey', 'Tapirbrown']) expect(filesWith(platform.dataDir, words)).toEqual([]);
    expect(existsSync(path.join(platform.dataDir, 'files'))).toBe(false);

    const as = (person: Person): Promise<unknown> =>
      ana.send('session.signIn', { server: server.url, email: person.email, password: person.password });
    await expect(as(staff)).rejects.toMatchObject({ code: 'account-disabled' });
    await as(client);
    await inInbox(ana, conversation);
    await ana.until('for somebody else', async () => (await sentTexts(ana, conversation)).length === 1);
  }, 60_000);

  it('[SYNC-6] is wiped at the next start, when it was disabled while the app was closed', async () => {
    const staff = await server.account('staff', 'Bea Cruz');
    const conversation = await server.conversation('Disabled later', client.email, worker.email);
    const platform = profile();
    const before = await signedIn(staff, platform);
    await inInbox(before, conversation);
    await before.send('draft.set', { ...place(conversation), text: 'Ocelotgrey paint' });
    await end(before);
    await server.disableAccount(staff.email);
    const again = await start(platform);
    await signedOutAsDisabled(again);
    expect(filesWith(platform.dataDir, 'Ocelotgrey')).toEqual([]);
  }, 60_000);

  it('[SYNC-6] keeps what is here while the server can’t be asked', async () => {
    const staff = await server.account('staff', 'Dina Lim');
    const conversation = await server.conversation('Unreachable', client.email, worker.email);
    const platform = profile();
    const before = await signedIn(staff, platform);
    await inInbox(before, conversation);
    await end(before);
    await server.disableAccount(staff.email);
    await server.kill('SIGKILL');
    const away = await startTestApp(platform, server.url);
    await away.until('offline', async () => (await away.send('app.start', {})).status.connection.kind === 'offline');
    expect((await away.send('inbox.list', { view: 'everything', offset: 0, limit: 10 })).total).toBeGreaterThan(0);
    await server.start();
    away.core.wake();
    await signedOutAsDisabled(away);
    await away.close();
  }, 60_000);
});
