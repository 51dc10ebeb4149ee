import path from 'node:path';

import Database from 'better-sqlite3';
import { expect, it } from 'vitest';

import { ERASED_NAME } from '#shared/documents.ts';

import { inInbox, messages, online, place, sentTexts, type Person } from './testing/apps.ts';
import { serverAndPeopleInFile } from './testing/in-file.ts';
import type { ServerProcess } from './testing/server-process.ts';
import type { TestApp } from './testing/test-platform.ts';

let server: ServerProcess;
let client: Person;
let worker: Person;
const { profile, start, signedIn, end } = serverAndPeopleInFile((made) => ({ server, client, worker } = made));

/** Which of these words stand in any row of a profile's database, replicas and the index of words too. */
function heldIn(folder: string, words: readonly string[]): string[] {
  const database = new Database(path.join(folder, 'trialogue.db'), { readonly: true });
  const tables = database
    .prepare(`SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0`)
    .pluck()
    .all() as string[];
  const rows = tables.flatMap((table) => database.prepare(`SELECT * FROM "${table}"`).raw().all() as unknown[][]);
  const text = rows.flat().map((value) => (Buffer.isBuffer(value) ? value.toString('latin1') : String(value)));
  database.close();
  return words.filter((word) => text.some((one) => one.toLowerCase().includes(word.toLowerCase())));
}

async function nameGone(app: TestApp, conversation: string): Promise<void> {
  await app.until('the name is gone', async () => {
    const { conversation: shown } = await app.send('thread.open', place(conversation));
    return JSON.stringify(shown).includes(ERASED_NAME);
  });
}

const WORDS = ['quetzalfeather', 'mosscovered', 'Yolanda', 'Ibarra'];

it('[SERVER-5] who was erased is gone from the app of somebody else: at once where it is online, else when it is next', async () => {
  const erased = await server.account('client', 'Yolanda Ibarra');
  const conversation = await server.conversation('Erased', erased.email, worker.email);
  // Where the person never wrote a word: only the name is there.
  const named = await server.conversation('Only named', erased.email, worker.email);
  const [here, away] = [profile(), profile()];
  const [will, elsewhere, yolanda] = [await signedIn(worker, here), await signedIn(worker, away), await signedIn(erased)];
  for (const app of [will, elsewhere, yolanda]) await inInbox(app, conversation);
  for (const app of [will, elsewhere]) await inInbox(app, named);
  await will.send('thread.open', place(conversation));
  await yolanda.send('message.send', { ...place(conversation), text: 'Quetzalfeather wallpaper' });
  await yolanda.send('message.send', { ...place(conversation), text: 'Mosscovered roof' });
  for (const app of [will, elsewhere]) {
    await app.until('both', async () => (await sentTexts(app, conversation)).length === 2);
  }
  await end(elsewhere);
  expect(heldIn(away.dataDir, WORDS)).toEqual(WORDS);

  await server.erasePerson(erased.email);
  const back = await start(away);
  await online(back);
  for (const app of [will, back]) {
    await app.until('the message is empty', async () => (await messages(app, conversation)).every((one) => one.removed));
    await nameGone(app, conversation);
  }
  for (const [app, { dataDir }] of [
    [will, here],
    [back, away],
  ] as const) {
    await expect.poll(() => heldIn(dataDir, WORDS)).toEqual([]);
    await end(app);
  }
}, 60_000);

it('[SERVER-5] what an agency no longer keeps is gone from the app, and what was written in between stays', async () => {
  const conversation = await server.conversation('Retention', client.email, worker.email);
  const there = profile();
  const will = await signedIn(worker, there);
  const cleo = await signedIn(client);
  for (const app of [will, cleo]) await inInbox(app, conversation);
  await cleo.send('message.send', { ...place(conversation), text: 'Ocelotgrey paint' });
  await will.until('the message', async () => (await sentTexts(will, conversation)).length === 1);
  await server.sql(`UPDATE messages SET accepted_at = accepted_at - interval '2 years' WHERE conversation_id = $1`, [
    conversation,
  ]);
  await cleo.send('message.send', { ...place(conversation), text: 'Tapirbrown tiles' });
  await will.until('both', async () => (await sentTexts(will, conversation)).length === 2);
  await server.retention('12mo');
  await will.until('emptied', async () => (await messages(will, conversation)).some((one) => one.removed));
  expect((await messages(will, conversation)).map((one) => one.text)).toEqual(['', 'Tapirbrown tiles']);
  await expect.poll(() => heldIn(there.dataDir, ['Ocelotgrey', 'Tapirbrown'])).toEqual(['Tapirbrown']);
}, 60_000);
