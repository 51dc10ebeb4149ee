import { threadId, type Worker } from 'node:worker_threads';

import { describe, expect, it, onTestFinished } from 'vitest';
import * as Y from 'yjs';

import { silentLog } from '../log.ts';
import type { Transaction } from '../storage/database.ts';
import { compactNow } from '../testing/compact-now.ts';
import { serverInFile } from '../testing/in-file.ts';
import type { RawClient } from '../testing/raw-client.ts';
import type { TestPostgres, TestServer } from '../testing/test-server.ts';
import { createWorld, type World } from '../testing/world.ts';
import { attachSync } from './attach.ts';

let postgres: TestPostgres;
let server: TestServer;
let retries = 0;

serverInFile(
  (...started) => {
    [server, postgres] = started;
  },
  { log: { ...silentLog, warn: (event) => void (event === 'commit-retry' && retries++) } },
);

const commitRetries = (): number => retries;

/** Ends every connection of the server to Postgres but the one that asks. */
async function resetConnections(): Promise<void> {
  await server.db.read((db) =>
    db.rows(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid() AND query NOT ILIKE 'LISTEN%'`,
    ),
  );
}

async function expectWhole(world: World, clients: RawClient[], sent: string[]): Promise<void> {
  const [document] = await world.rows<{ id: number; n: number; entries: number }>(
    "SELECT id, n, entries FROM documents WHERE conversation_id = $1 AND thread = 'all' AND epoch = 1",
    [world.conversation],
  );
  for (const client of clients) await client.watch.until('all', () => Y.getState(client.doc.store, 1) === document!.n);
  const rows = await world.rows<{ key: string; seq: number }>(
    `SELECT account_id || '/' || id AS key, seq FROM entries WHERE conversation_id = $1 AND thread = 'all' ORDER BY seq`,
    [world.conversation],
  );
  expect(rows.map(({ key }) => key).sort()).toEqual([...sent].sort());
  expect(document!.entries).toBe(sent.length);
  const log = await world.rows<{ n_from: number; n_to: number; update: Buffer }>(
    'SELECT n_from, n_to, update FROM document_log WHERE document_id = $1 ORDER BY n_to',
    [document!.id],
  );
  const fromLog = new Y.Doc();
  for (const row of log) Y.applyUpdate(fromLog, row.update);
  expect(log.slice(1).map((row) => row.n_from)).toEqual(log.slice(0, -1).map((row) => row.n_to));
  const stamps = fromLog.getMap('accepted').toJSON() as Record<string, [number, number]>;
  expect(new Map(Object.entries(stamps).map(([key, [seq]]) => [key, seq]))).toEqual(
    new Map(rows.map(({ key, seq }) => [key, seq])),
  );
  for (const client of clients) {
    expect(client.doc.getMap('accepted').toJSON()).toEqual(stamps);
    expect(client.doc.getMap('entries').toJSON()).toEqual(fromLog.getMap('entries').toJSON());
  }
}

describe('a connection to Postgres that breaks', () => {
  it('[SYNC-RECOVER] again and again under load loses and doubles nothing, and everybody ends at the same', async () => {
    const world = await createWorld(server);
    const writers = await Promise.all([world.client, world.worker, world.staff].map((account) => world.join(account)));
    const sent = writers.map((): string[] => []);
    // On until a reset met a commit.
    for (let round = 0; round < 8 || (commitRetries() === 0 && round < 100); round++) {
      for (const [index, writer] of writers.entries()) {
        for (let count = 0; count < 10; count++) sent[index]!.push(writer.send(writer.message(`${round}/${count}`)));
      }
      await resetConnections();
    }
    for (const [index, writer] of writers.entries()) for (const key of sent[index]!) await writer.accepted(key);
    expect(retries).toBeGreaterThan(0);
    await expectWhole(world, writers, sent.flat());
  });

  it('[SYNC-RECOVER] after a commit whose answer was lost, what was committed is shown and acknowledged once', async () => {
    let lose = false;
    const losing = await postgres.server({
      attach: (parts) => {
        async function transact<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
          const result = await parts.commits.transact(work);
          if (!lose) return result;
          lose = false;
          throw Object.assign(new Error('the connection was reset after the commit'), { code: 'ECONNRESET' });
        }
        return attachSync({ ...parts, commits: { ...parts.commits, transact } });
      },
    });
    const world = await createWorld(losing);
    const [writer, reader] = [await world.join(world.client), await world.join(world.staff)];
    lose = true;
    const { key } = await writer.write(writer.message('is it there'));
    expect(lose).toBe(false);
    await reader.watch.until('the entry', () => reader.stamp(key) !== undefined);
    const after = await writer.write(writer.message('and on it goes'));
    await expectWhole(world, [writer, reader], [key, after.key]);
  });

  it('[SYNC-RECOVER] while Postgres is away nothing is acknowledged or shown; all goes on by itself, in order, when it is back', async () => {
    let away = false;
    let attempts = 0;
    const cut = await postgres.server({
      attach: (parts) => {
        function transact<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
          if (!away) return parts.commits.transact(work);
          attempts++;
          return Promise.reject(Object.assign(new Error('nobody answers'), { code: 'ECONNREFUSED' }));
        }
        return attachSync({ ...parts, commits: { ...parts.commits, transact } });
      },
    });
    const world = await createWorld(cut);
    const [writer, reader] = [await world.join(world.client), await world.join(world.staff)];
    away = true;
    const keys = Array.from({ length: 100 }, (_, index) => writer.send(writer.message(`${index}`)));
    await expect.poll(() => attempts, { timeout: 10_000 }).toBeGreaterThan(3);
    expect(keys.some((key) => writer.stamp(key) !== undefined || reader.entry(key) !== undefined)).toBe(false);
    away = false;
    const seqs = await Promise.all(keys.map((key) => writer.accepted(key)));
    expect(seqs).toEqual(seqs.map((_, index) => seqs[0]! + index));
    await expectWhole(world, [writer, reader], keys);
  });

  it('[SYNC-RECOVER] compaction beside writing keeps replicas and rows equal', async () => {
    const world = await createWorld(server);
    const [writer, reader] = [await world.join(world.client), await world.join(world.staff)];
    const [document] = await world.rows<{ id: number }>(
      "SELECT id FROM documents WHERE conversation_id = $1 AND thread = 'all' AND epoch = 1",
      [world.conversation],
    );
    const keys: string[] = [];
    for (let round = 0; round < 5; round++) {
      for (let count = 0; count < 20; count++) keys.push(writer.send(writer.message(`${round}/${count}`)));
      await Promise.all([
        compactNow(server.db, document!.id),
        compactNow(server.db, document!.id),
        writer.accepted(keys.at(-1)!),
      ]);
    }
    await reader.watch.until('all', () => keys.every((key) => reader.stamp(key) !== undefined));
    const fresh = await world.join(world.worker);
    for (const root of ['entries', 'accepted', 'context']) {
      expect(fresh.doc.getMap(root).toJSON()).toEqual(reader.doc.getMap(root).toJSON());
    }
  });

  it('[SYNC-COMPACT] logs that grew are compacted by themselves, and what comes after goes on', async () => {
    const workers: Worker[] = [];
    const onWorker = (worker: Worker): number => workers.push(worker);
    process.on('worker', onWorker);
    onTestFinished(() => void process.off('worker', onWorker));
    const quick = await postgres.server({ attach: (parts) => attachSync(parts, { compactMs: 50, compactRows: 10 }) });
    const world = await createWorld(quick);
    const writer = await world.join(world.client);
    const keys: string[] = [];
    for (let count = 0; count < 25; count++) keys.push((await writer.write(writer.message(`${count}`))).key);
    const rowsLeft = async (): Promise<number> => {
      const [row] = await world.rows<{ rows: number }>(
        `SELECT count(*) AS rows FROM document_log l JOIN documents d ON d.id = l.document_id WHERE d.conversation_id = $1 AND d.thread = 'all'`,
        [world.conversation],
      );
      return row!.rows;
    };
    await expect.poll(rowsLeft, { timeout: 10_000 }).toBeLessThanOrEqual(10);
    keys.push((await writer.write(writer.message('after'))).key);
    const fresh = await world.join(world.worker);
    expect(Object.keys(fresh.doc.getMap('entries').toJSON()).sort()).toEqual(keys.sort());
    expect(fresh.doc.getMap('accepted').toJSON()).toEqual(writer.doc.getMap('accepted').toJSON());
    // Merged on one thread beside the one that serves, which the stop ends.
    expect(workers).toHaveLength(1);
    expect(workers[0]!.threadId).not.toBe(threadId);
    await quick.close();
    expect(workers[0]!.threadId).toBe(-1);
  });
});
