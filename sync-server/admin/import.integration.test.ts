import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { afterEach, beforeEach, expect, test } from 'vitest';

import type { Conversation } from '#shared/api/conversations.ts';

import { postgresInFile } from '../testing/in-file.ts';
import { runAdmin } from '../testing/run-admin.ts';
import type { TestPostgres, TestServer } from '../testing/test-server.ts';

let postgres: TestPostgres;
let server: TestServer;

postgresInFile((started) => void (postgres = started));
beforeEach(async () => {
  server = await postgres.server();
});
afterEach(() => server.close());

const START = Date.parse('2026-03-01T08:00:00.123Z');

function message(index: number, sender: string, text = `message ${index}`) {
  return { sender, text, at: new Date(START + index * 1_000).toISOString() };
}

const PEOPLE = [
  { id: 'desk/1', role: 'agency', name: 'Liza' },
  { id: 'rosa', role: 'client', name: 'Rosa' },
  { id: 'joel', role: 'worker', name: 'Joel' },
];

function conversation(id: string, messages: unknown[], participants = PEOPLE) {
  return { id, title: `Job ${id}`, domain: 'home', participants, messages };
}

type Summary = {
  conversations: { made: number; extended: number; unchanged: number };
  messages: { made: number; known: number };
  accounts: number;
  refused: number;
};

/** Imports these lines (objects become JSON) with the server running. */
async function importLines(lines: unknown[], { gzip = false } = {}) {
  const path = join(postgres.dataDir, `import.jsonl${gzip ? '.gz' : ''}`);
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
  await writeFile(path, gzip ? gzipSync(text) : text);
  const args = ['import-conversations', path, '--agency', 'Imported', '--sign-in', 'trial', '--json'];
  const run = await runAdmin({ DATABASE_URL: server.url, DATA_DIR: server.dataDir }, args);
  return { ...run, summary: (run.stdout === '' ? null : JSON.parse(run.stdout)) as Summary };
}

async function signedIn(email: string): Promise<string> {
  const body = { email, password: 'trial', device: { name: 'x' } };
  const answer = await server.http.call<{ accessToken: string }>('POST', '/api/v1/session', { body });
  expect(answer.status).toBe(200);
  return answer.body.accessToken;
}

async function conversations(email: string): Promise<Conversation[]> {
  const token = await signedIn(email);
  return (await server.http.call<{ conversations: Conversation[] }>('GET', '/api/v1/conversations', { token })).body
    .conversations;
}

async function texts(email: string, id: string): Promise<string[]> {
  const token = await signedIn(email);
  const page = await server.http.call<{ messages: { text: string }[] }>('GET', `/api/v1/conversations/${id}/messages`, { token });
  return page.body.messages.map(({ text }) => text);
}

async function agrees(): Promise<void> {
  const run = await runAdmin({ DATABASE_URL: server.url, DATA_DIR: server.dataDir }, ['check']);
  expect([run.code, run.stderr]).toEqual([0, expect.any(String)]);
}

test('[IMPORT-1] brings in people, jobs and messages as they were, all of it read, gzipped or not', async () => {
  const odd = 'line one\nline two \u2028 three 👩‍🔧 مرحبا \ud800 end';
  const lines = [
    `\uFEFF${JSON.stringify(conversation('a', [message(0, 'rosa', odd), message(1, 'desk/1'), message(2, 'joel')]))}`,
    '',
    conversation('b', []),
  ];
  const { code, summary } = await importLines(lines, { gzip: true });
  expect(code).toBe(0);
  expect(summary).toMatchObject({ conversations: { made: 2 }, messages: { made: 3 }, accounts: 3, refused: 0 });
  const [b, a] = await conversations('rosa@import.example');
  expect(b?.lastMessage).toBeNull();
  expect(a).toMatchObject({
    job: { title: 'Job a', status: 'open' },
    unread: 0,
    readFloor: 3,
    lastSeq: 3,
    lastActivityAt: '2026-03-01T08:00:02.123Z',
    lastMessage: { text: 'message 2', name: 'Joel', acceptedAt: '2026-03-01T08:00:02.123Z' },
  });
  expect(a?.participants.map(({ role }) => role)).toEqual(['client', 'worker', 'staff']);
  expect((await texts('joel@import.example', a!.id))[0]).toBe(odd.toWellFormed());
  expect((await conversations('desk%2F1@import.example')).map(({ id }) => id)).toEqual([b!.id, a!.id]);
  await agrees();
});

