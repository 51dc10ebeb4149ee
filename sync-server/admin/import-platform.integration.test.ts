import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { afterEach, beforeEach, expect, test } from 'vitest';

import type { Conversation } from '#shared/api.ts';

import { postgresInFile } from '../testing/in-file.ts';
import { JsonClient } from '../testing/json-client.ts';
import { gotchaPlatform, PHOTO_KEYS } from '../testing/platform-gotchas.ts';
import { time, type FakePlatform, type Without } from '../testing/platform.ts';
import { runAdmin } from '../testing/run-admin.ts';
import type { TestPostgres, TestServer } from '../testing/test-server.ts';

let postgres: TestPostgres;
let server: TestServer;
let folder: string;

postgresInFile((started) => void (postgres = started));
beforeEach(async () => {
  server = await postgres.server();
  folder = await mkdtemp(join(postgres.dataDir, 'platform-'));
});
afterEach(() => server.close());

const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452000003200000025808060000000000000000', 'hex');

type Line = { kind: string; why: string; count: number; ids: string[] };
type Summary = {
  dryRun: boolean;
  taken: Record<
    'agencies' | 'accounts' | 'conversations' | 'messages' | 'events' | 'files',
    { new: number; changed: number; known: number }
  >;
  mended: Line[];
  left: Line[];
  passedOver: Line[];
};

async function mediaFolder(keys: readonly string[] = PHOTO_KEYS): Promise<string> {
  const media = join(folder, 'media');
  for (const key of keys) {
    await mkdir(dirname(join(media, key)), { recursive: true });
    await writeFile(join(media, key), PNG);
  }
  return media;
}

async function run(place: string, ...more: string[]) {
  const args = ['import-platform', place, '--sign-in', 'trial', '--json', ...more];
  const done = await runAdmin({ DATABASE_URL: server.url, DATA_DIR: server.dataDir }, args);
  return { ...done, summary: (done.stdout === '' ? null : JSON.parse(done.stdout)) as Summary };
}

async function fromDump(
  platform: FakePlatform,
  { without = {}, more = ['--without-media'], gzip = false }: { without?: Without; more?: string[]; gzip?: boolean } = {},
) {
  const path = join(folder, `dump.sql${gzip ? '.gz' : ''}`);
  const text = platform.dump(without);
  await writeFile(path, gzip ? gzipSync(text) : text);
  return run(path, ...more);
}

/** A database of the platform's own beside the server's. */
async function liveUrl(platform: FakePlatform, without: Without = {}): Promise<string> {
  const made = await postgres.database();
  await made.db.transact((tx) => tx.rows('DROP SCHEMA public CASCADE'));
  await made.db.transact((tx) => tx.rows('CREATE SCHEMA public'));
  await made.close();
  await platform.fill(made.url, without);
  return made.url;
}

async function token(email: string): Promise<string> {
  const body = { email, password: 'trial', device: { name: 'x' } };
  const answer = await server.http.call<{ accessToken: string }>('POST', '/api/v1/session', { body });
  expect(answer.status).toBe(200);
  return answer.body.accessToken;
}

async function conversations(email: string): Promise<Map<number, Conversation>> {
  const answer = await server.http.call<{ conversations: Conversation[] }>('GET', '/api/v1/conversations', {
    token: await token(email),
  });
  return new Map(answer.body.conversations.map((one) => [one.number, one]));
}

type History = {
  messages: {
    message_id: number;
    sender: { id: number; name: string };
    text: string;
    is_read: boolean;
    attachment_url: string | null;
  }[];
};

/** As JSON clients see it, under the platform's ids. */
async function history(email: string, number: number): Promise<History['messages']> {
  const answer = await server.http.call<History>('GET', `/api/conversations/${number}/messages`, { token: await token(email) });
  expect(answer.status).toBe(200);
  return answer.body.messages;
}

