import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

import Database from 'better-sqlite3';
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

/** As if its server's address led somewhere else. */
function moveTo(folder: string, server: string): void {
  const database = new Database(path.join(folder, 'trialogue.db'));
  database.prepare('UPDATE session SET server = ?').run(server);
  database.close();
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
    expect(told.connection).toEqual({ kind: 'signed-out', reason: 'account-disabled', unsent: 1 });
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
    server.unplug();
    const away = await startTestApp(platform, server.url);
    await away.until('offline', async () => (await away.send('app.start', {})).status.connection.kind === 'offline');
    expect((await away.send('inbox.list', { view: 'everything', offset: 0, limit: 10 })).total).toBeGreaterThan(0);
    server.plug();
    away.core.wake();
    await signedOutAsDisabled(away);
    await away.close();
  }, 60_000);
});

const connectionOf = async (app: TestApp) => (await app.send('app.start', {})).status.connection;

/** Ends this account's other sessions from here, as the list of devices does. */
async function endOthers(app: TestApp, wipe: boolean): Promise<void> {
  for (const { id, current } of (await app.send('account.devices', {})).devices) {
    if (!current) await app.send('account.endDevice', { id, wipe });
  }
}

describe('a device that is signed out from another', () => {
  it('[SYNC-6] is wiped at once while it is connected, if that was asked for, and says what went with it', async () => {
    const staff = await server.account('staff', 'Eva Ruiz');
    const conversation = await server.conversation('Lost tablet', client.email, worker.email);
    const lost = profile();
    const [here, there] = [await signedIn(staff), await signedIn(staff, lost)];
    for (const app of [here, there]) await inInbox(app, conversation);
    await here.send('message.send', { ...place(conversation), text: 'Quetzalfeather wallpaper' });
    await there.until('the message', async () => (await sentTexts(there, conversation)).length === 1);
    await there.send('draft.set', { ...place(conversation), text: 'Ocelotgrey paint' });
    const outsider = '00000000-0000-4000-8000-000000000000';
    await there.send('message.send', { ...place(conversation), text: 'Tapirbrown tiles', mentions: [outsider] });
    await there.until('not sent', async () => (await there.send('app.start', {})).status.notSent === 1);
    await endOthers(here, true);
    const wiped = { kind: 'signed-out', reason: 'device-wiped', unsent: 1 };
    await there.until('wiped', async () => (await connectionOf(there)).kind === 'signed-out');
    expect(await connectionOf(there)).toEqual(wiped);
    await there.until('the secret is gone', async () => (await lost.secrets.read('refresh-token')) === null);
    for (const words of ['Quetzalfeather', 'Ocelotgrey', 'Tapirbrown']) expect(filesWith(lost.dataDir, words)).toEqual([]);
    expect((await connectionOf(here)).kind).toBe('online');
    // Still said after a restart, until somebody signs in.
    await end(there);
    const again = await start(lost);
    expect(await connectionOf(again)).toEqual(wiped);
    await again.core.signIn(staff.email, staff.password);
    await inInbox(again, conversation);
    await end(again);
    const later = await start(lost);
    expect((await later.send('app.start', {})).session).not.toBeNull();
  }, 60_000);

  it('[SYNC-6] is wiped when it is next connected, however it was closed, and also when its session had ended before', async () => {
    const staff = await server.account('staff', 'Finn Oja');
    const conversation = await server.conversation('Lost laptop', client.email, worker.email);
    const lost = profile();
    const here = await signedIn(staff);
    const there = await signedIn(staff, lost);
    await inInbox(there, conversation);
    await there.send('draft.set', { ...place(conversation), text: 'Ocelotgrey paint' });
    await end(there);
    // The password first, as one does; then it turns out that the laptop is gone.
    await here.send('account.changePassword', { current: staff.password, next: 'a fresh long phrase' });
    expect(filesWith(lost.dataDir, 'Ocelotgrey')).not.toEqual([]);
    expect(await server.revokeSessions(staff.email, true)).toBeGreaterThan(0);
    const back = await start(lost);
    await back.until('wiped', async () => {
      const { session, status } = await back.send('app.start', {});
      return session === null && status.connection.kind === 'signed-out' && status.connection.reason === 'device-wiped';
    });
    expect(filesWith(lost.dataDir, 'Ocelotgrey')).toEqual([]);
  }, 60_000);

  it('[SYNC-6] keeps everything when it was not asked to be wiped, when the password changed, and when something else answers', async () => {
    const staff = await server.account('staff', 'Gina Paz');
    const conversation = await server.conversation('Kept', client.email, worker.email);
    const [kept, changed, elsewhere] = [profile(), profile(), profile()];
    const here = await signedIn(staff);
    for (const platform of [kept, changed, elsewhere]) {
      const app = await signedIn(staff, platform);
      await inInbox(app, conversation);
      await app.send('draft.set', { ...place(conversation), text: 'Ocelotgrey paint' });
      await end(app);
    }
    // Not ours: it answers every call as ours would answer the session of somebody else, as one with a copy of our names might.
    const body = {
      error: { code: 'device-wiped', message: 'Gone.', details: { session: '0198c0de-0000-7000-8000-000000000000' } },
    };
    let asked = 0;
    const impostor = createServer((_request, response) => {
      asked += 1;
      response.writeHead(401, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => {
      impostor.listen(0, '127.0.0.1', resolve);
    });
    const { port } = impostor.address() as AddressInfo;
    moveTo(elsewhere.dataDir, `http://127.0.0.1:${port}`);
    const misled = await startTestApp(elsewhere, server.url);
    await misled.until('asked', () => asked > 0);
    await misled.until('signed out', async () => (await connectionOf(misled)).kind === 'signed-out');
    expect(await connectionOf(misled)).toEqual({ kind: 'signed-out', reason: 'ended' });
    await misled.close();
    impostor.close();
    impostor.closeAllConnections();

    await endOthers(here, false);
    const ended = await start(kept);
    await ended.until('signed out', async () => (await connectionOf(ended)).kind === 'signed-out');
    await here.send('account.changePassword', { current: staff.password, next: 'a fresh long phrase' });
    const other = await start(changed);
    await other.until('signed out', async () => (await connectionOf(other)).kind === 'signed-out');
    for (const shown of [ended, other]) expect(await connectionOf(shown)).toEqual({ kind: 'signed-out', reason: 'ended' });
    for (const { dataDir } of [kept, changed, elsewhere]) expect(filesWith(dataDir, 'Ocelotgrey')).not.toEqual([]);
  }, 60_000);
});
