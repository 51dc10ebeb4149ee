import { afterEach, beforeEach, expect, test } from 'vitest';

import { ME_ROOT } from '#shared/documents.ts';
import { encodeUpdate, valueStruct } from '#shared/update-codec.ts';

import { compactAll } from '../../testing/compact-now.ts';
import { worldForEachTest } from '../../testing/in-file.ts';
import { RawClient } from '../../testing/raw-client.ts';
import { runAdmin } from '../../testing/run-admin.ts';
import type { TestServer } from '../../testing/test-server.ts';
import type { World } from '../../testing/world.ts';

let server: TestServer;
let world: World;
worldForEachTest((made) => ({ server, world } = made));

const admin = async (...words: string[]) => {
  const { code, stdout } = await runAdmin({ DATABASE_URL: server.url, DATA_DIR: server.dataDir }, [...words, '--json']);
  return { code, json: JSON.parse(stdout) as { problems: number; rebuilt: number; first: { where: string; problem: string }[] } };
};

const TABLES = ['messages', 'reactions', 'events', 'entries', 'threads'];

/** What the rows of this conversation are, but for when a message was removed: only the removal's own time is in a document. */
async function rowsNow(): Promise<Record<string, unknown>> {
  const rows: Record<string, unknown> = {};
  for (const table of TABLES) {
    rows[table] = await world.rows(`SELECT * FROM ${table} WHERE conversation_id = $1 ORDER BY ${table}::text`, [
      world.conversation,
    ]);
  }
  rows['documents'] = await world.rows('SELECT id, n, entries FROM documents WHERE conversation_id = $1 ORDER BY id', [
    world.conversation,
  ]);
  for (const table of ['document_clocks', 'document_deletes', 'document_context']) {
    rows[table] = await world.rows(
      `SELECT x.* FROM ${table} x JOIN documents d ON d.id = x.document_id WHERE d.conversation_id = $1 ORDER BY x::text`,
      [world.conversation],
    );
  }
  rows['labels'] = await world.rows('SELECT name, seq FROM labels WHERE conversation_id = $1 ORDER BY name', [
    world.conversation,
  ]);
  rows['team'] = await world.rows('SELECT assignee_id, resolved FROM team_states WHERE conversation_id = $1', [
    world.conversation,
  ]);
  return rows;
}

const write = async (client: RawClient, value: unknown): Promise<string> => (await client.write(value)).key;

/** Messages, an edit, an answer, a removal, reactions set and taken back, an event, and what a team says. */
beforeEach(async () => {
  const [client, worker, team] = [
    await world.join(world.client),
    await world.join(world.worker),
    await world.join(world.owner, 'team'),
  ];
  const first = await write(client, client.message('first', { mentions: [world.worker.id] }));
  await write(worker, worker.message('second', { replyTo: first }));
  await write(client, { kind: 'edit', of: first, text: 'first, edited', sentAt: 1 });
  await write(worker, { kind: 'react', to: first, emoji: '👍', on: true, sentAt: 1 });
  await write(worker, { kind: 'react', to: first, emoji: '🎉', on: true, sentAt: 1 });
  await write(worker, { kind: 'react', to: first, emoji: '🎉', on: false, sentAt: 1 });
  const third = await write(client, client.message('third, removed'));
  await write(worker, { kind: 'react', to: third, emoji: '👍', on: true, sentAt: 1 });
  await write(client, { kind: 'remove', of: third, sentAt: 1 });
  await admin('set-lock', '--conversation', world.conversation, '--reason', 'closed', '--on');
  await write(team, team.message('a note'));
  await write(team, { kind: 'assign', to: world.staff.id });
  await write(team, { kind: 'label', name: 'urgent', on: true });
  await compactAll(server.db);
});
// What one test left behind the next would check and mend again, several times.
afterEach(() => world.rows('TRUNCATE conversations CASCADE'));

const DAMAGE = {
  'messages that are missing': `DELETE FROM reactions; DELETE FROM messages`,
  'messages that say something else': `UPDATE messages SET text = 'planted', edited_at = NULL`,
  'messages that nobody wrote': `INSERT INTO messages (conversation_id, thread, seq, account_id, id, text, sent_at, accepted_at)
    SELECT DISTINCT ON (conversation_id) conversation_id, 'all', 99, account_id, account_id, 'planted', now(), now() FROM participants`,
  'reactions that are missing': 'DELETE FROM reactions',
  'events that are missing': 'DELETE FROM events',
  'entries that are missing': 'DELETE FROM entries WHERE NOT emptied',
  'all entries': 'DELETE FROM entries',
  'entries that say something else': 'UPDATE entries SET seq = seq + 100, clock = clock + 100',
  'entries that count as there though they were emptied': 'UPDATE entries SET emptied = false',
  'entries that count as emptied though they are there': 'UPDATE entries SET emptied = true',
  'positions that are wrong': 'UPDATE documents SET n = n + 3, entries = 0',
  'clocks that are missing': 'DELETE FROM document_clocks',
  'deletions that are missing': 'DELETE FROM document_deletes',
  'context that is another': `UPDATE document_context SET value = '[]'`,
  'a thread that begins anew': 'UPDATE threads SET next_seq = 1, last_message_seq = NULL',
  'what a team said': 'DELETE FROM labels; UPDATE team_states SET assignee_id = NULL',
};