/** All rows that a thread has, in order. */
async function thread(number: number): Promise<string[]> {
  const rows = await server.db.read((db) =>
    db.rows<{ text: string }>(
      `SELECT text FROM (
         SELECT m.seq, a.name || ': ' || m.text AS text, m.conversation_id FROM messages m JOIN accounts a ON a.id = m.account_id WHERE m.thread = 'all'
         UNION ALL SELECT e.seq, coalesce(e.event ->> 'text', e.event ->> 'type'), e.conversation_id FROM events e WHERE e.thread = 'all') AS x
       JOIN conversations c ON c.id = x.conversation_id WHERE c.number = $1 ORDER BY seq`,
      [number],
    ),
  );
  return rows.map(({ text }) => text);
}

function people(conversation: Conversation | undefined): string[] {
  return conversation!.participants.map(({ name, role, left }) => `${name} (${role}${left ? ', left' : ''})`).sort();
}

async function agrees(): Promise<void> {
  const done = await runAdmin({ DATABASE_URL: server.url, DATA_DIR: server.dataDir }, ['check']);
  expect([done.code, done.stdout]).toEqual([0, expect.stringContaining('all agree')]);
}

function reasons(lines: readonly Line[]): Record<string, string[]> {
  return Object.fromEntries(lines.map(({ kind, why, ids }) => [`${kind}: ${why}`, ids]));
}

test.each(['a dump', 'a gzipped dump', 'a live database'])('[SERVER-4] all of the platform comes over from %s', async (kind) => {
  const platform = gotchaPlatform();
  const more = ['--media', await mediaFolder()];
  const { code, stderr, summary } =
    kind === 'a live database'
      ? await run(await liveUrl(platform), ...more)
      : await fromDump(platform, { more, gzip: kind === 'a gzipped dump' });
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  expect(summary.left).toEqual([]);
  expect(summary.taken).toEqual({
    agencies: { new: 5, changed: 0, known: 0 },
    accounts: { new: 13, changed: 0, known: 0 },
    conversations: { new: 10, changed: 0, known: 0 },
    messages: { new: 13, changed: 0, known: 0 },
    events: { new: 2, changed: 0, known: 0 },
    files: { new: 3, changed: 0, known: 0 },
  });
  expect(await thread(201)).toEqual([
    'Rosa Villanueva: Tumutulo\tang\nlababo \\N 👩‍🔧',
    'Acme Repairs: We can come at two.',
    'Work has started',
    'Rosa Villanueva: ',
    'Acme Repairs: ',
    'Rosa Villanueva: ',
    'Rosa Villanueva: (A file was here. It could not be brought along.)',
    'Rosa Villanueva: Are you there?',
    'Work is done',
  ]);
  expect(await thread(202)).toEqual([
    'Rosa Villanueva: Hello all',
    'Administrator 6: This is the platform.',
    'Bravo Works: Bravo here',
  ]);
  await agrees();
});

test('[IMPORT-3] ids are kept as the numbers that JSON clients see, and new things get numbers behind them', async () => {
  await fromDump(gotchaPlatform());
  const [first] = await history('rosa@people.example', 201);
  expect(first).toMatchObject({ message_id: 301, sender: { id: 1, name: 'Rosa Villanueva' }, is_read: true });
  const seen = (await conversations('acme@agency.example')).get(201);
  expect(seen).toMatchObject({
    number: 201,
    agency: { number: 21, name: 'Acme Repairs' },
    job: { number: 101, title: 'Job 101' },
  });
  const agency = await server.fixture.agency('New');
  expect(agency.number).toBeGreaterThan(1_000_000);
});

test('[IMPORT-3] a number that is in use here gives way, and that is told', async () => {
  const agency = await server.fixture.agency('Here first');
  const owner = await server.fixture.account('owner', { agency });
  await server.fixture.conversation({ agency, people: [owner] });
  const platform = gotchaPlatform();
  platform.find('conversation', 'conversationID', 201).conversationID = 1;
  for (const row of platform.tables.get('message')!) if (row.conversationID_id === 201) row.conversationID_id = 1;
  const { code, summary } = await fromDump(platform);
  expect(code).toBe(0);
  expect(reasons(summary.mended)).toMatchObject({
    'conversations: has a number that is in use here, and gets another one': ['1'],
    'accounts: has a number that is in use here, and gets another one': ['1'],
  });
  const all = [...(await conversations('acme@agency.example')).values()];
  expect(all.find(({ job }) => job.number === 101)?.number).toBeGreaterThan(1_000_000);
  await agrees();
});

