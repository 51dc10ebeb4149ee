import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { describe, expect, it, vi } from 'vitest';

import { sessionResponse } from '#shared/api/accounts.ts';
import { fileResponse } from '#shared/api/files.ts';
import { newId } from '#shared/ids.ts';

import type { Platform } from './platform.ts';
import { createSecretsFile, PLAIN } from './secrets-file.ts';
import { openStore } from './storage/database.ts';
import { assignDocument, outboxEntries } from './storage/outbox.ts';
import { readSession, writeSession } from './storage/session.ts';
import { inInbox, messages, online, place, sentTexts, type Person } from './testing/apps.ts';
import { seeded } from './testing/fake-server.ts';
import { serverAndPeopleInFile } from './testing/in-file.ts';
import type { ServerProcess } from './testing/server-process.ts';
import { silentLog, type TestApp } from './testing/test-platform.ts';

const SENDING = fileURLToPath(new URL('testing/sending-process.ts', import.meta.url));
/** `npm run test:faults` kills it more often. */
// oxlint-disable-next-line node/no-process-env -- how often is up to the run (vitest.config.ts)
const KILLS = Number(process.env['APP_KILLS']);

let server: ServerProcess;
let staff: Person;
let client: Person;
let worker: Person;
const { profile, start, signedIn, end } = serverAndPeopleInFile((made) => ({ server, staff, client, worker } = made));

function allSent(app: TestApp, conversation: string, count: number): Promise<unknown> {
  return app.until(`${count} messages`, async () => (await sentTexts(app, conversation)).length >= count, 30_000);
}

/** The apps of staff and client in a new conversation; that of staff on a profile to be closed and opened again. */
async function staffAndClientIn(
  title: string,
): Promise<{ conversation: string; platform: Platform; before: TestApp; cleo: TestApp }> {
  const conversation = await server.conversation(title, client.email, worker.email);
  const platform = profile();
  const [before, cleo] = [await signedIn(staff, platform), await signedIn(client)];
  for (const app of [before, cleo]) await inInbox(app, conversation);
  return { conversation, platform, before, cleo };
}

async function offline(app: TestApp): Promise<void> {
  server.unplug();
  await app.until('offline', async () => (await app.send('app.start', {})).status.connection.kind !== 'online');
}

