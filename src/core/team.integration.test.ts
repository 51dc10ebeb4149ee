import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { beforeAll, describe, expect, it } from 'vitest';

import type { AttachmentFact } from '#shared/facts.ts';
import type { TeamView } from '#shared/views.ts';

import { inInbox, type Person } from './testing/apps.ts';
import { serverAndPeopleInFile } from './testing/in-file.ts';
import type { ServerProcess } from './testing/server-process.ts';
import type { TestApp } from './testing/test-platform.ts';

let server: ServerProcess;
let staff: Person;
let client: Person;
let worker: Person;
let owner: Person;
const { profile, signedIn, end } = serverAndPeopleInFile((made) => ({ server, staff, client, worker } = made));
beforeAll(async () => {
  owner = await server.account('owner', 'Olga Ramos');
});

async function call(person: Person, method: string, at: string, body?: unknown): Promise<unknown> {
  const session = await fetch(`${server.url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: person.email, password: person.password, device: { name: 'test' } }),
  });
  const { accessToken } = (await session.json()) as { accessToken: string };
  const isText = typeof body === 'string';
  const answer = await fetch(`${server.url}/api/v1${at}`, {
    method,
    headers: { authorization: `Bearer ${accessToken}`, 'content-type': isText ? 'text/plain' : 'application/json' },
    ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
  });
  expect(answer.ok, await answer.clone().text()).toBe(true);
  return answer.json();
}

async function teamOf(app: TestApp, conversation: string): Promise<TeamView | null> {
  const { rows } = await app.send('inbox.list', { view: 'everything', offset: 0, limit: 50 });
  return rows.find((row) => row.conversation === conversation)?.team ?? null;
}

const notes = (conversation: string): { conversation: string; thread: 'team' } => ({ conversation, thread: 'team' });

/** Any of the profile's files that hold these words. */
function filesWith(folder: string, words: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'profile.lock')
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => readFileSync(file).includes(words));
}

describe('what staff say of a conversation', () => {
  it('[INBOX-4] is kept without a network, sent with it, and in step with the others; who is assigned is told', async () => {
    const conversation = await server.conversation('Gutter', client.email, worker.email);
    const clients = profile();
    const [ana, olga, cleo] = [await signedIn(staff), await signedIn(owner), await signedIn(client, clients)];
    for (const app of [ana, olga, cleo]) await inInbox(app, conversation);
    const people = await ana.until('the agency’s people', async () => {
      const found = (await ana.send('team.people', { conversation })).people;
      return found.length > 1 && found;
    });
    expect(people.map(({ id }) => id)).toEqual(expect.arrayContaining([staff.id, owner.id]) as unknown);
    server.unplug();
    await ana.until('away', async () => (await ana.send('app.start', {})).status.connection.kind !== 'online');
    await ana.send('team.assign', { conversation, to: owner.id });
    await ana.send('team.label', { conversation, name: 'Urgent', on: true });
    await ana.send('message.send', { ...notes(conversation), text: 'Okapibrown bricks' });
    await ana.send('team.resolve', { conversation, on: true });
    expect(await teamOf(ana, conversation)).toMatchObject({
      assignee: { id: owner.id, name: 'Olga Ramos' },
      labels: ['Urgent'],
      resolved: { by: { id: staff.id } },
      waiting: true,
    });
    server.plug();
    for (const app of [ana, olga, cleo]) app.core.wake();
    await ana.until('sent', async () => (await teamOf(ana, conversation))?.waiting === false);
    const seen = await olga.until('seen', async () => {
      const team = await teamOf(olga, conversation);
      return team?.resolved && team.labels.length === 1 && team;
    });
    expect(seen.assignee?.id).toBe(owner.id);
    const told = await olga.until('told', () => olga.events('notify').find(({ id }) => id.startsWith('assigned/')));
    expect(told).toMatchObject({ conversation, title: 'Ana Reyes assigned this job to you', body: 'Gutter' });
    expect(ana.events('notify').some(({ id }) => id.startsWith('assigned/'))).toBe(false);
    await cleo.send('message.send', { conversation, thread: 'all', text: 'It leaks again' });
    await ana.until('open again', async () => (await teamOf(ana, conversation))?.resolved === null);
    expect(await teamOf(cleo, conversation)).toBeNull();
    await expect(cleo.send('thread.open', notes(conversation))).rejects.toMatchObject({ code: 'forbidden' });
    expect((await ana.send('search', { query: 'Okapibrown' })).messages).toHaveLength(1);
    expect((await cleo.send('search', { query: 'Okapibrown' })).messages).toEqual([]);
    for (const words of ['Okapibrown', 'Urgent']) expect(filesWith(clients.dataDir, words)).toEqual([]);
    await expect(cleo.send('team.assign', { conversation, to: null })).rejects.toMatchObject({ code: 'forbidden' });
    await expect(cleo.send('team.resolve', { conversation, on: true })).rejects.toMatchObject({ code: 'forbidden' });
  }, 60_000);
});

describe('staff who became employees', () => {
  it('[SYNC-6] lose the notes at once, with words, files and queue, and keep the thread that they were added to', async () => {
    const bea = await server.account('staff', 'Bea Cruz');
    const conversation = await server.conversation('Demoted', client.email, worker.email);
    await server.sql(`INSERT INTO participants (conversation_id, account_id, role) VALUES ($1, $2, 'employee')`, [
      conversation,
      bea.id,
    ]);
    const upload = `/conversations/${conversation}/files?thread=team&name=notes.txt`;
    const file = (await call(bea, 'POST', upload, 'Tapirbrown tiles')) as AttachmentFact;
    const platform = profile();
    const app = await signedIn(bea, platform);
    await inInbox(app, conversation);
    await app.send('message.send', { ...notes(conversation), text: 'Quetzalfeather wallpaper', attachments: [file] });
    await app.send('message.send', { conversation, thread: 'all', text: 'Hello all' });
    await app.until('sent', async () => (await app.send('app.start', {})).status.queued === 0);
    await app.send('thread.open', notes(conversation));
    const kept = await app.core.file(file.id);
    await app.send('draft.set', { ...notes(conversation), text: 'Ocelotgrey paint' });
    expect(filesWith(platform.dataDir, 'Tapirbrown')).not.toEqual([]);

    await call(owner, 'PATCH', `/people/${bea.id}`, { role: 'employee' });
    await app.until('gone', () => app.events('thread.gone').find((event) => event.conversation === conversation));
    await app.until('the role', async () => (await app.send('app.start', {})).session?.account.role === 'employee');
    await expect(app.send('thread.open', notes(conversation))).rejects.toMatchObject({ code: 'forbidden' });
    expect((await app.send('thread.page', { ...notes(conversation), limit: 50 })).items).toEqual([]);
    expect((await app.send('search', { query: 'Quetzalfeather' })).messages).toEqual([]);
    expect(existsSync(kept.path)).toBe(false);
    expect(filesWith(platform.dataDir, 'Tapirbrown')).toEqual([]);
    await expect(app.core.file(file.id)).rejects.toMatchObject({ code: 'not-found' });
    const { items } = await app.send('thread.page', { conversation, thread: 'all', limit: 50 });
    expect(items.some((item) => item.kind === 'message' && item.text === 'Hello all')).toBe(true);
    expect(await teamOf(app, conversation)).toBeNull();
    await end(app);
    expect(filesWith(platform.dataDir, 'Ocelotgrey')).toEqual([]);
  }, 60_000);

  it('[ACCESS-3] lose what they only saw as staff, also where they wrote', async () => {
    const dina = await server.account('staff', 'Dina Lim');
    const conversation = await server.conversation('Only as staff', client.email, worker.email);
    const app = await signedIn(dina);
    await inInbox(app, conversation);
    await app.send('message.send', { conversation, thread: 'all', text: 'Now I am listed' });
    await app.until('sent', async () => (await app.send('app.start', {})).status.queued === 0);
    await call(owner, 'PATCH', `/people/${dina.id}`, { role: 'employee' });
    await app.until('gone', () => app.events('conversation.gone').find((event) => event.conversation === conversation));
    await app.until(
      'all of it',
      async () => (await app.send('inbox.list', { view: 'everything', offset: 0, limit: 50 })).total === 0,
    );
    expect((await app.send('search', { query: 'listed' })).messages).toEqual([]);
  }, 60_000);
});

it('[FILE-5] who sent a file that nobody gets is told, and sees why', async () => {
  const conversation = await server.conversation('Virus', client.email, worker.email);
  const upload = `/conversations/${conversation}/files?name=plan.txt`;
  const file = (await call(client, 'POST', upload, 'a plan')) as AttachmentFact;
  const cleo = await signedIn(client);
  await inInbox(cleo, conversation);
  await cleo.send('message.send', { conversation, thread: 'all', text: 'The plan', attachments: [file] });
  await cleo.until('sent', async () => (await cleo.send('app.start', {})).status.queued === 0);
  // What the server does when a scanner found something.
  await server.sql(`UPDATE files SET state = 'refused', reason = 'infected' WHERE id = $1`, [file.id]);
  await server.sql(
    `WITH raised AS (UPDATE feed_streams SET next = next + 1 WHERE stream = $1 RETURNING next - 1 AS n)
     INSERT INTO feed (stream, n, kind, conversation_id, file_id) SELECT $1, n, 'file', $2, $3 FROM raised`,
    [client.id, conversation, file.id],
  );
  await server.sql(`SELECT pg_notify('trialogue', $1)`, [JSON.stringify({ kind: 'feed', streams: [client.id] })]);
  const refused = await cleo.until('told', async () => {
    const { items } = await cleo.send('thread.page', { conversation, thread: 'all', limit: 50 });
    return items.find((item) => item.kind === 'message' && item.attachments[0]?.refused);
  });
  expect(refused).toMatchObject({ attachments: [{ id: file.id, refused: expect.stringContaining('virus') as string }] });
}, 60_000);
