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
