import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { queueMessage } from './outgoing.ts';
import { createSecretsFile, type Seal } from './secrets-file.ts';
import { putConversation } from './storage/conversations.ts';
import { openStore } from './storage/database.ts';
import { outboxCounts } from './storage/outbox.ts';
import { readSession, writeSession } from './storage/session.ts';
import { noteWiping } from './storage/wiping.ts';
import { CONVERSATION, ME, NOW, NOWHERE, record, session } from './testing/fake-server.ts';
import { createTestPlatform, silentLog, startTestApp, temporaryFolder } from './testing/test-platform.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
  const store = openStore(folder.path);
  store.transact(() => {
    writeSession(store, session());
    putConversation(store, record(), ME);
  });
  queueMessage(
    store,
    { conversation: CONVERSATION, thread: 'all' },
    { text: 'Tapirbrown tiles', mentions: [], attachments: [] },
    NOW,
  );
  store.close();
});
afterEach(() => folder.remove());

const holding = (words: string): string[] =>
  readdirSync(folder.path)
    .filter((name) => name.startsWith('trialogue.db') && readFileSync(path.join(folder.path, name)).includes(words))
    .toSorted();

it('[SYNC-6] a wipe that a crash broke off is brought to its end at the next start, without a network', async () => {
  const store = openStore(folder.path);
  noteWiping(store, { why: 'device-wiped', unsent: 1 });
  store.close();
  mkdirSync(path.join(folder.path, 'files'));
  writeFileSync(path.join(folder.path, 'files', 'one'), 'Ocelotgrey');
  const platform = createTestPlatform(folder.path);
  await platform.secrets.write('refresh-token', 'a.b.c');
  const app = await startTestApp(platform, NOWHERE);
  const { session: shown, status } = await app.send('app.start', {});
  expect([shown, status.connection]).toEqual([null, { kind: 'signed-out', reason: 'device-wiped', unsent: 1 }]);
  await app.until('the secret is gone', async () => (await platform.secrets.read('refresh-token')) === null);
  await app.close();
  expect([holding('Tapirbrown'), readdirSync(folder.path)]).toEqual([[], expect.not.arrayContaining(['files'])]);
});

/** A keyring that opens only what it sealed itself. */
const keyring = (key: string): Seal => ({
  seal: async (value) => `${key}:${value}`,
  open: async (sealed) => {
    if (!sealed.startsWith(`${key}:`)) throw new Error('another key');
    return { value: sealed.slice(key.length + 1), again: false };
  },
});

it('[SHELL-6] a changed keyring means signed out, and neither the queue nor anything that can be read is gone', async () => {
  const secretsOf = (key: string) => createSecretsFile(path.join(folder.path, 'secrets.json'), keyring(key), silentLog);
  await secretsOf('old').write('refresh-token', 'a.b.c');
  const app = await startTestApp(createTestPlatform(folder.path, { secrets: secretsOf('new') }), NOWHERE);
  await app.until('signed out', () => app.events('status').some(({ connection }) => connection.kind === 'signed-out'));
  const { session: shown, status } = await app.send('app.start', {});
  expect(shown?.account.id).toBe(ME);
  expect(status).toMatchObject({ connection: { kind: 'signed-out', reason: 'ended' }, queued: 1 });
  const { page } = await app.send('thread.open', { conversation: CONVERSATION, thread: 'all', limit: 50 });
  expect(page.items).toMatchObject([{ kind: 'message', text: 'Tapirbrown tiles' }]);
  await app.close();
  const store = openStore(folder.path);
  expect([outboxCounts(store).queued, readSession(store)?.signedIn]).toEqual([1, true]);
  store.close();
});
