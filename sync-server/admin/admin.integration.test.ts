import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { Conversation } from '#shared/api/conversations.ts';

import { silentLog } from '../log.ts';
import type { Change } from '../storage/notify.ts';
import { listen } from '../storage/notify.ts';
import { postgresInFile } from '../testing/in-file.ts';
import { runAdmin, runAdminProcess } from '../testing/run-admin.ts';
import type { TestDatabase, TestPostgres } from '../testing/test-server.ts';

let postgres: TestPostgres;
let database: TestDatabase;

postgresInFile((started) => void (postgres = started));
beforeEach(async () => {
  database = await postgres.database();
});
afterEach(() => database.close());

const program = (...words: string[]) => runAdminProcess({ DATABASE_URL: database.url }, words);
const admin = (...args: string[]) => runAdmin({ DATABASE_URL: database.url, DATA_DIR: `${postgres.dataDir}/admin` }, args);

async function json<T>(...args: (string | string[])[]): Promise<T> {
  const { code, stdout, stderr } = await admin(...args.flat(), '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as T;
}

async function count(sql: string, values: unknown[] = []): Promise<number> {
  const [row] = await database.db.read((db) => db.rows<{ count: number }>(sql, values));
  return row!.count;
}

test('[SERVER-5] makes agency, people and conversation, by name, address or id, each as one JSON object', async () => {
  const agency = await json<{ id: string; number: number }>('create-agency', '--name', 'Acme');
  const owner = await json<{ id: string; agency: { id: string } }>([
    'create-account',
    '--agency',
    'Acme',
    '--role',
    'owner',
    '--name',
    'Olga',
    '--email',
    'olga@example.com',
    '--password',
    'x',
  ]);
  expect(owner.agency.id).toBe(agency.id);
  const client = await json<{ id: string; agency: null }>([
    'create-account',
    '--agency',
    agency.id,
    '--role',
    'client',
    '--name',
    'Carl',
    '--email',
    'carl@example.com',
  ]);
  expect(client.agency).toBeNull();
  await json('create-account', '--role', 'worker', '--name', 'Wim', '--email', 'wim@example.com');
  const made = await json<{ id: string; number: number }>(
    ['create-conversation', '--agency', agency.id, '--job-title', 'Fix the sink', '--client', 'CARL@example.com'],
    ['--worker', 'wim@example.com', '--status', 'scheduled', '--location', 'Manila'],
  );
  const { conversationRecord } = await import('../storage/conversations.ts');
  const record = (await database.db.read((db) => conversationRecord(db, made.id, client.id))) as Conversation;
  expect(record).toMatchObject({ number: made.number, job: { title: 'Fix the sink', status: 'scheduled', location: 'Manila' } });
  expect(record.participants.map(({ name, role }) => [name, role])).toEqual([
    ['Carl', 'client'],
    ['Wim', 'worker'],
  ]);
});

test('[SERVER-5] ends with 1 when it could not, with 2 when it was asked wrongly, and keeps stdout empty', async () => {
  await json('create-agency', '--name', 'Acme');
  const failed = [
    ['create-agency', '--name', 'Acme'],
    ['create-account', '--agency', 'Nobody', '--role', 'staff', '--name', 'A', '--email', 'a@example.com'],
    ['disable-account', '--account', 'nobody@example.com'],
    ['set-lock', '--conversation', '77', '--reason', 'closed', '--on'],
    ['import-conversations', '/nowhere.jsonl', '--agency', 'Acme'],
  ];
  const wrong = [
    [],
    ['no-such-command'],
    ['create-account', '--role', 'king', '--name', 'A', '--email', 'a@example.com'],
    ['create-account', '--role', 'staff', '--name', 'A', '--email', 'a@example.com'],
    ['create-account', '--role', 'client', '--name', 'A', '--email', 'no address'],
    ['set-lock', '--conversation', '1', '--reason', 'closed'],
    ['set-lock', '--conversation', '1', '--reason', 'closed', '--on', '--off'],
  ];
  for (const [code, commands] of [[1, failed] as const, [2, wrong] as const]) {
    for (const command of commands) {
      const run = await admin(...command);
      expect([command, run.code, run.stdout]).toEqual([command, code, '']);
      expect(run.stderr).not.toBe('');
      expect(run.stderr).not.toMatch(/^ {4}at .*:\d+:\d+\)?$/m); // a stack is for bugs
    }
  }
});

