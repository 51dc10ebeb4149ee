import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import { beforeEach, expect, test } from 'vitest';
import * as Y from 'yjs';

import { silentLog } from '../log.ts';
import { compactAll } from '../testing/compact-now.ts';
import { dumpText, filesText } from '../testing/dump-text.ts';
import { worldForEachTest } from '../testing/in-file.ts';
import { PROGRAM_ENV } from '../testing/program-env.ts';
import type { RawClient } from '../testing/raw-client.ts';
import { runAdmin } from '../testing/run-admin.ts';
import type { TestServer } from '../testing/test-server.ts';
import type { World } from '../testing/world.ts';
import { applyRetention, startRetention } from './retention.ts';

let server: TestServer;
let world: World;
worldForEachTest((made) => ({ server, world } = made));

const admin = async (...words: string[]) => {
  const env = { DATABASE_URL: server.url, DATA_DIR: server.dataDir };
  const { code, stdout, stderr } = await runAdmin(env, [...words, '--json']);
  return { code, stderr, json: (stdout === '' ? null : JSON.parse(stdout)) as Record<string, unknown> };
};
/** Those of these words that stand anywhere in the database. */
const kept = async (...words: string[]): Promise<string[]> => {
  const text = await server.db.read(dumpText);
  return words.filter((word) => text.includes(word));
};

let client: RawClient;
let old: { key: string; edit: string };
let fresh: string;

/** A message with a file, edited and answered, that then is a year old; and a new one. */
beforeEach(async () => {
  client = await world.join(world.client);
  const upload = await server.http.call<{ id: string }>(
    'POST',
    `/api/v1/conversations/${world.conversation}/files?name=old-name.txt`,
    {
      token: client.session.accessToken,
      body: Buffer.from('old words in a file'),
    },
  );
  const { key } = await client.write(client.message('old words', { attachments: [upload.body], mentions: [world.worker.id] }));
  const { key: edit } = await client.write({ kind: 'edit', of: key, text: 'old words, edited', sentAt: Date.now() });
  old = { key, edit };
  await world.rows(`UPDATE messages SET accepted_at = accepted_at - interval '1 year' WHERE conversation_id = $1`, [
    world.conversation,
  ]);
  fresh = (await client.write(client.message('new words', { replyTo: key }))).key;
});

test('[SERVER-5] retention empties what is older everywhere, also for who is online, and leaves the rest', async () => {
  const watching = await world.join(world.worker);
  const dry = await admin('retention', '--agency', world.agency.id, '--older-than', '11mo', '--dry-run');
  expect(dry).toMatchObject({ code: 0, json: { dryRun: true, messages: 1, conversations: 1, files: 1 } });
  expect(await kept('old words, edited', 'old-name')).toEqual(['old words, edited', 'old-name']);

  const run = await admin('retention', '--agency', world.agency.id, '--older-than', '11mo');
  expect(run).toMatchObject({ code: 0, json: { dryRun: false, messages: 1 } });
  await watching.watch.until('the message is empty', () => watching.entry(old.key) === undefined);
  await watching.watch.until('its edit is empty', () => watching.entry(old.edit) === undefined);
  expect(watching.entry(fresh)).toMatchObject({ text: 'new words' });
  expect(await kept('old words', 'old-name', 'new words')).toEqual(['new words']);
  expect((await filesText(server.dataDir)).includes('old words')).toBe(false);
  const page = await server.http.call<{ messages: { text: string }[] }>(
    'GET',
    `/api/v1/conversations/${world.conversation}/messages`,
    {
      token: watching.session.accessToken,
    },
  );
  expect(page.body.messages.flatMap(({ text }) => text ?? [])).toEqual(['', 'new words']);
  expect((await admin('check')).json).toMatchObject({ problems: 0 });
  expect((await admin('retention', '--agency', world.agency.id, '--older-than', '11mo')).json).toMatchObject({ messages: 0 });
});

test('[SERVER-5] a replica that comes back with what was emptied is no fork: it is skipped', async () => {
  // As the client's own device holds it, while it is away.
  const away = Y.encodeStateAsUpdate(client.doc);
  client.terminate();
  await compactAll(server.db);
  await admin('retention', '--agency', world.agency.id, '--older-than', '11mo');
  const back = await world.open(client.session);
  back.sendUpdate(away);
  const { key } = await back.write(back.message('and on it goes'));
  expect(back.refusal).toBeNull();
  expect(back.entry(key)).toMatchObject({ text: 'and on it goes' });
  expect(await kept('old words')).toEqual([]);
  expect((await admin('check')).json).toMatchObject({ problems: 0 });
});

