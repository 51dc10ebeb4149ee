import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';
import * as Y from 'yjs';

import { worldForEachTest } from '../testing/in-file.ts';
import { runAdmin } from '../testing/run-admin.ts';
import type { TestServer } from '../testing/test-server.ts';
import type { World } from '../testing/world.ts';

let server: TestServer;
let world: World;
worldForEachTest((made) => ({ server, world } = made));

const admin = async (...words: string[]) => {
  const { code, stdout, stderr } = await runAdmin({ DATABASE_URL: server.url, DATA_DIR: server.dataDir }, [...words, '--json']);
  return { code, stderr, json: (stdout === '' ? null : JSON.parse(stdout)) as Record<string, unknown> };
};

type Exported = {
  participants: { name: string; role: string }[];
  messages: {
    text: string;
    editedAt: string | null;
    replyTo: string | null;
    attachments: { name: string }[];
    reactions: object[];
  }[];
  removed: object[];
  events: { type: string }[];
};

const PHOTO = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** More than one page of them, with an edit, an answer, a reaction, a photo and a removal. */
async function talk(): Promise<void> {
  const [client, worker, team] = [
    await world.join(world.client),
    await world.join(world.worker),
    await world.join(world.owner, 'team'),
  ];
  const first = await client.write(client.message('Tumutulo ang lababo'));
  await client.write({ kind: 'edit', of: first.key, text: 'Tumutulo ang lababo 漏水', sentAt: 1 });
  await worker.write(worker.message('On my way', { replyTo: first.key }));
  await worker.write({ kind: 'react', to: first.key, emoji: '👍', on: true, sentAt: 1 });
  const file = await server.http.call<object>('POST', `/api/v1/conversations/${world.conversation}/files?name=sink.png`, {
    token: client.session.accessToken,
    body: PHOTO,
  });
  await client.write(client.message('', { attachments: [file.body] }));
  const gone = await client.write(client.message('said by mistake'));
  await client.write({ kind: 'remove', of: gone.key, sentAt: 1 });
  await team.write(team.message('a note of the team'));
}

const path = (query = '') => `/api/v1/conversations/${world.conversation}/export${query}`;

test('[SERVER-5] staff export a thread as JSON and PDF over HTTP, the team thread on its own', async () => {
  await talk();
  const token = (await world.signIn(world.staff)).accessToken;
  const all = await server.http.call<Exported>('GET', path(), { token });
  expect(all.headers.get('content-disposition')).toMatch(/^attachment; filename="conversation-\d+\.json"$/);
  const { messages, removed, events, participants } = all.body;
  expect(messages.map(({ text }) => text)).toEqual(['Tumutulo ang lababo 漏水', 'On my way', '']);
  expect(messages[0]).toMatchObject({ editedAt: expect.any(String), reactions: [{ emoji: '👍', accounts: [world.worker.id] }] });
  expect(messages[2]).toMatchObject({ attachments: [{ name: 'sink.png' }] });
  expect([removed.length, events.map(({ type }) => type)]).toEqual([1, ['conversation-created']]);
  expect(participants.map(({ role }) => role)).toEqual(['client', 'worker']);
  expect(JSON.stringify(all.body)).not.toMatch(/by mistake|note of the team/);
  const team = await server.http.call<Exported>('GET', path('?thread=team'), { token });
  expect(team.body.messages.map(({ text }) => text)).toEqual(['a note of the team']);
  const pdf = await fetch(`${server.running.url}${path('?format=pdf')}`, { headers: { authorization: `Bearer ${token}` } });
  const bytes = Buffer.from(await pdf.arrayBuffer()).toString('latin1');
  expect([pdf.headers.get('content-type'), bytes.slice(0, 5)]).toEqual(['application/pdf', '%PDF-']);
  expect(bytes).toContain('/Subtype /Image');
});

test('[SERVER-5] nobody else exports: not who takes part, not staff of another agency', async () => {
  const other = await server.fixture.account('owner', { agency: await server.fixture.agency() });
  for (const [account, status] of [
    [world.client, 403],
    [world.worker, 403],
    [other, 404],
  ] as const) {
    const { accessToken: token } = await world.signIn(account);
    expect((await server.http.call('GET', path(), { token })).status).toBe(status);
  }
});

test('[SERVER-5] export-conversation writes a file that an import brings in again', async () => {
  await talk();
  const client = await world.join(world.client);
  for (let page = 0; page < 6; page++) {
    const facts = Array.from({ length: 100 }, (_, index) => [client.key(), client.message(`number ${page}/${index}`)] as const);
    const update = client.factsUpdate(facts);
    Y.applyUpdate(client.doc, update);
    client.sendUpdate(update);
    await client.accepted(facts.at(-1)![0]);
  }
  await client.write(client.message('the last'));
  const out = join(server.dataDir, `${world.conversation}.json`);
  const run = await admin('export-conversation', '--conversation', world.conversation, '--out', out);
  expect(run).toMatchObject({ code: 0, json: { format: 'json', thread: 'all', file: out, bytes: (await stat(out)).size } });
  const [before] = await world.rows<{ count: number }>(
    "SELECT count(*) AS count FROM messages WHERE conversation_id = $1 AND thread = 'all' AND text <> ''",
    [world.conversation],
  );
  const agency = `Copy of ${world.conversation}`;
  const brought = await admin('import-conversations', out, '--agency', agency);
  // The message that is a photo alone has nothing that could be brought in.
  expect(brought.json).toMatchObject({ conversations: { made: 1 }, messages: { made: before!.count }, refused: 1 });
  const text = await world.rows<{ text: string }>(
    `SELECT m.text FROM messages m JOIN conversations c ON c.id = m.conversation_id JOIN agencies g ON g.id = c.agency_id
     WHERE g.name = $1 ORDER BY m.seq`,
    [agency],
  );
  expect(text[0]!.text).toBe('Tumutulo ang lababo 漏水');
  expect(text.at(-1)!.text).toBe('the last');
});

test('[SERVER-5] export-conversation leaves a file that is there, unless it is told to, and none that is half written', async () => {
  const out = join(server.dataDir, `${world.conversation}.pdf`);
  await writeFile(out, 'mine');
  const words = ['export-conversation', '--conversation', world.conversation, '--format', 'pdf', '--out', out];
  const kept = await admin(...words);
  expect([kept.code, await readFile(out, 'utf8')]).toEqual([1, 'mine']);
  expect(kept.stderr).toContain('--force');
  expect((await admin(...words, '--force')).code).toBe(0);
  expect((await readFile(out)).subarray(0, 5).toString()).toBe('%PDF-');
  const nowhere = await admin(
    'export-conversation',
    '--conversation',
    world.conversation,
    '--out',
    join(server.dataDir, 'no', 'such', 'folder'),
  );
  expect([nowhere.code, nowhere.stderr]).toEqual([1, expect.stringContaining("can't be written")]);
});
