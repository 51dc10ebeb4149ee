import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { ERASED_NAME } from '#shared/documents.ts';
import { newId } from '#shared/ids.ts';

import { appendEvent, lockThreads } from '../storage/context.ts';
import { compactAll } from '../testing/compact-now.ts';
import { dumpText, filesText } from '../testing/dump-text.ts';
import { worldForEachTest } from '../testing/in-file.ts';
import { runAdmin } from '../testing/run-admin.ts';
import { PASSWORD, type TestServer } from '../testing/test-server.ts';
import { signIn, type World } from '../testing/world.ts';

let server: TestServer;
let world: World;
worldForEachTest((made) => ({ server, world } = made));

const admin = async (...words: string[]) => {
  const env = { DATABASE_URL: server.url, DATA_DIR: server.dataDir };
  const { code, stdout, stderr } = await runAdmin(env, [...words, '--json']);
  return { code, stderr, json: (stdout === '' ? null : JSON.parse(stdout)) as Record<string, unknown> };
};

/** A client who wrote, edited, reacted, brought a file and a draft, is named in a note of an import, and was invited once. */
async function zenaida() {
  const { fixture, db } = server;
  const person = await fixture.account('client', { name: 'Zenaida Quimpo', email: 'zenaida.quimpo@example.com' });
  const conversation = await fixture.conversation({ agency: world.agency, people: [person, world.worker] });
  const session = await signIn(db, person);
  const { RawClient } = await import('../testing/raw-client.ts');
  const own = await RawClient.open(server.running.url, `${conversation}/all/1`, session);
  const other = await RawClient.open(server.running.url, `${conversation}/all/1`, await signIn(db, world.worker));
  const file = await server.http.call<{ id: string }>(
    'POST',
    `/api/v1/conversations/${conversation}/files?name=zena-secret.txt`,
    {
      token: session.accessToken,
      body: Buffer.from('the marker in her file'),
    },
  );
  const first = await own.write(own.message('the marker in her message', { attachments: [file.body] }));
  await own.write({ kind: 'edit', of: first.key, text: 'the marker in her edit', sentAt: 1 });
  const theirs = await other.write(other.message('a word of the worker'));
  await own.write({ kind: 'react', to: theirs.key, emoji: '🦜', on: true, sentAt: 1 });
  await db.transact(async (tx) => {
    await lockThreads(tx, conversation);
    const event = { type: 'note', text: 'Zenaida Quimpo paid.', by: null } as const;
    await appendEvent(tx, { conversation, thread: 'all', event, at: new Date() });
    await tx.rows(
      `INSERT INTO invitations (id, hash, agency_id, email, role, name, expires_at) VALUES ($1, $2, $3, $4, 'staff', 'Zenaida Quimpo', now())`,
      [newId(), Buffer.from(person.id), world.agency.id, person.email],
    );
    await tx.rows("UPDATE devices SET name = 'Zenaida’s phone' WHERE account_id = $1", [person.id]);
    await tx.rows("INSERT INTO identities (issuer, subject, account_id) VALUES ('platform', 'zenaida-77', $1)", [person.id]);
  });
  const upload = newId();
  await server.db.transact((tx) =>
    tx.rows(
      `INSERT INTO uploads (id, conversation_id, thread, account_id, name, bytes) VALUES ($1, $2, 'all', $3, 'zena-upload.txt', 9)`,
      [upload, conversation, person.id],
    ),
  );
  await mkdir(join(server.dataDir, 'uploads'), { recursive: true });
  await writeFile(join(server.dataDir, 'uploads', upload), 'the marker in her upload');
  await writeFile(join(server.dataDir, 'uploads', `${upload}.json`), '{"name":"zena-upload.txt"}');
  const me = await RawClient.open(server.running.url, 'me', session);
  const { encodeUpdate, valueStruct } = await import('#shared/update-codec.ts');
  const draft = valueStruct({ client: me.lease, clock: 0 }, 'private', `draft/${conversation}`, {
    text: 'the marker in her draft',
  });
  me.sendUpdate(encodeUpdate([draft]));
  await expect.poll(async () => (await server.db.read(dumpText)).includes('the marker in her draft')).toBe(true);
  return { person, conversation, own, other, theirs, first };
}

const MARKERS = ['the marker', 'Zenaida', 'zenaida', 'Quimpo', 'zena-', '🦜'];
const found = (text: string): string[] =>
  MARKERS.filter((marker) => text.includes(marker) || text.includes(Buffer.from(marker).toString('latin1')));

test.each(['before', 'after'])('[SERVER-5] erase-person leaves nothing of a person, %s the log was compacted', async (when) => {
  const { person, conversation, own, other, theirs, first } = await zenaida();
  if (when === 'after') await compactAll(server.db);
  const everything = async (): Promise<string> => (await server.db.read(dumpText)) + (await filesText(server.dataDir));
  expect(found(await everything())).toEqual(MARKERS);

  const dry = await admin('erase-person', '--account', person.email, '--dry-run');
  expect(dry).toMatchObject({ code: 0, json: { dryRun: true, messages: 1, files: 1 } });
  const unsure = await admin('erase-person', '--account', person.email);
  expect([unsure.code, unsure.json]).toEqual([2, null]);
  expect(unsure.stderr).toContain('--yes');
  expect(found(await everything())).toEqual(MARKERS);

  const run = await admin('erase-person', '--account', person.email, '--yes');
  expect(run).toMatchObject({
    code: 0,
    json: { account: person.id, messages: 1, reactions: 1, notes: 1, conversations: 1, bytesGone: true },
  });
  // An emoji that was taken back stays as the sign that it was; it says nothing of who.
  expect(found(await everything()).filter((marker) => marker !== '🦜')).toEqual([]);

  // Who is online, and is somebody else, has it no more either; the person is out.
  await own.closed();
  await other.watch.until('her message is empty', () => other.entry(first.key) === undefined);
  await other.watch.until('her name is gone', () =>
    JSON.stringify(other.doc.getMap('context').get('participants')).includes(ERASED_NAME),
  );
  expect(found(JSON.stringify(other.doc.toJSON())).filter((marker) => marker !== '🦜')).toEqual([]);
  expect(other.entry(theirs.key)).toMatchObject({ text: 'a word of the worker' });
  const reactions = await world.rows('SELECT 1 FROM reactions WHERE conversation_id = $1', [conversation]);
  expect(reactions).toEqual([]);
  for (const email of [person.email, 'erased-1@erased.invalid']) {
    const body = { email, password: PASSWORD, device: { name: 'A test' } };
    expect((await server.http.call('POST', '/api/v1/session', { body })).status).toBe(401);
  }
  expect((await admin('check')).json).toMatchObject({ problems: 0 });
});

test('[SERVER-5] erase-person may be repeated, keeps the id, and nobody lets the person in again', async () => {
  const { person } = await zenaida();
  await admin('erase-person', '--account', person.email, '--yes');
  const again = await admin('erase-person', '--account', person.id, '--yes');
  expect(again).toMatchObject({ code: 0, json: { messages: 0, reactions: 0, notes: 0 } });
  const [row] = await world.rows('SELECT id, name, email, password_hash FROM accounts WHERE id = $1', [person.id]);
  expect(row).toEqual({
    id: person.id,
    name: ERASED_NAME,
    email: expect.stringMatching(/^erased-\d+@erased\.invalid$/),
    password_hash: null,
  });
  const enabled = await admin('enable-account', '--account', person.id);
  expect([enabled.code, enabled.stderr]).toEqual([1, expect.stringContaining('was erased')]);
  expect((await admin('check')).json).toMatchObject({ problems: 0 });
});
