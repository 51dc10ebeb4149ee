import { expect, test, vi } from 'vitest';

import type { Notification } from '#shared/notifications.ts';

import { importBedForEachTest, type ImportBed } from '../testing/import-bed.ts';
import { JsonClient } from '../testing/json-client.ts';
import { gotchaPlatform } from '../testing/platform-gotchas.ts';

let bed: ImportBed;
importBedForEachTest((made) => void (bed = made));

test('[NOTIFY-4] history that is imported, and what has changed there since, is news to nobody; what is written here is', async () => {
  const platform = gotchaPlatform();
  await bed.fromDump(platform);
  Object.assign(platform.find('jobs', 'jobID', 101), { workerMarkedComplete: true });
  await bed.fromDump(platform);
  expect((await bed.thread(201)).at(-1)).toBe('job-status');
  const chat = await JsonClient.open(bed.server.running.url, 201, await bed.token('rosa@people.example'));
  chat.send({ type: 'send_message', message: 'Written here' });
  const token = await bed.token('acme@agency.example');
  const list = async () =>
    (await bed.server.http.call<{ notifications: Notification[] }>('GET', '/api/v1/notifications', { token })).body.notifications;
  await vi.waitFor(async () => expect(await list()).not.toEqual([]), { timeout: 10_000, interval: 50 });
  chat.terminate();
  expect((await list()).map(({ text }) => text)).toEqual(['Written here']);
  const all = await bed.server.db.read((db) => db.rows("SELECT FROM notifications WHERE kind <> 'NEW_MESSAGE'"));
  expect(all).toEqual([]);
});
