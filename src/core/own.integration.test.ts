import { describe, expect, it } from 'vitest';

import type { InboxRow } from '#shared/views.ts';
import type { InboxView } from '#shared/work-list.ts';

import { inInbox, place, type Person } from './testing/apps.ts';
import { serverAndPeopleInFile } from './testing/in-file.ts';
import type { ServerProcess } from './testing/server-process.ts';
import type { TestApp } from './testing/test-platform.ts';

let server: ServerProcess;
let staff: Person;
let client: Person;
let worker: Person;
const { profile, start, signedIn, end } = serverAndPeopleInFile((made) => ({ server, staff, client, worker } = made));

async function rowOf(app: TestApp, conversation: string, view: InboxView = 'everything'): Promise<InboxRow | undefined> {
  const { rows } = await app.send('inbox.list', { view, offset: 0, limit: 50 });
  return rows.find((row) => row.conversation === conversation);
}

async function offline(app: TestApp): Promise<void> {
  await app.until('offline', async () => (await app.send('app.start', {})).status.connection.kind !== 'online');
}

describe('what a person keeps for themselves', () => {
  it('[INBOX-4] two devices that differ while offline agree: of one mark the later holds, others are both kept', async () => {
    const conversation = await server.conversation('Fence', client.email, worker.email);
    const [desk, laptop, other] = [await signedIn(staff), await signedIn(staff), await signedIn(client)];
    for (const app of [desk, laptop, other]) await inInbox(app, conversation);
    await desk.send('own.mark', { conversations: [conversation], change: { mark: 'pin', on: true } });
    await laptop.until('the pin', async () => (await rowOf(laptop, conversation))?.own.pinned);

    server.unplug();
    await offline(desk);
    await offline(laptop);
    await desk.send('own.mark', { conversations: [conversation], change: { mark: 'archive', on: true } });
    await desk.send('own.mark', { conversations: [conversation], change: { mark: 'mute', on: true } });
    await laptop.send('own.mark', { conversations: [conversation], change: { mark: 'archive', on: true } });
    await laptop.send('own.mark', { conversations: [conversation], change: { mark: 'archive', on: false } });
    expect((await rowOf(desk, conversation))?.own).toMatchObject({ place: 'archived', muted: true, pinned: true });
    expect((await rowOf(laptop, conversation))?.own).toMatchObject({ place: 'inbox', muted: false, pinned: true });
    server.plug();
    const wanted = { place: 'inbox', muted: true, pinned: true };
    for (const app of [desk, laptop]) {
      await app.until('agreement', async () => {
        const own = (await rowOf(app, conversation))?.own;
        return own?.place === wanted.place && own.muted;
      });
      expect((await rowOf(app, conversation))?.own).toMatchObject(wanted);
    }
    expect((await rowOf(other, conversation))?.own).toMatchObject({ place: 'inbox', muted: false, pinned: false });
  });

  it('[SYNC-2] what was marked offline outlives the end of the app, and reaches the other devices', async () => {
    const conversation = await server.conversation('Boiler', client.email, worker.email);
    const platform = profile();
    const [first, laptop] = [await signedIn(staff, platform), await signedIn(staff)];
    await inInbox(first, conversation);
    await inInbox(laptop, conversation);
    server.unplug();
    await offline(first);
    const until = Date.now() + 86_400_000;
    await first.send('own.mark', { conversations: [conversation], change: { mark: 'snooze', until } });
    await end(first);
    const again = await start(platform);
    expect((await rowOf(again, conversation, 'snoozed'))?.own).toMatchObject({ place: 'snoozed', snoozedUntil: until });
    server.plug();
    const row = await laptop.until('the snooze', () => rowOf(laptop, conversation, 'snoozed'));
    expect(row.own.snoozedUntil).toBe(until);
    const { before } = await laptop.send('own.mark', { conversations: [conversation], change: { mark: 'snooze', until: null } });
    await again.until('back', () => rowOf(again, conversation, 'inbox'));
    await laptop.send('own.restore', { before });
    await again.until('snoozed again', () => rowOf(again, conversation, 'snoozed'));
  });

  it('[INBOX-4] a muted conversation notifies nobody and counts in no badge; a message brings an archived one back', async () => {
    const muted = await server.conversation('Gate', client.email, worker.email);
    const archived = await server.conversation('Shed', client.email, worker.email);
    const [ana, cleo] = [await signedIn(staff), await signedIn(client)];
    for (const app of [ana, cleo]) for (const one of [muted, archived]) await inInbox(app, one);
    await ana.send('own.mark', { conversations: [muted], change: { mark: 'mute', on: true } });
    await ana.send('own.mark', { conversations: [archived], change: { mark: 'archive', on: true } });
    await cleo.send('message.send', { ...place(muted), text: 'nobody needs to know' });
    await ana.until('the quiet message', async () => (await rowOf(ana, muted))?.unread === 1);
    await cleo.send('message.send', { ...place(archived), text: 'it is back' });
    await ana.until('it', () => rowOf(ana, archived, 'inbox'));
    await ana.until('its notification', () => ana.events('notify').find((one) => one.conversation === archived));
    expect(ana.events('notify').some((one) => one.conversation === muted)).toBe(false);
    await ana.until('the badge', () => ana.events('badge').at(-1)?.unread === 1);
    await ana.send('own.read', { conversations: [archived] });
    await ana.until('nothing unread', () => ana.events('badge').at(-1)?.unread === 0);
  });

  it('[INBOX-2] what was chosen last is chosen after a restart', async () => {
    const platform = profile();
    const app = await signedIn(staff, platform);
    const choice = { view: 'snoozed', status: 'open', label: 'Roof', sort: 'waiting' } as const;
    await app.send('inbox.choose', choice);
    await end(app);
    expect(await (await start(platform)).send('inbox.choice', {})).toEqual(choice);
  });
});

