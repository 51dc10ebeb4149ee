import { describe, expect, it } from 'vitest';

import { NO_POLICIES, type PoliciesView, type PolicyName } from '#shared/policies.ts';

import type { Platform } from '../platform.ts';
import { inInbox, messages, online, place, sentTexts, type Person } from '../testing/apps.ts';
import { serverAndPeopleInFile } from '../testing/in-file.ts';
import type { ServerProcess } from '../testing/server-process.ts';
import { startTestApp, type TestApp } from '../testing/test-platform.ts';

let server: ServerProcess;
let staff: Person;
let client: Person;
let worker: Person;
const { profile, signedIn, end } = serverAndPeopleInFile((made) => ({ server, staff, client, worker } = made));

const DAY_MS = 24 * 60 * 60_000;

function enforced(values: Partial<Record<PolicyName, string | number | boolean>>): PoliciesView {
  return {
    entries: NO_POLICIES.entries.map(({ name }) => {
      const value = values[name];
      return { name, set: value === undefined ? null : { value, level: 'enforced', where: 'test' } };
    }),
    problems: [],
  };
}

/** Closed by the test itself: it is none of the file's own. */
async function withPolicies(platform: Platform, policies: PoliciesView, test: (app: TestApp) => Promise<void>): Promise<void> {
  const app = await startTestApp(platform, server.url, { policies });
  try {
    await test(app);
  } finally {
    await app.close();
  }
}

/** Which of these titles are found on this machine. */
async function found(app: TestApp, ...titles: string[]): Promise<string[]> {
  const results = await Promise.all(titles.map((query) => app.send('search', { query })));
  return titles.filter((_title, index) => results[index]!.conversations.length > 0);
}

describe('policies of a running app', () => {
  it('[IT-2] an enforced server is the only one that is signed in to, and its address needs no typing', async () => {
    await withPolicies(profile(), enforced({ ServerAddress: server.url }), async (app) => {
      expect((await app.send('app.start', {})).server).toBe(server.url);
      const { email, password } = staff;
      await expect(app.send('session.signIn', { server: 'http://127.0.0.1:9', email, password })).rejects.toMatchObject({
        code: 'forbidden',
      });
      await app.send('session.signIn', { server: `${server.url}/`, email, password });
      await online(app);
    });
  });

  it('[IT-2] an app that was signed in elsewhere connects no more, keeps what it has, and says what to do', async () => {
    const conversation = await server.conversation('Moved', client.email, worker.email);
    const platform = profile();
    const before = await signedIn(staff, platform);
    await inInbox(before, conversation);
    await end(before);
    await withPolicies(platform, enforced({ ServerAddress: 'https://new.example' }), async (app) => {
      const start = await app.send('app.start', {});
      expect(start).toMatchObject({ server: 'https://new.example', status: { connection: { kind: 'signed-out' } } });
      expect(await found(app, 'Moved')).toEqual(['Moved']);
      const { email, password } = staff;
      await expect(app.send('session.signIn', { server: 'https://new.example', email, password })).rejects.toMatchObject({
        code: 'conflict',
        message: expect.stringContaining('sign out and wipe it'),
      });
    });
  });

  it('[IT-2] what is older than allowed goes, search and files too, unless something waits in it, and comes back with its next message', async () => {
    const [old, waiting, open] = [
      await server.conversation('Long ago', client.email, worker.email),
      await server.conversation('With a draft', client.email, worker.email),
      await server.conversation('On the screen', client.email, worker.email),
    ];
    const cleo = await signedIn(client);
    await inInbox(cleo, old);
    await cleo.send('message.send', { ...place(old), text: 'zanzibar' });
    let shifted = 0;
    const platform = profile({ now: () => Date.now() + shifted });
    const before = await signedIn(staff, platform);
    for (const conversation of [old, waiting, open]) await inInbox(before, conversation);
    await before.until('the message', async () => (await messages(before, old)).length > 0);
    await before.send('draft.set', { ...place(waiting), text: 'half a thought' });
    await end(before);

    await withPolicies(platform, enforced({ CacheDays: 30 }), async (app) => {
      await online(app);
      expect(await found(app, 'Long ago', 'With a draft', 'On the screen')).toHaveLength(3);
      await app.send('thread.open', place(open));
      shifted = 40 * DAY_MS;
      // Something happens somewhere: that is looked at then.
      await inInbox(cleo, open);
      await cleo.send('message.send', { ...place(open), text: 'still there?' });
      await app.until('gone', async () => (await found(app, 'Long ago')).length === 0);
      expect(await found(app, 'With a draft', 'On the screen')).toHaveLength(2);
      expect((await app.send('search', { query: 'zanzibar' })).messages).toEqual([]);

      shifted = 0;
      await cleo.send('message.send', { ...place(old), text: 'it leaks again' });
      await inInbox(app, old);
      await app.until('all of it', async () => (await sentTexts(app, old)).length === 2);
      expect(await sentTexts(app, old)).toEqual(['zanzibar', 'it leaks again']);
      expect((await app.send('search', { query: 'zanzibar' })).messages).toHaveLength(1);
    });

    // A first sync brings nothing that would go again.
    const anew = profile({ now: () => Date.now() + 40 * DAY_MS });
    await withPolicies(anew, enforced({ CacheDays: 30 }), async (app) => {
      await app.core.signIn(staff.email, staff.password);
      await app.until('listed', async () => (await app.send('app.start', {})).status.firstSync === null);
      expect(await found(app, 'Long ago', 'With a draft', 'On the screen')).toEqual([]);
    });
  });

  it('[IT-2] notifications say nothing of who and what, whatever is set here', async () => {
    const conversation = await server.conversation('Secret', client.email, worker.email);
    const cleo = await signedIn(client);
    await inInbox(cleo, conversation);
    await withPolicies(profile(), enforced({ NotificationText: false }), async (app) => {
      await app.core.signIn(staff.email, staff.password);
      await inInbox(app, conversation);
      await app.until('synced', async () => (await app.send('app.start', {})).status.firstSync === null);
      await expect(app.send('settings.set', { notificationText: true })).rejects.toMatchObject({ code: 'forbidden' });
      expect((await app.send('app.start', {})).settings.notificationText).toBe(false);
      expect((await app.send('diagnostics', {})).text).toContain('Policies: NotificationText (enforced); not understood: 0');
      await cleo.send('message.send', { ...place(conversation), text: 'my door code is 4711' });
      const told = await app.until('told', () => app.events('notify').find((one) => one.conversation === conversation));
      expect([told.title, told.body]).toEqual(['Trialogue', 'Something new for you']);
    });
  });

  it('[IT-2] files are neither sent nor fetched where they are turned off', async () => {
    const conversation = await server.conversation('Photos', client.email, worker.email);
    await withPolicies(profile(), enforced({ AttachmentsEnabled: false }), async (app) => {
      await app.core.signIn(staff.email, staff.password);
      await inInbox(app, conversation);
      const id = '0190b6a0-0000-7000-8000-00000000000a';
      const attachments = [{ id, name: 'a.png', type: 'image/png', bytes: 3 }];
      await expect(app.send('message.send', { ...place(conversation), text: 'look', attachments })).rejects.toMatchObject({
        code: 'forbidden',
      });
      expect(await messages(app, conversation)).toEqual([]);
      expect(() => app.core.file(id)).toThrow(expect.objectContaining({ code: 'forbidden' }));
      await app.send('message.send', { ...place(conversation), text: 'words only' });
      await app.until('sent', async () => (await sentTexts(app, conversation)).length === 1);
    });
  });
});
