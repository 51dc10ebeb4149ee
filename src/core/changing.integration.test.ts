import { expect, it } from 'vitest';

import { inInbox, messages, place, type Person } from './testing/apps.ts';
import { serverAndPeopleInFile } from './testing/in-file.ts';
import type { ServerProcess } from './testing/server-process.ts';

let server: ServerProcess;
let staff: Person;
let client: Person;
let worker: Person;
const { profile, signedIn } = serverAndPeopleInFile((made) => ({ server, staff, client, worker } = made));

it('[THREAD-3] edits, reactions and removals made offline reach the others in their order, and what was taken back never does', async () => {
  const conversation = await server.conversation('Changed words', client.email, worker.email);
  // Longer than the test takes: it is not to race with the clock.
  const [ana, cleo] = [await signedIn(staff, profile({ holdMs: 3_600_000 })), await signedIn(client)];
  await inInbox(ana, conversation);
  await inInbox(cleo, conversation);
  await cleo.send('thread.open', place(conversation));
  await ana.send('thread.open', place(conversation));
  const say = async (text: string): Promise<string> => {
    const { key } = await ana.send('message.send', { ...place(conversation), text });
    await cleo.until(text, async () => (await messages(cleo, conversation)).some((one) => one.key === key));
    return key;
  };
  const [typo, wrong] = [await say('Tuseday'), await say('wrong thread')];

  const held = await ana.send('message.send', { ...place(conversation), text: 'never', undoable: true });
  const back = await ana.send('message.undo', { key: held.key });
  expect(back).toMatchObject({ kind: 'message', text: 'never', replyTo: null });
  await expect(ana.send('message.undo', { key: held.key })).rejects.toMatchObject({ code: 'conflict' });
  await ana.send('message.send', { ...place(conversation), text: 'released', undoable: true });
  await ana.send('message.release', {});
  await cleo.until('released', async () => (await messages(cleo, conversation)).some((one) => one.text === 'released'));

  // Others may have it before its author was told.
  await ana.until('nothing waits', async () => (await ana.send('queue.list', {})).items.length === 0);

  server.unplug();
  await ana.until('offline', async () => (await ana.send('app.start', {})).status.connection.kind !== 'online');
  await ana.send('message.edit', { ...place(conversation), of: typo, text: 'Tuesday' });
  await ana.send('message.react', { ...place(conversation), to: typo, emoji: '👍', on: true });
  await ana.send('message.remove', { ...place(conversation), of: wrong, undoable: true });
  const shown = await messages(ana, conversation);
  expect(shown.find((one) => one.key === typo)).toMatchObject({ text: 'Tuesday', reactions: [{ emoji: '👍', waits: true }] });
  expect(shown.find((one) => one.key === wrong)).toMatchObject({ removed: true });
  expect((await ana.send('queue.list', {})).items.map((item) => item.work.kind)).toEqual(['edit', 'react', 'remove']);
  server.plug();
  const got = await cleo.until('all three', async () => {
    const now = await messages(cleo, conversation);
    const edited = now.find((one) => one.key === typo);
    return now.find((one) => one.key === wrong)?.removed && edited?.edited && edited.reactions.length > 0 ? now : null;
  });
  expect(got.find((one) => one.key === typo)).toMatchObject({ text: 'Tuesday', reactions: [{ emoji: '👍', own: false }] });
  expect(got.some((one) => one.text === 'never')).toBe(false);
  const settled = await ana.until('settled', async () => {
    const now = (await messages(ana, conversation)).find((one) => one.key === typo);
    return now?.change === undefined && now?.reactions[0]?.waits === undefined ? now : null;
  });
  expect(settled).toMatchObject({ text: 'Tuesday', edited: true });
});