test('[IMPORT-3] participants come from all places that name them', async () => {
  await fromDump(gotchaPlatform());
  const rosa = await conversations('rosa@people.example');
  expect([...rosa.keys()].sort((a, b) => a - b)).toEqual([201, 202, 203, 204, 207, 208, 209, 210]);
  expect(people(rosa.get(201))).toEqual(['Acme Repairs (owner)', 'Rosa Villanueva (client)']);
  expect(people(rosa.get(202))).toEqual([
    'Acme Repairs (owner)',
    'Administrator 6 (employee)',
    'Bravo Works (owner)',
    'Ed Lim (employee)',
    'Hal Yap (employee)',
    'Joel Santos (worker)',
    'Rosa Villanueva (client)',
  ]);
  expect(rosa.get(203)?.agency.name).toBe('Castor Homes');
  expect(people(rosa.get(203))).toEqual(['Castor Homes (owner)', 'Fe Tan (employee)', 'Rosa Villanueva (client)']);
  expect(people(rosa.get(204))).toEqual(['Rosa Villanueva (client)']);
  expect(rosa.get(204)).toMatchObject({ agency: { name: 'Without an agency' }, lastMessage: null });
  const nina = await conversations('nina@people.example');
  expect(people(nina.get(205))).toEqual(['Nina Cruz (client)']);
  expect(people(nina.get(206))).toEqual(['Ben Ramos (client, left)', 'Joel Santos (worker)', 'Nina Cruz (client)']);
  expect(people(nina.get(207))).toEqual(['Bravo Works (owner)', 'Nina Cruz (worker)', 'Rosa Villanueva (client)']);
  // Of several agencies each takes part; one that was only invited does not, nor does the team note of another's open.
  expect([...(await conversations('bravo@agency.example')).keys()]).toEqual([207]);
  const others = await server.http.call('GET', `/api/v1/conversations/${rosa.get(202)!.id}`, {
    token: await token('bravo@agency.example'),
  });
  expect(others.status).toBe(200);
  expect((others.body as Conversation).documents.map(({ thread: name }) => name)).toEqual(['all']);
  expect([...(await conversations('delta@agency.example')).keys()]).toEqual([]);
  expect([...(await conversations('ed@agency.example')).keys()]).toEqual([202]);
});

test('[IMPORT-3] states of jobs and locks come over, and who is banned cannot sign in', async () => {
  const { summary } = await fromDump(gotchaPlatform());
  const seen = await conversations('acme@agency.example');
  const states = [201, 208, 209, 210].map((number) => [number, seen.get(number)!.job.status, seen.get(number)!.locks]);
  expect(states).toEqual([
    [201, 'in-progress', []],
    [208, 'disputed', ['dispute']],
    [209, 'approved', ['closed']],
    [210, 'scheduled', ['before-start']],
  ]);
  expect(seen.get(210)?.job.startsOn).toBe('2999-01-31');
  const body = { email: 'ben@people.example', password: 'trial', device: { name: 'x' } };
  expect((await server.http.call('POST', '/api/v1/session', { body })).status).toBe(403);
  expect(reasons(summary.passedOver)).toEqual({ 'accounts: without a profile or an agency': ['8'] });
});

test('[IMPORT-3] what was read there is read here, what was not is not', async () => {
  await fromDump(gotchaPlatform());
  const acme = (await conversations('acme@agency.example')).get(201)!;
  // Up to the last message that somebody else opened; the question behind it waits.
  expect([acme.unread, acme.readFloor]).toEqual([1, 7]);
  expect((await conversations('rosa@people.example')).get(201)?.unread).toBe(0);
  // Joel last read between the second and the third message.
  expect((await conversations('joel@people.example')).get(202)?.unread).toBe(1);
  const read = (await history('acme@agency.example', 201)).map((message) => message.is_read);
  expect(read).toEqual([true, true, true, true, true, true, false]);
});

