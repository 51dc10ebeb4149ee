import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { expect, test } from 'vitest';

import { silentLog } from '../log.ts';
import { postgresInFile } from '../testing/in-file.ts';
import type { TestDatabase } from '../testing/test-server.ts';
import { openDatabase } from './database.ts';
import { migrate } from './migrate.ts';
import { listen, notify, type Change } from './notify.ts';

let database: TestDatabase;

postgresInFile(async (postgres) => {
  database = await postgres.database();
});

test('[COMMIT-2] a connection that is lost inside a transaction fails it as unavailable, and the next one works', async () => {
  const { db } = database;
  let killed = 0;
  const lost = db.transact(async (tx) => {
    const [row] = await tx.rows<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    killed = row!.pid;
    await db.read((reader) => reader.rows('SELECT pg_terminate_backend($1)', [killed]));
    const gone = () => db.read((reader) => reader.rows('SELECT 1 FROM pg_stat_activity WHERE pid = $1', [killed]));
    await expect.poll(async () => (await gone()).length).toBe(0);
    await tx.rows("INSERT INTO agencies (id, name) VALUES (gen_random_uuid(), 'lost')");
  });
  await expect(lost).rejects.toMatchObject({ code: 'unavailable' });
  expect(killed).toBeGreaterThan(0);
  expect(await db.transact((tx) => tx.rows("SELECT 1 FROM agencies WHERE name = 'lost'"))).toEqual([]);
});

test('[COMMIT-1] who asks after nothing was asked for long finds the same connection, of those that are kept', async () => {
  const kept = openDatabase(database.url, silentLog, { kept: 1, idleMs: 20 });
  const pid = () => kept.read((reader) => reader.rows<{ pid: number }>('SELECT pg_backend_pid() AS pid'));
  try {
    await Promise.all([pid(), pid()]);
    expect(kept.connections().open).toBe(2);
    await expect.poll(() => kept.connections().open).toBe(1);
    const before = await pid();
    await delay(100);
    expect(await pid()).toEqual(before);
  } finally {
    await kept.close();
  }
});

test('[COMMIT-2] a connection to a database that takes no writes any more fails as unavailable, and is not used again', async () => {
  const { db } = database;
  const backend = (): Promise<number> =>
    db.transact(async (tx) => (await tx.rows<{ pid: number }>('SELECT pg_backend_pid() AS pid'))[0]!.pid);
  // What is left of a primary after a failover: whoever stays connected to it can read.
  await db.transact((tx) => tx.rows('SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY'));
  const demoted = await backend();
  const write = () => db.transact((tx) => tx.rows("INSERT INTO agencies (id, name) VALUES (gen_random_uuid(), 'moved')"));
  await expect(write()).rejects.toMatchObject({ code: 'unavailable' });
  expect(await backend()).not.toBe(demoted);
  await write();
  expect(await db.transact((tx) => tx.rows("SELECT 1 FROM agencies WHERE name = 'moved'"))).toHaveLength(1);
});

test('[COMMIT-1] two transactions that lock each other out both get done', async () => {
  const { db, fixture } = database;
  const [one, two] = [await fixture.agency(), await fixture.agency()];
  let waiting = 0;
  const { promise: both, resolve: release } = Promise.withResolvers<void>();
  const change = (first: string, second: string) =>
    db.transact(async (tx) => {
      const raise = (id: string) => tx.rows('UPDATE agencies SET edit_window_ms = edit_window_ms + 1 WHERE id = $1', [id]);
      await raise(first);
      if (++waiting >= 2) release();
      await both;
      await raise(second);
    });
  await Promise.all([change(one.id, two.id), change(two.id, one.id)]);
  expect(waiting).toBeGreaterThan(2); // one of them ran again
  const rows = await db.read((reader) =>
    reader.rows('SELECT edit_window_ms AS ms FROM agencies WHERE id = ANY ($1)', [[one.id, two.id]]),
  );
  expect(rows).toEqual([{ ms: 86_400_002 }, { ms: 86_400_002 }]);
});

const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);

function read(value: string) {
  return database.db.read((reader) => reader.rows(`SELECT ${value}::bigint AS n`));
}

test('[SERVER-6] a number beyond what JavaScript holds is an error, not another number', async () => {
  expect(await read('9007199254740991')).toEqual([{ n: Number.MAX_SAFE_INTEGER }]);
  await expect(read('9007199254740993')).rejects.toThrow('beyond');
});

test('[SERVER-6] a text that Postgres does not keep is refused as such', async () => {
  await expect(database.fixture.agency('a\0b')).rejects.toMatchObject({ code: 'bad-request' });
});

test('[SERVER-6] nodes that start together bring the schema up one after the other', async () => {
  await Promise.all(Array.from({ length: 3 }, () => migrate(database.url, silentLog)));
  const written = readdirSync(join(import.meta.dirname, 'migrations')).map((file) => ({ name: basename(file, '.sql') }));
  expect(written).toContainEqual({ name: '0001_initial' });
  expect(await database.db.read((reader) => reader.rows('SELECT name FROM migrations ORDER BY name'))).toEqual(
    written.sort(byName),
  );
});

test('[ACCESS-1] changes are told again after the connection was lost, and that it was', async () => {
  const changes: Change[] = [];
  let reconnects = 0;
  const listener = await listen(
    database.url,
    silentLog,
    (change) => changes.push(change),
    () => reconnects++,
  );
  const tell = (session: string) => database.db.transact((tx) => notify(tx, { kind: 'session', session }));
  await tell('one');
  await expect.poll(() => changes).toEqual([{ kind: 'session', session: 'one' }]);
  await database.db.read((reader) =>
    reader.rows(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()",
    ),
  );
  await expect.poll(() => reconnects, { timeout: 5_000 }).toBe(1);
  await tell('two');
  await expect.poll(() => changes.length).toBe(2);
  await listener.stop();
});

test('[ACCESS-1] a change of a thousand streams is told whole', async () => {
  const changes: Change[] = [];
  const listener = await listen(database.url, silentLog, (change) => changes.push(change));
  const streams = Array.from({ length: 1_000 }, () => crypto.randomUUID());
  await database.db.transact((tx) => notify(tx, { kind: 'feed', streams }));
  const told = () => changes.flatMap((change) => (change.kind === 'feed' ? change.streams : []));
  await expect.poll(told).toEqual(streams);
  await listener.stop();
});
