import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

import { expect, it } from 'vitest';

import type { MessageView } from '#shared/views.ts';

import { createSecretsFile, PLAIN } from './secrets-file.ts';
import { inInbox, messages, online, place, sentTexts, type Person } from './testing/apps.ts';
import { serverAndPeopleInFile } from './testing/in-file.ts';
import type { ServerProcess } from './testing/server-process.ts';
import { silentLog, type TestApp } from './testing/test-platform.ts';

let server: ServerProcess;
let staff: Person;
let client: Person;
let worker: Person;
const { profile, start, signedIn } = serverAndPeopleInFile((made) => ({ server, staff, client, worker } = made));

/** One pixel. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

async function* body(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
const give = (app: TestApp, conversation: string, name: string, bytes: Uint8Array, type = '') =>
  app.core.addFile({ ...place(conversation), name, type, bytes: bytes.byteLength }, body(bytes));
const withText = async (app: TestApp, conversation: string, text: string): Promise<MessageView | undefined> =>
  (await messages(app, conversation)).find((one) => one.text === text);
const accepted = (app: TestApp, conversation: string, text: string) =>
  app.until(text, async () => {
    const found = await withText(app, conversation, text);
    return found?.seq == null ? null : found;
  });

it('[THREAD-5] a file is sent with its message once both can be, and opens on the other device and offline', async () => {
  const conversation = await server.conversation('Files', client.email, worker.email);
  const platform = profile();
  const [ana, cleo, phone] = [await signedIn(staff, platform), await signedIn(client), await signedIn(staff)];
  for (const app of [ana, cleo, phone]) await inInbox(app, conversation);
  await ana.send('thread.open', place(conversation));

  server.unplug();
  await ana.until('offline', async () => (await ana.send('app.start', {})).status.connection.kind !== 'online');
  const photo = await give(ana, conversation, 'tap.png', PNG, 'image/png');
  expect(readFileSync((await ana.core.file(photo.id)).path)).toEqual(PNG);
  const draftOf = async (): Promise<string | null | undefined> => {
    const { rows } = await ana.send('inbox.list', { view: 'everything', offset: 0, limit: 50 });
    return rows.find((row) => row.conversation === conversation)?.draft;
  };
  expect(await draftOf()).toBe('tap.png');
  await ana.send('message.send', { ...place(conversation), text: 'the tap', files: [photo.id] });
  expect(await draftOf()).toBeNull();
  await ana.send('message.send', { ...place(conversation), text: 'behind it' });
  const waiting = await withText(ana, conversation, 'the tap');
  expect(waiting).toMatchObject({
    state: { kind: 'queued' },
    attachments: [{ id: photo.id, url: `/files/${photo.id}`, upload: { kind: 'waiting' } }],
  });

  server.plug();
  const sent = await accepted(ana, conversation, 'the tap');
  await accepted(ana, conversation, 'behind it');
  expect(sent.seq).toBeLessThan((await withText(ana, conversation, 'behind it'))!.seq!);
  const [file] = sent.attachments;
  expect(file).toMatchObject({ name: 'tap.png', type: 'image/png', width: 1, height: 1, url: `/files/${photo.id}` });
  expect(file!.id).not.toBe(photo.id);

  for (const app of [cleo, phone]) {
    const seen = await accepted(app, conversation, 'the tap');
    expect(seen.attachments[0]).toMatchObject({ id: file!.id, url: `/files/${file!.id}` });
    expect((await app.core.file(file!.id)).type).toBe('image/png');
  }
  // From here and there, with no server.
  server.unplug();
  for (const [app, id] of [
    [ana, photo.id],
    [ana, file!.id],
    [cleo, file!.id],
  ] as const) {
    expect((await app.core.file(id)).name).toBe('tap.png');
  }
  const { files } = await ana.send('storage.usage', {});
  expect(files).toBe(1);
  server.plug();
}, 90_000);

it('[THREAD-5] a file that the server refuses makes its message not sent, with the reason, and lets the next one go', async () => {
  const conversation = await server.conversation('Refused', client.email, worker.email);
  const ana = await signedIn(staff);
  await inInbox(ana, conversation);
  // Its bytes are a program’s, its name is not.
  const program = await give(ana, conversation, 'holiday.txt', Buffer.from('#!/bin/sh\necho hello\n'), 'text/plain');
  const good = await give(ana, conversation, 'good.txt', Buffer.from('hello'), 'text/plain');
  await ana.send('message.send', { ...place(conversation), text: 'both', files: [program.id, good.id] });
  await ana.send('message.send', { ...place(conversation), text: 'next' });
  await accepted(ana, conversation, 'next');
  const refused = await ana.until('not sent', async () => {
    const found = await withText(ana, conversation, 'both');
    return found?.state.kind === 'not-sent' && found;
  });
  expect(refused.state).toEqual({ kind: 'not-sent', rule: 'attachment' });
  expect(refused.attachments.map((file) => file.refused?.slice(0, 8))).toEqual(['Programs', undefined]);
  await ana.send('message.retry', { key: refused.key, without: [program.id] });
  const sent = await accepted(ana, conversation, 'both');
  expect(sent.attachments.map((file) => file.name)).toEqual(['good.txt']);
}, 60_000);

it('[THREAD-5] what the server takes is known beforehand, also without a network', async () => {
  const ana = await signedIn(staff);
  await ana.until('the limits', async () => (await ana.send('files.limits', {})).mostBytes === 25 * 1024 * 1024);
  expect(await ana.send('files.limits', {})).toEqual({ allowed: true, mostBytes: 25 * 1024 * 1024, types: ['*'], mostFiles: 20 });
}, 60_000);

it('[THREAD-5] an app that is killed in the middle of an upload goes on with it, and sends its message once', async () => {
  const conversation = await server.conversation('Killed', client.email, worker.email);
  const plain = profile();
  const platform = { ...plain, secrets: createSecretsFile(path.join(plain.dataDir, 'secrets.json'), PLAIN, silentLog) };
  const bytes = 24_000_000;
  const child = spawn(
    process.execPath,
    [
      'src/core/testing/uploading-process.ts',
      plain.dataDir,
      server.url,
      worker.email,
      worker.password,
      conversation,
      String(bytes),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ended = new Promise((resolve) => {
    child.once('exit', resolve);
  });
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => line.startsWith('sent') && resolve());
    child.once('exit', () => reject(new Error('it ended before it was killed')));
  });
  child.kill('SIGKILL');
  await ended;

  const will = await start(platform);
  await online(will);
  const sent = await accepted(will, conversation, 'with a file');
  await accepted(will, conversation, 'behind it');
  expect(sent.attachments).toMatchObject([{ name: 'large.txt', bytes }]);
  expect(await sentTexts(will, conversation)).toEqual(['with a file', 'behind it']);

  const cleo = await signedIn(client);
  await inInbox(cleo, conversation);
  const seen = await accepted(cleo, conversation, 'with a file');
  expect(readFileSync((await cleo.core.file(seen.attachments[0]!.id)).path).equals(Buffer.alloc(bytes, 'x'))).toBe(true);
}, 120_000);