test('[IMPORT-4] files come from the media folder by each form of their address; one that is missing leaves a note', async () => {
  const { summary } = await fromDump(gotchaPlatform(), { more: ['--media', await mediaFolder()] });
  expect(reasons(summary.mended)).toMatchObject({
    'message_attachment: stays behind with a note in its message: its file is not in the media folder': ['94'],
  });
  const messages = await history('acme@agency.example', 201);
  const urls = messages.flatMap(({ attachment_url: url }) => url ?? []);
  expect(urls).toHaveLength(3);
  const bytes = await fetch(`${server.running.url}${urls[1]}`, {
    headers: { authorization: `Bearer ${await token('rosa@people.example')}` },
  });
  expect([bytes.status, bytes.headers.get('content-type')]).toEqual([200, 'image/png']);
  expect(Buffer.from(await bytes.arrayBuffer()).equals(PNG)).toBe(true);
});

test('[IMPORT-4] files are not left behind unless that is said', async () => {
  const { code, stderr } = await fromDump(gotchaPlatform(), { more: [] });
  expect(code).toBe(2);
  expect(stderr).toContain('4 messages have files');
  expect(stderr).toContain('--media <folder>');
  expect(await thread(201)).toEqual([]);
});

test('[IMPORT-2] again, it takes only what is new, behind what people wrote here meanwhile', async () => {
  const platform = gotchaPlatform();
  await fromDump(platform);
  const again = await fromDump(platform);
  expect(again.code).toBe(0);
  expect(again.summary.taken).toMatchObject({
    agencies: { new: 0, known: 4 },
    accounts: { new: 0, known: 13 },
    conversations: { new: 0, changed: 0, known: 10 },
    messages: { new: 0, known: 15 },
    events: { new: 0 },
  });
  expect(again.summary.mended).toEqual([]);

  // Meanwhile: somebody writes here; there a message, a status, a participant, an employee who was taken off, and a ban.
  const chat = await JsonClient.open(server.running.url, 201, await token('rosa@people.example'));
  chat.send({ type: 'send_message', message: 'Written here' });
  await chat.until('her own message', () => chat.frames.some(({ type }) => type === 'new_message'));
  chat.terminate();
  platform.add('message', {
    messageID: 401,
    conversationID_id: 201,
    senderAgency_id: 21,
    messageText: 'Yes, coming.',
    isRead: true,
    createdAt: time(900),
  });
  platform.add('message', {
    messageID: 402,
    conversationID_id: 204,
    sender_id: 11,
    messageText: 'Anybody?',
    createdAt: time(901),
  });
  Object.assign(platform.find('jobs', 'jobID', 101), { workerMarkedComplete: true });
  platform.add('job_employee_assignments', { assignmentID: 54, job_id: 101, employee_id: 34 });
  platform.find('job_employee_assignments', 'assignmentID', 51).status = 'REMOVED';
  platform.find('job_disputes', 'disputeID', 61).status = 'RESOLVED';
  platform.find('accounts_accounts', 'accountID', 2).is_banned = true;
  const third = await fromDump(platform);
  expect(third.summary.taken).toMatchObject({ conversations: { new: 0, changed: 4, known: 6 }, messages: { new: 2 } });
  expect((await thread(201)).slice(-3)).toEqual(['Rosa Villanueva: Written here', 'job-status', 'Acme Repairs: Yes, coming.']);
  const after = await conversations('acme@agency.example');
  expect(after.get(201)?.job.status).toBe('completed');
  expect(people(after.get(201))).toContain('Hal Yap (employee)');
  // Acme has answered there, so the question is read; what was written here is not.
  expect(after.get(201)?.unread).toBe(1);
  expect(people(after.get(202))).toContain('Ed Lim (employee, left)');
  expect(after.get(208)).toMatchObject({ job: { status: 'in-progress' }, locks: [] });
  expect(await thread(204)).toEqual(['Rosa Villanueva: Anybody?']);
  const body = { email: 'joel@people.example', password: 'trial', device: { name: 'x' } };
  expect((await server.http.call('POST', '/api/v1/session', { body })).status).toBe(403);
  await agrees();
});