const lookAway = (app: TestApp): Promise<unknown> => app.send('view.state', { focused: false, open: null });

describe('what a person is writing', () => {
  it('[THREAD-3] a draft is gone on with on another device, also one that was written offline, and goes with its message', async () => {
    const conversation = await server.conversation('Window', client.email, worker.email);
    const [desk, laptop] = [await signedIn(staff), await signedIn(staff)];
    for (const app of [desk, laptop]) await inInbox(app, conversation);
    const opened = await laptop.send('thread.open', place(conversation));
    expect(opened.draft).toBe('');
    const write = (app: TestApp, text: string, over = 0): Promise<unknown> =>
      app.send('draft.set', { ...place(conversation), text, caret: text.length, over });
    await write(desk, 'We can come on');
    await lookAway(desk);
    const news = await laptop.until('the draft', () =>
      laptop.events('draft.changed').find(({ text }) => text === 'We can come on'),
    );
    expect((await rowOf(laptop, conversation))?.draft).toBe('We can come on');

    await server.kill('SIGTERM');
    await offline(laptop);
    await write(laptop, 'We can come on Friday.', news.shared.adopted);
    await lookAway(laptop);
    await server.start();
    await desk.until('the rest of it', async () => (await rowOf(desk, conversation))?.draft === 'We can come on Friday.');
    await desk.send('message.send', { ...place(conversation), text: 'We can come on Friday.' });
    await write(desk, '');
    await laptop.until('nothing left', async () => (await rowOf(laptop, conversation))?.draft === null);
    expect((await laptop.send('thread.open', place(conversation))).draft).toBe('');
  });

  it('[THREAD-11] [DESK-4] canned replies and settings of a person are on all devices', async () => {
    const [desk, laptop] = [await signedIn(staff), await signedIn(staff)];
    const reply = { id: 'r1', name: 'On the way', text: 'Somebody is on the way.' };
    await desk.send('replies.put', reply);
    await desk.send('settings.set', { quietHours: { from: '20:00', to: '07:00' }, theme: 'dark' });
    await laptop.until('the reply', async () => (await laptop.send('replies.list', {})).replies.length === 1);
    expect((await laptop.send('replies.list', {})).replies).toEqual([reply]);
    const told = await laptop.until('quiet hours', () => laptop.events('settings').find(({ quietHours }) => quietHours !== null));
    expect(told).toMatchObject({ quietHours: { from: '20:00', to: '07:00' }, theme: 'system' });
    await laptop.send('replies.remove', { id: 'r1' });
    await desk.until('it is gone', async () => (await desk.send('replies.list', {})).replies.length === 0);
    await desk.until('told of it', () => desk.events('replies.changed').length > 0);
  });
});