test('[SERVER-5] retention does closed conversations too, and messages of who is shut out', async () => {
  await admin('set-lock', '--conversation', world.conversation, '--reason', 'closed', '--on');
  await admin('disable-account', '--account', world.client.id);
  expect((await admin('retention', '--agency', world.agency.id, '--older-than', '90d')).json).toMatchObject({ messages: 1 });
  expect(await kept('old words')).toEqual([]);
});

test('[SERVER-5] --keep has the server do it every day by itself, forever ends that', async () => {
  expect((await admin('retention', '--agency', world.agency.id, '--keep', '6mo')).json).toEqual({
    agency: world.agency.id,
    keep: '6mo',
  });
  const daily = startRetention(server.db, silentLog, { everyMs: 5, now: Date.now });
  await expect.poll(() => kept('old words'), { timeout: 10_000 }).toEqual([]);
  await expect
    .poll(() => world.rows('SELECT 1 FROM agencies WHERE id = $1 AND retention_at IS NOT NULL', [world.agency.id]))
    .toHaveLength(1);
  await daily.stop();
  expect(await kept('new words')).toEqual(['new words']);
  expect((await admin('retention', '--agency', world.agency.id, '--keep', 'forever')).json).toMatchObject({ keep: null });
  for (const wrong of [['--keep', 'long'], ['--older-than', '3'], ['--dry-run']]) {
    expect((await admin('retention', '--agency', world.agency.id, ...wrong)).code).toBe(2);
  }
});

test('[SERVER-5] retention that was cut off goes on where it was', async () => {
  await client.write(client.message('old words again'));
  await world.rows(`UPDATE messages SET accepted_at = accepted_at - interval '1 year' WHERE text LIKE 'old words%'`);
  const since = new Date(Date.now() - 60_000);
  let stopped = false;
  const cutOff = { db: server.db, now: Date.now, atOnce: 1, isStopped: () => stopped, onEmptied: () => void (stopped = true) };
  expect(await applyRetention(cutOff, world.agency.id, since)).toBe(1);
  expect(await kept('old words again')).toEqual(['old words again']);
  expect(await applyRetention({ db: server.db, now: Date.now }, world.agency.id, since)).toBe(1);
  expect(await kept('old words')).toEqual([]);
});

test('[SERVER-5] retention whose program is killed leaves nothing half done, and the next one does the rest', async () => {
  for (let page = 0; page < 6; page++) {
    const facts = Array.from({ length: 100 }, () => [client.key(), client.message('old words, many')] as const);
    const update = client.factsUpdate(facts);
    Y.applyUpdate(client.doc, update);
    client.sendUpdate(update);
    await client.accepted(facts.at(-1)![0]);
  }
  await world.rows(`UPDATE messages SET accepted_at = accepted_at - interval '1 year' WHERE text LIKE 'old words%'`);
  const words = ['retention', '--agency', world.agency.id, '--older-than', '90d'];
  const main = join(import.meta.dirname, '..', 'admin', 'main.ts');
  const env = { ...PROGRAM_ENV, DATABASE_URL: server.url, DATA_DIR: server.dataDir };
  const child = spawn(process.execPath, [main, ...words], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(child, 'exit');
  // It tells after its first step, and is in the middle of the next one.
  await once(child.stderr, 'data');
  child.kill('SIGKILL');
  expect(await ended).toEqual([null, 'SIGKILL']);
  const [half] = await world.rows<{ left: number }>(
    'SELECT count(*) AS left FROM messages WHERE conversation_id = $1 AND removed_at IS NULL',
    [world.conversation],
  );
  expect(half!.left).toBeGreaterThan(1);
  expect(half!.left).toBeLessThan(602);
  // What it had done is whole.
  expect((await admin('check')).json).toMatchObject({ problems: 0 });
  // Its last step may have been committed a moment after it was gone.
  expect((await admin(...words)).json['messages']).toBeLessThan(half!.left);
  expect(await kept('old words')).toEqual([]);
  expect((await admin('check')).json).toMatchObject({ problems: 0 });
});