test('[SERVER-5] is a program that prints its answer alone to stdout and ends with 0, 1 or 2', async () => {
  const [made, refused, wrong] = [
    await program('create-agency', '--name', 'Acme', '--json'),
    await program('create-agency', '--name', 'Acme', '--json'),
    await program('no-such-command'),
  ];
  expect([made.code, refused.code, wrong.code]).toEqual([0, 1, 2]);
  expect(JSON.parse(made.stdout)).toMatchObject({ name: 'Acme' });
  expect([refused.stdout, wrong.stdout]).toEqual(['', '']);
  expect(refused.stderr).toMatch(/^admin: .*already/);
});

test('[ACCESS-1] tells running servers who was taken out, locked out and disabled, in the same transaction', async () => {
  const { fixture } = database;
  const agency = await fixture.agency();
  const [client, worker] = [await fixture.account('client'), await fixture.account('worker')];
  const id = await fixture.conversation({ agency, people: [client, worker] });
  const changes: Change[] = [];
  const listener = await listen(database.url, silentLog, (change) => changes.push(change));
  await json('remove-participant', '--conversation', id, '--account', worker.email);
  await json('disable-account', '--account', client.id);
  await expect.poll(() => changes).toContainEqual({ kind: 'account', account: client.id });
  expect(changes).toContainEqual({ kind: 'access', conversation: id, account: worker.id });
  expect(changes).toContainEqual({ kind: 'document', document: `${id}/all/1` });
  const feed = changes.find(({ kind }) => kind === 'feed') as Extract<Change, { kind: 'feed' }>;
  expect(feed.streams.toSorted()).toEqual([agency.id, client.id, worker.id].toSorted());
  await listener.stop();
  expect(await count('SELECT count(*) FROM feed WHERE stream = $1 AND kind = $2', [worker.id, 'left'])).toBe(1);
});

async function madeConversation(): Promise<string> {
  const { fixture } = database;
  const client = await fixture.account('client');
  return fixture.conversation({ agency: await fixture.agency(), people: [client] });
}

describe('check', () => {
  test('[SERVER-5] finds nothing where nothing is wrong, after all kinds of changes', async () => {
    const id = await madeConversation();
    await json('set-lock', '--conversation', id, '--reason', 'closed', '--on');
    await json('set-lock', '--conversation', id, '--reason', 'closed', '--off');
    const run = await admin('check', '--json');
    expect(JSON.parse(run.stdout)).toMatchObject({ threads: 2, documents: 2, problems: 0 });
    expect(run.code).toBe(0);
  });

  test.each([
    ["UPDATE document_context SET value = '[]' WHERE key = 'participants'", 'context "participants" differs'],
    ["UPDATE events SET event = jsonb_set(event, '{by}', '\"x\"')", 'differs from its document'],
    ['DELETE FROM document_log WHERE n_from = 0', 'a gap or an overlap'],
    ['UPDATE document_clocks SET next_clock = next_clock + 1', 'in document_clocks'],
    ['UPDATE documents SET n = n + 1', 'its log ends at'],
    ['INSERT INTO document_deletes SELECT id, 1, 0 FROM documents', 'not deleted in the document'],
    ["UPDATE threads SET next_seq = 1 WHERE thread = 'all'", 'its next seq is 1'],
    [
      `INSERT INTO messages (conversation_id, thread, seq, account_id, id, text, sent_at, accepted_at)
       SELECT conversation_id, 'all', 9, account_id, account_id, 'planted', now(), now() FROM participants`,
      'was never accepted',
    ],
  ])('[SERVER-5] finds a planted disagreement: %s', async (sql, said) => {
    await madeConversation();
    await database.db.transact((tx) => tx.rows(sql));
    const run = await admin('check');
    expect(run.code).toBe(1);
    expect(run.stderr).toContain(said);
  });
});