function told({ taken, mended, left, passedOver }: Summary) {
  return { taken, mended, left, passedOver };
}

test('[IMPORT-2] a dry run says the same, and writes nothing', async () => {
  const platform = gotchaPlatform();
  const more = ['--media', await mediaFolder()];
  const tables = ['accounts', 'agencies', 'conversations', 'messages', 'events', 'imported', 'files', 'feed'];
  const counts = () =>
    server.db.read(async (db) => {
      const all = [];
      for (const table of tables) all.push((await db.rows<{ count: number }>(`SELECT count(*) FROM ${table}`))[0]!.count);
      return all;
    });
  const before = await counts();
  const dry = await fromDump(platform, { more: [...more, '--dry-run'] });
  expect(await counts()).toEqual(before);
  const wet = await fromDump(platform, { more });
  expect(told(dry.summary)).toEqual(told(wet.summary));
  expect([dry.summary.dryRun, wet.summary.dryRun]).toEqual([true, false]);
});

test('[IMPORT-2] bad rows are left and told by table and id, the others come over, and it ends with 1', async () => {
  const platform = gotchaPlatform();
  platform.add(
    'conversation',
    { conversationID: 220, client_id: 11, relatedJobPosting_id: 999 },
    { conversationID: 221, client_id: 999, relatedJobPosting_id: 104 },
  );
  platform.add(
    'message',
    { messageID: 501, conversationID_id: 999, sender_id: 11, messageText: 'nowhere', createdAt: time(1) },
    { messageID: 502, conversationID_id: 201, sender_id: 999, messageText: 'nobody', createdAt: time(2) },
    { messageID: 503, conversationID_id: 201, sender_id: 11, messageText: '  ', createdAt: time(3) },
    { messageID: 504, conversationID_id: 201, sender_id: 11, messageText: 'when?', createdAt: 'infinity' },
    { messageID: 505, conversationID_id: 201, sender_id: 11, messageText: 'read?', isRead: null, createdAt: time(5) },
    { messageID: 506, conversationID_id: 201, sender_id: 11, messageText: 'y'.repeat(8_500), createdAt: time(400) },
  );
  platform.add('accounts_profile', { profileID: -4, accountFK_id: 1 });
  const { code, summary } = await fromDump(platform);
  expect(code).toBe(1);
  expect(reasons(summary.left)).toEqual({
    'accounts_profile: "profileID" is no id': ['-4'],
    'conversation: is about a job that is not there': ['220'],
    'conversation: has a client who is not there': ['221'],
    'message: is of a conversation that is not there, or was left': ['501'],
    'message: has a sender who is not there': ['502'],
    'message: has neither a text nor a file': ['503'],
    'message: has no proper id, conversation or time': ['504'],
    'message: "isRead" is NULL': ['505'],
  });
  expect((await thread(201)).at(-1)).toBe(`Rosa Villanueva: ${'y'.repeat(500)}`);
  expect(summary.taken.conversations.new).toBe(10);
  await agrees();
});

const OLD: Without = {
  tables: ['conversation_participants', 'job_reviews', 'job_disputes', 'job_skill_slots'],
  columns: { conversation: ['agency_id', 'conversation_type'], message: ['senderAgency_id', 'sender_admin_id'] },
};

