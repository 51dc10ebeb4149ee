import { beforeEach, expect, it } from 'vitest';

import { compactNow } from '../testing/compact-now.ts';
import { serverInFile } from '../testing/in-file.ts';
import { createWorld, type World } from '../testing/world.ts';
import { askedTogether } from './asked.ts';
import { readLog, readLogs } from './log.ts';
import { findSessions } from './sessions.ts';
import { findThreadDocuments } from './sockets.ts';

let world: World;
let make: () => Promise<World>;

serverInFile((server) => {
  make = () => createWorld(server);
});

beforeEach(async () => {
  world = await make();
});

it('[SERVER-6] what is asked in one turn goes in one statement, up to so much of it; what comes later in the next', async () => {
  const asked: number[][] = [];
  const ask = askedTogether(async (keys: readonly number[]) => {
    asked.push([...keys]);
    return keys.map((key) => key * 2);
  }, 3);
  expect(await Promise.all([1, 2, 3, 3].map(ask))).toEqual([2, 4, 6, 6]);
  expect(await ask(1)).toBe(2);
  expect(asked).toEqual([[1, 2, 3], [3], [1]]);
});

it('[SERVER-6] one that fails is told to all that were asked with it, and to no other', async () => {
  let fails = true;
  const ask = askedTogether(async (keys: readonly number[]) => {
    if (fails) throw new Error('away');
    return [...keys];
  }, 10);
  await expect(Promise.all([ask(1), ask(2)])).rejects.toThrow('away');
  fails = false;
  expect(await ask(1)).toBe(1);
});

it('[ACCESS-1] sessions, documents and logs are each told to whom they belong, alone as among many', async () => {
  const { conversation } = world;
  const client = await world.join(world.client);
  for (const text of ['one', 'two']) await client.write(client.message(text));
  const thread = (name: 'all' | 'team', account: string) => {
    return { account, ref: { kind: 'thread' as const, conversation, thread: name, epoch: 1 } };
  };
  const outsider = await world.server.fixture.account('client');
  const asked = [
    thread('all', world.client.id),
    thread('team', world.client.id),
    thread('all', outsider.id),
    thread('team', world.staff.id),
    { ...thread('all', world.staff.id), ref: { ...thread('all', '').ref, epoch: 2 } },
    thread('all', world.staff.id),
  ];
  const { db } = world.server;
  await db.read(async (reader) => {
    const together = await findThreadDocuments(reader, asked);
    const { id: documentId, n } = together[0]!;
    expect(together.map((document) => document?.id)).toEqual([
      documentId,
      undefined,
      undefined,
      expect.any(Number),
      undefined,
      documentId,
    ]);
    for (const [place, one] of asked.entries())
      expect(await findThreadDocuments(reader, [one]), String(place)).toEqual([together[place]]);

    const sessions = [
      client.session.account.id,
      await sessionOf(client.session.account.id),
      await sessionOf(client.session.account.id),
    ];
    const states = await findSessions(reader, sessions);
    expect(states.map((state) => state?.caller.account)).toEqual([undefined, world.client.id, world.client.id]);
    for (const [place, one] of sessions.entries()) expect(await findSessions(reader, [one])).toEqual([states[place]]);

    const rows = await world.rows<{ n_to: number }>('SELECT n_to FROM document_log WHERE document_id = $1 ORDER BY n_to', [
      documentId,
    ]);
    const places = [0, rows[0]!.n_to, n, 0].map((after) => ({ documentId, after })).concat({ documentId: 2 ** 40, after: 7 });
    const pages = await readLogs(reader, places);
    expect(pages.map((page) => [page?.rows.length, page?.n])).toEqual([
      [rows.length, n],
      [rows.length - 1, n],
      [0, n],
      [rows.length, n],
      [0, 7],
    ]);
    for (const [place, one] of places.entries()) expect(await readLogs(reader, [one])).toEqual([pages[place]]);
  });

  async function sessionOf(account: string): Promise<string> {
    const [row] = await world.rows<{ id: string }>('SELECT id FROM sessions WHERE account_id = $1 LIMIT 1', [account]);
    return row!.id;
  }
});

it('[SYNC-COMPACT] a long snapshot goes with no other: it is read alone, and what comes after it goes with the rest', async () => {
  const { db } = world.server;
  const client = await world.join(world.client);
  for (let left = 12; left > 0; left--) await client.write(client.message('x'.repeat(7_000)));
  const ref = { kind: 'thread' as const, conversation: world.conversation, thread: 'all' as const, epoch: 1 };
  const [document] = await db.read((reader) => findThreadDocuments(reader, [{ account: world.client.id, ref }]));
  const { id: documentId } = document!;
  expect(await compactNow(db, documentId)).toBe(true);
  await client.write(client.message('after'));
  const places = Array.from({ length: 16 }, (_, index) => ({ documentId, after: index === 3 ? document!.n : 0 }));
  const pages = await db.read((reader) => readLogs(reader, places));
  expect(pages.map((page) => page?.rows.length ?? null)).toEqual(places.map(({ after }) => (after > 0 ? 1 : null)));
  const alone = await db.read((reader) => readLog(reader, documentId, 0));
  expect(alone.rows.map(({ from, to }) => [from, to])).toEqual([
    [0, document!.n],
    [document!.n, alone.n],
  ]);
  // And a socket gets it, though others ask in the same turn.
  const sessions = await Promise.all(places.map(() => world.signIn(world.worker)));
  const joined = await Promise.all(sessions.map((session) => world.open(session)));
  for (const one of joined) expect(one.doc.getMap('entries').toJSON()).toEqual(client.doc.getMap('entries').toJSON());
});