test('[IMPORT-1] run again adds only what is new, behind what is there', async () => {
  const first = conversation('a', [message(0, 'rosa'), message(1, 'joel')]);
  await importLines([first, conversation('b', [message(0, 'rosa')])]);
  const again = await importLines([first, conversation('b', [message(0, 'rosa')])]);
  expect(again.summary).toMatchObject({
    conversations: { made: 0, extended: 0, unchanged: 2 },
    messages: { made: 0, known: 3 },
    accounts: 0,
  });
  const newcomer = { id: 'nina', role: 'worker', name: 'Nina' };
  const grown = conversation('a', [message(0, 'rosa'), message(1, 'joel'), message(2, 'nina')], [...PEOPLE, newcomer]);
  const third = await importLines([grown, conversation('c', [message(5, 'rosa')])]);
  expect(third.summary).toMatchObject({
    conversations: { made: 1, extended: 1 },
    messages: { made: 2, known: 2 },
    accounts: 1,
  });
  const [seen] = await conversations('nina@import.example');
  expect(await texts('nina@import.example', seen!.id)).toEqual(['message 0', 'message 1', 'message 2']);
  expect(seen).toMatchObject({ unread: 0, participants: expect.arrayContaining([expect.objectContaining({ name: 'Nina' })]) });
  await agrees();
});

test('[IMPORT-1] refuses bad lines and messages with their number, takes the others, and ends with 1', async () => {
  const { code, stderr, summary } = await importLines([
    '{"id": "cut off',
    conversation('', [message(0, 'rosa')]),
    conversation('roles', [], [PEOPLE[0]!, { ...PEOPLE[0]!, role: 'worker' }]),
    conversation('a', [
      message(0, 'rosa'),
      message(1, 'stranger'),
      message(2, 'rosa', 'x'.repeat(8_001)),
      message(3, 'rosa', ' \n '),
      { ...message(4, 'rosa'), at: 'yesterday' },
      message(5, 'rosa', 'with \0 in it'),
      null,
      message(7, 'joel', 'x'.repeat(8_000)),
    ]),
    { ...conversation('wrong', []), messages: 'none' },
    conversation('other', [message(0, 'rosa')], [{ id: 'rosa', role: 'worker', name: 'Rosa' }]),
    conversation('b', [message(0, 'rosa')]),
  ]);
  expect(code).toBe(1);
  expect(summary).toMatchObject({ conversations: { made: 2 }, messages: { made: 3 }, refused: 11 });
  for (const place of ['line 1:', 'line 2:', 'line 3:', 'line 4, message 2:', 'line 4, message 3:', 'line 4, message 4:']) {
    expect(stderr).toContain(`${place} refused, `);
  }
  for (const place of ['line 4, message 5:', 'line 4, message 6:', 'line 4, message 7:', 'line 5:']) {
    expect(stderr).toContain(`${place} refused, `);
  }
  await agrees();
});

test('[IMPORT-1] one conversation twice in a file is one conversation', async () => {
  const { summary } = await importLines([
    conversation('a', [message(0, 'rosa')]),
    conversation('a', [message(0, 'rosa'), message(1, 'joel')]),
  ]);
  expect(summary).toMatchObject({ conversations: { made: 1, extended: 1 }, messages: { made: 2, known: 1 } });
  await agrees();
});

test('[DOC-4] a long thread is cut into epochs of 4,000, and goes on in the last one', async () => {
  const messages = Array.from({ length: 8_500 }, (_, index) => message(index, 'rosa'));
  await importLines([conversation('long', messages.slice(0, 4_000))]);
  await importLines([conversation('long', messages)]);
  const [record] = await conversations('rosa@import.example');
  expect(record?.documents.map(({ epoch, entries }) => [epoch, entries])).toEqual([
    [1, 4_000],
    [2, 4_000],
    [3, 500],
  ]);
  expect(record?.lastSeq).toBe(8_500);
  await agrees();
});

test('[IMPORT-1] a gzip file that breaks off is said to, after what came before was brought in', async () => {
  const lines = Array.from({ length: 400 }, (_, index) => JSON.stringify(conversation(`c${index}`, [message(index, 'rosa')])));
  const whole = gzipSync(lines.join('\n'), { level: 0 });
  const path = join(postgres.dataDir, 'cut.jsonl.gz');
  await writeFile(path, whole.subarray(0, whole.length / 2));
  const args = ['import-conversations', path, '--agency', 'Imported', '--sign-in', 'trial'];
  const run = await runAdmin({ DATABASE_URL: server.url, DATA_DIR: server.dataDir }, args);
  expect(run.code).not.toBe(0);
  expect(run.stderr).toContain('breaks off or is damaged');
  expect((await conversations('rosa@import.example')).length).toBeGreaterThan(0);
  await agrees();
});