describe('what a core does when', () => {
  it('[SYNC-4] the server no longer knows its feed’s cursor: it lists again, with its queue, and doubles nothing', async () => {
    const { conversation, platform, before, cleo } = await staffAndClientIn('Old cursor');
    await cleo.send('message.send', { ...place(conversation), text: 'known' });
    await allSent(before, conversation, 1);
    await end(before);
    // What the answer to a cursor that was pruned and to one that nobody ever gave is: 410.
    const store = openStore(platform.dataDir);
    store.transact(() => writeSession(store, { ...readSession(store)!, feedCursor: 'too-old' }));
    store.close();
    await cleo.send('message.send', { ...place(conversation), text: 'missed' });
    await allSent(cleo, conversation, 2);
    const unheard = await server.conversation('Unheard of', client.email, worker.email);

    server.unplug();
    const again = await start(platform);
    await again.send('message.send', { ...place(conversation), text: 'waited' });
    server.plug();
    again.core.wake();
    await online(again);
    await inInbox(again, unheard);
    await allSent(again, conversation, 3);
    expect((await again.send('app.start', {})).status).toMatchObject({ queued: 0, notSent: 0 });
    await allSent(cleo, conversation, 3);
    expect((await sentTexts(again, conversation)).toSorted()).toEqual(['known', 'missed', 'waited']);
    expect(await sentTexts(cleo, conversation)).toEqual(await sentTexts(again, conversation));
  }, 90_000);

  it('[SYNC-EPOCH] what it had begun to send does not fit into its epoch any more: it goes to the newest', async () => {
    const { conversation, platform, before, cleo } = await staffAndClientIn('Full epoch');
    await before.send('message.send', { ...place(conversation), text: 'first' });
    for (const app of [before, cleo]) await allSent(app, conversation, 1);
    await end(before);
    const setEntries = (entries: number): Promise<void> =>
      server.sql(`UPDATE documents SET entries = $2 WHERE conversation_id = $1 AND thread = 'all' AND epoch = 1`, [
        conversation,
        entries,
      ]);
    await setEntries(3_999);
    await cleo.send('message.send', { ...place(conversation), text: 'fills it' });
    await allSent(cleo, conversation, 2);
    await setEntries(8_000);

    await offline(cleo);
    const queuing = await start(platform);
    for (const text of ['a', 'b', 'c']) await queuing.send('message.send', { ...place(conversation), text });
    await end(queuing);
    // As after a crash between two frames: both were begun in the first epoch, the third wasn't.
    const store = openStore(platform.dataDir);
    const keys = outboxEntries(store).map((row) => row.key);
    assignDocument(store, keys.slice(0, 2), `${conversation}/all/1`);
    store.close();
    const told: string[] = [];
    const again = await start({
      ...platform,
      log: { ...silentLog, info: (event, fields) => void told.push(`${event} ${String(fields?.['rule'])}`) },
    });
    server.plug();
    for (const app of [again, cleo]) app.core.wake();
    for (const app of [again, cleo]) await allSent(app, conversation, 5);
    expect(told).toContain('refused epoch-full');
    expect(await sentTexts(cleo, conversation)).toEqual(['first', 'fills it', 'a', 'b', 'c']);
    expect(await sentTexts(again, conversation)).toEqual(['first', 'fills it', 'a', 'b', 'c']);
    expect((await messages(again, conversation)).slice(2).map((one) => one.key)).toEqual(keys);
    expect((await again.send('app.start', {})).status).toMatchObject({ queued: 0, notSent: 0 });
  }, 90_000);

  it('[SYNC-5] a file is opened: it is fetched once, and there without a network from then on', async () => {
    const conversation = await server.conversation('Photos', client.email, worker.email);
    const signIn = await fetch(`${server.url}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: client.email, password: client.password, device: { name: 'test' } }),
    });
    const { accessToken } = sessionResponse.parse(await signIn.json());
    const bytes = Buffer.from('measurements of the kitchen');
    const answer = await fetch(`${server.url}/api/v1/conversations/${conversation}/files?name=kitchen.txt`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream', authorization: `Bearer ${accessToken}` },
      body: bytes,
    });
    const attachment = fileResponse.parse(await answer.json());
    const [ana, cleo] = [await signedIn(staff), await signedIn(client)];
    for (const app of [ana, cleo]) await inInbox(app, conversation);
    await cleo.send('message.send', { ...place(conversation), text: 'see', attachments: [attachment] });
    await allSent(ana, conversation, 1);

    await expect(ana.core.file(newId())).rejects.toMatchObject({ code: 'not-found' });
    await expect(ana.core.file('../trialogue.db')).rejects.toMatchObject({ code: 'not-found' });
    const fetched = vi.spyOn(globalThis, 'fetch');
    const [one, two] = await Promise.all([ana.core.file(attachment.id), ana.core.file(attachment.id)]);
    expect(one).toEqual({ path: one.path, type: attachment.type, name: 'kitchen.txt' });
    expect(two).toEqual(one);
    expect(readFileSync(one.path)).toEqual(bytes);
    await offline(ana);
    expect(await ana.core.file(attachment.id)).toEqual(one);
    const fetches = fetched.mock.calls.filter(([url]) => typeof url === 'string' && url.endsWith(attachment.id));
    fetched.mockRestore();
    expect(fetches).toHaveLength(1);
    await expect(cleo.core.file(attachment.id)).rejects.toMatchObject({ code: 'offline' });
    server.plug();
    cleo.core.wake();
    await online(cleo);
    expect(readFileSync((await cleo.core.file(attachment.id)).path)).toEqual(bytes);
  }, 90_000);

  it(`[SYNC-2] it is killed ${KILLS} times while it sends: all that was answered is accepted once, in order`, async () => {
    const random = seeded(2_026);
    const conversation = await server.conversation('Killed', client.email, worker.email);
    const platform = profile();
    const answered: string[] = [];
    const cleo = await signedIn(client);
    await inInbox(cleo, conversation);
    for (let round = 0; round < KILLS; round++) {
      answered.push(...(await sendUntilKilled(platform.dataDir, conversation, round, 1 + Math.floor(random() * 70))));
    }
    // It was killed in the middle of sending, not before.
    const meanwhile = (await everyText(cleo, conversation)).length;
    expect(meanwhile).toBeGreaterThan(0);
    expect(meanwhile).toBeLessThan(answered.length);
    const secrets = createSecretsFile(path.join(platform.dataDir, 'secrets.json'), PLAIN, silentLog);
    const app = await start({ ...platform, secrets });
    await app.until('an empty queue', async () => (await app.send('app.start', {})).status.queued === 0, 30_000);
    const accepted = await cleo.until('the last', async () => {
      const all = await everyText(cleo, conversation);
      return all.includes(answered.at(-1)!) ? all : null;
    });
    expect(new Set(accepted).size).toBe(accepted.length);
    expect(answered.filter((text) => !accepted.includes(text))).toEqual([]);
    // What was written but not answered any more may be there: no more than one a kill.
    expect(accepted.length - answered.length).toBeLessThanOrEqual(KILLS);
    expect(accepted).toEqual(accepted.toSorted((a, b) => order(a) - order(b)));
    expect(await everyText(app, conversation)).toEqual(accepted);
    expect((await app.send('app.start', {})).status.notSent).toBe(0);
  }, 120_000);
});

/** Returns what the core had answered when the process was killed, behind that many answers. */
async function sendUntilKilled(dataDir: string, conversation: string, round: number, answers: number): Promise<string[]> {
  const child = spawn(
    process.execPath,
    [SENDING, dataDir, server.url, staff.email, staff.password, conversation, String(round)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const answered: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    answered.push(line);
    if (answered.length === answers) child.kill('SIGKILL');
  }
  return answered;
}

/** Of `<round>-<n>`. */
function order(text: string): number {
  return text.split('-').reduce((sum, part) => sum * 100_000 + Number(part), 0);
}

async function everyText(app: TestApp, conversation: string): Promise<string[]> {
  const texts: string[] = [];
  for (let after = 0; ;) {
    const page = await app.send('thread.page', { ...place(conversation), after, limit: 300 });
    texts.push(...page.items.flatMap((item) => (item.kind === 'message' && item.seq !== null ? [item.text] : [])));
    after = Math.max(after, ...page.items.map((item) => item.seq ?? 0));
    if (!page.after) return texts;
  }
}