test.each(['a dump', 'a live database'])('[IMPORT-2] older platforms lack tables and columns, from %s', async (kind) => {
  const platform = gotchaPlatform();
  // Nor did agencies and admins write then.
  const messages = platform.tables.get('message')!;
  platform.tables.set(
    'message',
    messages.filter((row) => row.sender_id !== null || row.messageType === 'SYSTEM'),
  );
  const { code, summary } =
    kind === 'a dump' ? await fromDump(platform, { without: OLD }) : await run(await liveUrl(platform, OLD), '--without-media');
  expect(code).toBe(0);
  expect(summary.taken.conversations.new).toBe(10);
  const seen = await conversations('rosa@people.example');
  expect(seen.get(202)?.agency.name).toBe('Acme Repairs');
  // Without reviews, what the platform calls completed is closed.
  expect(seen.get(209)?.locks).toEqual(['closed']);
  await agrees();
});

test('[IMPORT-2] accounts that are here by the same address are the same people; names and addresses of others stay theirs', async () => {
  const rosa = await server.fixture.account('client', { email: 'Rosa@People.example', name: 'Rosa V.' });
  await server.fixture.account('worker', { email: 'nina@people.example' });
  const here = await server.fixture.agency('Acme Repairs');
  const { code, summary } = await fromDump(gotchaPlatform());
  expect(code).toBe(0);
  expect(reasons(summary.mended)).toMatchObject({
    'accounts: has an account here by the same address: it is used': ['1'],
    'accounts: has an address that somebody else has, and gets another one': ['5', 'employee 33'],
    'agencies: has a name that another agency has, and gets its number behind it': ['21'],
  });
  const signedIn = await server.http.signIn(rosa);
  const mine = await server.http.call<{ conversations: Conversation[] }>('GET', '/api/v1/conversations', {
    token: signedIn.accessToken,
  });
  expect(mine.body.conversations).toHaveLength(8);
  expect(mine.body.conversations.some(({ agency }) => agency.id === here.id)).toBe(false);
  await agrees();
});

test.each([
  ['of the custom format', Buffer.concat([Buffer.from('PGDMP\x01\x0e'), Buffer.alloc(600)]), 'pg_restore -f dump.sql'],
  ['with --inserts', Buffer.from('INSERT INTO public.conversation VALUES (1);\n'), '--inserts'],
  ['of something else', Buffer.from('COPY public.cats (name) FROM stdin;\nTom\n\\.\n'), 'pg_dump --format=plain'],
  ['that breaks off', Buffer.from(gotchaPlatform().dump().split('We can come')[0]!), 'breaks off'],
  ['without messages', Buffer.from(gotchaPlatform().dump({ tables: ['message'] })), 'no table "message"'],
  ['without a column', Buffer.from(gotchaPlatform().dump({ columns: { message: ['createdAt'] } })), 'no column "createdAt"'],
])('[IMPORT-2] a dump %s is refused with what to do', async (_what, bytes, said) => {
  const path = join(folder, 'odd.dump');
  await writeFile(path, bytes);
  const { code, stderr } = await run(path);
  expect(code).toBe(2);
  expect(stderr).toContain(said);
});

test('[IMPORT-2] a database that cannot be reached is said, without its password', async () => {
  const { code, stderr } = await run('postgres://somebody:hunter2@127.0.0.1:1/none');
  expect(code).toBe(1);
  expect(stderr).toContain('could not be read');
  expect(stderr).not.toContain('hunter2');
});

test('[IMPORT-2] a thread of more messages than a batch holds comes over whole and in order', async () => {
  const platform = gotchaPlatform();
  const rows = Array.from({ length: 11_000 }, (_, index) => ({
    messageID: 1_000 + index,
    conversationID_id: 203,
    sender_id: 11,
    messageText: `message ${index}`,
    isRead: index < 10_500,
    createdAt: time(1_000 + Math.floor(index / 3)),
  }));
  platform.add('message', ...rows.toReversed());
  const { summary } = await fromDump(platform);
  expect(summary.taken).toMatchObject({ conversations: { new: 10, changed: 0 }, messages: { new: 11_013 } });
  expect(await thread(203)).toEqual(rows.map(({ messageText }) => `Rosa Villanueva: ${messageText}`));
  expect((await conversations('castor@agency.example')).get(203)).toMatchObject({ unread: 500, lastSeq: 11_000 });
  await agrees();
});