test.each(Object.entries(DAMAGE))('[SERVER-5] rebuild mends %s', async (what, sql) => {
  const before = await rowsNow();
  await server.db.transact(async (tx) => {
    for (const statement of sql.split(';')) await tx.rows(statement);
  });
  const found = await admin('check');
  expect([found.code, found.json.problems > 0]).toEqual([1, true]);
  expect(await admin('rebuild')).toMatchObject({ code: 0, json: { problems: 0 } });
  expect(await admin('check')).toMatchObject({ code: 0, json: { problems: 0 } });
  const after = await rowsNow();
  // New rows of messages get new numbers; of what was emptied nobody can tell what it said, and of which message an edit was.
  const lost = what === 'messages that are missing' ? ['number'] : what === 'all entries' ? ['hash', 'target'] : [];
  expect(plain(after, lost)).toEqual(plain(before, lost));
  // And sending goes on where it was.
  await admin('set-lock', '--conversation', world.conversation, '--reason', 'closed', '--off');
  const client = await world.join(world.client);
  await client.write(client.message('and on'));
  expect(await admin('check')).toMatchObject({ code: 0, json: { problems: 0 } });
});

/** An emptied message's own times went with it: of one whose row is gone they are those of its acceptance. */
function plain(rows: Record<string, unknown>, lost: readonly string[]): unknown {
  const left = new Set([...lost, 'sent_at', 'removed_at']);
  return JSON.parse(JSON.stringify(rows, (key, value: unknown) => (left.has(key) ? undefined : value)));
}

test('[SERVER-5] rebuild leaves rows as they are where the log itself is broken, and says so', async () => {
  const client = await world.join(world.owner, 'team');
  await client.write(client.message('one'));
  await client.write(client.message('two'));
  await client.write(client.message('three'));
  await world.rows(
    `DELETE FROM document_log l USING documents d WHERE d.id = l.document_id AND d.conversation_id = $1
    AND l.n_to = (SELECT max(n_to) - 1 FROM document_log x WHERE x.document_id = d.id)`,
    [world.conversation],
  );
  const before = await rowsNow();
  const run = await admin('rebuild');
  expect([run.code, run.json.rebuilt]).toEqual([1, 0]);
  expect(run.json.first.map(({ problem }) => problem).join()).toContain('what was between is not there');
  expect(await rowsNow()).toEqual(before);
});

test('[SERVER-5] rebuild mends what is kept beside a person’s own document', async () => {
  const session = await world.signIn(world.client);
  const me = await RawClient.open(server.running.url, 'me', session);
  const draft = (clock: number, text: string, origin: { client: number; clock: number } | null) =>
    encodeUpdate(
      [valueStruct({ client: me.lease, clock }, ME_ROOT, 'setting/x', text, origin)],
      origin ? [{ ...origin, length: 1 }] : [],
    );
  me.sendUpdate(draft(0, 'one', null));
  me.sendUpdate(draft(1, 'two', { client: me.lease, clock: 0 }));
  const rows = () =>
    world.rows(
      `SELECT d.n, (SELECT json_agg(c ORDER BY c.client_id) FROM document_clocks c WHERE c.document_id = d.id) AS clocks,
         (SELECT json_agg(x ORDER BY x.client_id, x.clock) FROM document_deletes x WHERE x.document_id = d.id) AS deletes
       FROM documents d WHERE d.account_id = $1`,
      [world.client.id],
    );
  await expect.poll(async () => (await rows())[0]).toMatchObject({ n: 2 });
  const before = await rows();
  const [{ id }] = (await world.rows<{ id: number }>('SELECT id FROM documents WHERE account_id = $1', [world.client.id])) as [
    { id: number },
  ];
  const about = async (): Promise<string[]> =>
    (await admin('check')).json.first.flatMap(({ where, problem }) => (where === `own document ${id}` ? [problem] : []));
  expect(await about()).toEqual([]);
  for (const table of ['document_clocks', 'document_deletes'])
    await world.rows(`DELETE FROM ${table} WHERE document_id = $1`, [id]);
  await world.rows('UPDATE documents SET n = 9 WHERE id = $1', [id]);
  expect(await about()).not.toEqual([]);
  expect(await admin('rebuild')).toMatchObject({ code: 0, json: { problems: 0 } });
  expect(await rows()).toEqual(before);
  expect(await about()).toEqual([]);
});
