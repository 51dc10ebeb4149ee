import { cpSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { inInbox, messages, online, place, sentTexts, type Person } from './testing/apps.ts';
import { serverAndPeopleInFile } from './testing/in-file.ts';
import type { ServerProcess } from './testing/server-process.ts';
import type { TestApp } from './testing/test-platform.ts';

let server: ServerProcess;
let staff: Person;
let client: Person;
let worker: Person;
const { profile, start, signedIn, end } = serverAndPeopleInFile((made) => ({ server, staff, client, worker } = made));

describe('core against the real server', () => {
  it('[SYNC-1] what one writes the others get, with typing, read-by and unread', async () => {
    const conversation = await server.conversation('Kitchen tap', client.email, worker.email);
    const [ana, cleo] = [await signedIn(staff), await signedIn(client)];
    await inInbox(ana, conversation);
    await inInbox(cleo, conversation);
    await ana.send('thread.open', place(conversation));
    await cleo.send('thread.open', place(conversation));
    await ana.send('view.state', { focused: true, open: place(conversation) });

    const { key } = await ana.send('message.send', { ...place(conversation), text: 'When can you come?' });
    const got = await cleo.until('the message', async () =>
      (await messages(cleo, conversation)).find((one) => one.key === key && one.author.name === 'Ana Reyes'),
    );
    expect(got).toMatchObject({ text: 'When can you come?', own: false, author: { name: 'Ana Reyes' }, state: { kind: 'sent' } });
    await ana.until(
      'sent',
      async () => (await messages(ana, conversation)).find((one) => one.key === key)?.state.kind === 'sent',
    );
    await cleo.until('the change', () =>
      cleo.events('thread.changed').some((event) => event.items.some((item) => item.key === key)),
    );
    const row = await cleo.until('unread', async () => {
      const page = await cleo.send('inbox.list', { view: 'unread', offset: 0, limit: 50 });
      return page.rows.find((one) => one.conversation === conversation);
    });
    expect(row).toMatchObject({ unread: 1, last: { text: 'When can you come?', own: false } });
    await cleo.until('a notification', () => cleo.events('notify').find((one) => one.conversation === conversation));

    await cleo.send('thread.seen', { ...place(conversation), seq: got.seq! });
    const view = await ana.until('read by', () =>
      ana
        .events('thread.changed')
        .find((event) => event.view?.reads.some((read) => read.person.id === client.id && read.seq >= got.seq!)),
    );
    expect(view.conversation).toBe(conversation);
    await cleo.until('withdrawn', () => cleo.events('notify.withdraw')[0]);

    await cleo.until('the socket', async () => {
      await cleo.send('typing.set', { ...place(conversation), typing: true });
      return ana.events('typing').some((event) => event.people.some((person) => person.id === client.id));
    });
    await cleo.send('typing.set', { ...place(conversation), typing: false });
    await ana.until('typing over', () => ana.events('typing').at(-1)?.people.length === 0);
  });

  it('[SYNC-2] replies written offline are kept through a restart and sent once, in their order', async () => {
    const conversation = await server.conversation('Roof leak', client.email, worker.email);
    const cleo = await signedIn(client);
    const platform = profile();
    const first = await signedIn(staff, platform);
    await inInbox(first, conversation);
    await server.kill('SIGTERM');
    await first.until('offline', async () => (await first.send('app.start', {})).status.connection.kind !== 'online');
    const wanted = ['one', 'two', 'three', 'four', 'five'];
    for (const text of wanted) await first.send('message.send', { ...place(conversation), text });
    await end(first);

    const again = await start(platform);
    const { session, status } = await again.send('app.start', {});
    expect(session?.account.name).toBe('Ana Reyes');
    expect(status).toMatchObject({ queued: 5, notSent: 0 });
    expect((await again.send('queue.list', {})).items.map(({ work }) => work.kind === 'message' && work.text)).toEqual(wanted);
    await server.start();
    await again.until('sent', async () => (await sentTexts(again, conversation)).length === 5);
    await cleo.until('received', async () => (await sentTexts(cleo, conversation)).length >= 5);
    expect(await sentTexts(cleo, conversation)).toEqual(wanted);
    expect(await sentTexts(again, conversation)).toEqual(wanted);
    expect((await again.send('app.start', {})).status).toMatchObject({ queued: 0, notSent: 0 });
  });

  it('[SYNC-6] someone who is taken out of a conversation loses the local copy', async () => {
    const conversation = await server.conversation('Gutter', client.email, worker.email);
    const will = await signedIn(worker);
    await inInbox(will, conversation);
    await will.send('thread.open', place(conversation));
    await will.send('message.send', { ...place(conversation), text: 'I am here' });
    await will.until('sent', async () => (await sentTexts(will, conversation)).length === 1);
    await server.removeParticipant(conversation, worker.email);
    await will.until('gone', () => will.events('conversation.gone').some((event) => event.conversation === conversation));
    await expect(will.send('thread.open', place(conversation))).rejects.toMatchObject({ code: 'not-found' });
    expect((await will.send('search', { query: 'here' })).messages).toEqual([]);
  });

  it('[SYNC-2] two copies of one profile lose nothing and agree in the end', async () => {
    const conversation = await server.conversation('Copied profile', client.email, worker.email);
    const platform = profile();
    const before = await signedIn(staff, platform);
    await inInbox(before, conversation);
    await before.send('message.send', { ...place(conversation), text: 'before the copy' });
    await before.until('sent', async () => (await sentTexts(before, conversation)).length === 1);
    await end(before);
    const copy = profile({ secrets: platform.secrets });
    cpSync(platform.dataDir, copy.dataDir, { recursive: true });

    const [one, two] = [await start(platform), await start(copy)];
    await online(one);
    await online(two);
    await Promise.all([
      ...['a1', 'a2', 'a3'].map((text) => one.send('message.send', { ...place(conversation), text })),
      ...['b1', 'b2', 'b3'].map((text) => two.send('message.send', { ...place(conversation), text })),
    ]);
    for (const app of [one, two]) {
      await app.until('all seven', async () => (await sentTexts(app, conversation)).length === 7, 30_000);
    }
    const texts = await sentTexts(one, conversation);
    expect(texts.toSorted()).toEqual(['a1', 'a2', 'a3', 'b1', 'b2', 'b3', 'before the copy']);
    expect(await sentTexts(two, conversation)).toEqual(texts);
    for (const prefix of ['a', 'b'])
      expect(texts.filter((text) => text.startsWith(prefix) && text.length === 2)).toEqual([1, 2, 3].map((n) => `${prefix}${n}`));
  });

  it('[THREAD-2] a refused reply says why, the others go out, and it can be tried again', async () => {
    const conversation = await server.conversation('Closed job', client.email, worker.email);
    const ana = await signedIn(staff);
    await inInbox(ana, conversation);
    const outsider = '00000000-0000-4000-8000-000000000000';
    await Promise.all([
      ana.send('message.send', { ...place(conversation), text: 'first' }),
      ana.send('message.send', { ...place(conversation), text: 'to nobody', mentions: [outsider] }),
      ana.send('message.send', { ...place(conversation), text: 'second' }),
    ]);
    await ana.until('two sent', async () => (await sentTexts(ana, conversation)).length === 2);
    expect(await sentTexts(ana, conversation)).toEqual(['first', 'second']);
    const [refused] = (await ana.send('queue.list', {})).items;
    expect(refused).toMatchObject({ work: { kind: 'message', text: 'to nobody' }, state: { kind: 'not-sent', rule: 'mention' } });
    await ana.send('message.discard', { key: refused!.key });
    expect((await ana.send('app.start', {})).status.notSent).toBe(0);

    await server.setLock(conversation, true);
    await ana.send('message.send', { ...place(conversation), text: 'too late' });
    const closed = await ana.until('not sent', async () =>
      (await ana.send('queue.list', {})).items.find((item) => item.state.kind === 'not-sent'),
    );
    expect(closed.state).toEqual({ kind: 'not-sent', rule: 'closed' });
    const page = await ana.send('inbox.list', { view: 'everything', offset: 0, limit: 50 });
    expect(page.rows.find((row) => row.conversation === conversation)).toMatchObject({ notSent: 1, queued: 0 });
    await server.setLock(conversation, false);
    await ana.send('message.retry', { key: closed.key, text: 'in time' });
    await ana.until('sent', async () => (await sentTexts(ana, conversation)).includes('in time'));
    expect(await sentTexts(ana, conversation)).toEqual(['first', 'second', 'in time']);
  });

  it('[SYNC-6] signing out keeps what is here for the same person, refuses another, and wipes on demand', async () => {
    const conversation = await server.conversation('Sign-out', client.email, worker.email);
    const app = await signedIn(staff);
    await inInbox(app, conversation);
    const sent = await app.send('message.send', { ...place(conversation), text: 'before' });
    await app.until('sent', async () =>
      (await messages(app, conversation)).some((one) => one.key === sent.key && one.seq !== null),
    );
    await app.send('session.signOut', { wipe: false });
    expect((await app.send('app.start', {})).session).toBeNull();
    await expect(app.send('inbox.list', { view: 'everything', offset: 0, limit: 10 })).rejects.toMatchObject({
      code: 'sign-in-required',
    });
    const as = (person: Person): Promise<unknown> =>
      app.send('session.signIn', { server: server.url, email: person.email, password: person.password });
    await expect(as(client)).rejects.toMatchObject({ code: 'conflict' });
    await expect(as({ ...staff, password: 'wrong' })).rejects.toMatchObject({ code: 'sign-in-failed' });
    await as(staff);
    await online(app);
    expect(await sentTexts(app, conversation)).toEqual(['before']);
    await app.send('message.send', { ...place(conversation), text: 'after' });
    await app.until('sent', async () => (await sentTexts(app, conversation)).length === 2);
    await app.send('session.signOut', { wipe: true });
    await as(client);
    await online(app);
    await inInbox(app, conversation);
    await app.until('from the server', async () => (await sentTexts(app, conversation)).length === 2);
    expect((await app.send('queue.list', {})).items).toEqual([]);
  });

  it('[SYNC-4] the first sync brings everything, and a second start only what is new', async () => {
    const conversation = await server.conversation('First sync', client.email, worker.email);
    const cleo = await signedIn(client);
    await inInbox(cleo, conversation);
    await cleo.send('message.send', { ...place(conversation), text: 'Marigold colour please' });
    await cleo.until('sent', async () => (await sentTexts(cleo, conversation)).length === 1);
    const platform = profile();
    const app = await signedIn(staff, platform);
    await app.until('the first sync', async () => (await app.send('app.start', {})).status.firstSync === null);
    const { total } = await app.send('inbox.list', { view: 'everything', offset: 0, limit: 1 });
    expect(total).toBeGreaterThan(0);
    const hit = (await app.send('search', { query: 'marigold col' })).messages[0];
    expect(hit).toMatchObject({ jobTitle: 'First sync', author: { name: 'Cleo Santos' } });
    expect(app.events('notify')).toEqual([]);
    await end(app);
    const again = await start(platform);
    expect((await again.send('app.start', {})).status.firstSync).toBeNull();
    expect((await again.send('inbox.list', { view: 'everything', offset: 0, limit: 1 })).total).toBe(total);
  });

  it('[SYNC-2] a server that is killed while many write loses and doubles nothing', async () => {
    const conversation = await server.conversation('Kill', client.email, worker.email);
    const [ana, cleo] = [await signedIn(staff), await signedIn(client)];
    for (const app of [ana, cleo]) {
      await inInbox(app, conversation);
      await app.send('thread.open', place(conversation));
    }
    const write = async (app: TestApp, name: string): Promise<void> => {
      for (let n = 0; n < 40; n++) await app.send('message.send', { ...place(conversation), text: `${name}${n}` });
    };
    const sent = async (): Promise<number> => (await sentTexts(ana, conversation)).length;
    const writing = Promise.all([write(ana, 'a'), write(cleo, 'c')]);
    await ana.until('some sent', async () => (await sent()) > 3);
    await server.kill('SIGKILL');
    await writing;
    await server.start();
    await ana.until('more sent', async () => (await sent()) > 20, 30_000);
    await server.kill('SIGKILL');
    await server.start();
    for (const app of [ana, cleo]) {
      await app.until('all sent', async () => (await sentTexts(app, conversation)).length >= 80, 30_000);
    }
    const texts = await sentTexts(ana, conversation);
    expect(await sentTexts(cleo, conversation)).toEqual(texts);
    for (const name of ['a', 'c']) {
      expect(texts.filter((text) => text.startsWith(name))).toEqual(Array.from({ length: 40 }, (_, n) => `${name}${n}`));
    }
    expect((await ana.send('app.start', {})).status).toMatchObject({ queued: 0, notSent: 0 });
  }, 90_000);

  it('[SYNC-2] replies that wait in many threads all go out, each thread in its order', async () => {
    const titles = Array.from({ length: 14 }, (_, n) => `Round ${n}`);
    const conversations: string[] = [];
    for (const title of titles) conversations.push(await server.conversation(title, client.email, worker.email));
    const ana = await signedIn(staff);
    for (const conversation of conversations) await inInbox(ana, conversation);
    server.unplug();
    await ana.until('offline', async () => (await ana.send('app.start', {})).status.connection.kind !== 'online');
    for (const text of ['1', '2', '3']) {
      for (const conversation of conversations) await ana.send('message.send', { ...place(conversation), text });
    }
    expect((await ana.send('app.start', {})).status.queued).toBe(42);
    server.plug();
    ana.core.wake();
    await ana.until('all sent', async () => (await ana.send('app.start', {})).status.queued === 0, 30_000);
    for (const conversation of conversations) expect(await sentTexts(ana, conversation)).toEqual(['1', '2', '3']);
  }, 90_000);
});
