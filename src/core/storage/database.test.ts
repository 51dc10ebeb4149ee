import path from 'node:path';

import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { AppError } from '#shared/errors.ts';

import { temporaryFolder } from '../testing/test-platform.ts';
import { openStore } from './database.ts';
import { MIGRATIONS } from './migrations/index.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

describe('database', () => {
  it('[INBOX-5] runs each migration once and keeps what was there', () => {
    const first = openStore(folder.path, ['CREATE TABLE a (x INTEGER) STRICT']);
    first.run(`INSERT INTO a (x) VALUES (1)`);
    first.close();
    const second = openStore(folder.path, ['CREATE TABLE a (x INTEGER) STRICT', 'ALTER TABLE a ADD COLUMN y TEXT']);
    expect(second.all(`SELECT x, y FROM a`)).toEqual([{ x: 1, y: null }]);
    second.close();
  });

  it('[INBOX-5] a migration that fails changes nothing', () => {
    openStore(folder.path, ['CREATE TABLE a (x INTEGER) STRICT']).close();
    expect(() =>
      openStore(folder.path, ['CREATE TABLE a (x INTEGER) STRICT', 'CREATE TABLE b (x INTEGER) STRICT; SELECT nonsense']),
    ).toThrow('nonsense');
    const again = openStore(folder.path, ['CREATE TABLE a (x INTEGER) STRICT']);
    expect(again.all(`SELECT name FROM sqlite_schema WHERE name = 'b'`)).toEqual([]);
    again.close();
  });

  it('[INBOX-5] refuses a profile from a newer version, and leaves it as it is', () => {
    openStore(folder.path, [...MIGRATIONS, 'CREATE TABLE later (x INTEGER) STRICT']).close();
    expect(() => openStore(folder.path)).toThrow(
      expect.objectContaining({ code: 'conflict', message: expect.stringContaining('newer version') }),
    );
    openStore(folder.path, [...MIGRATIONS, 'CREATE TABLE later (x INTEGER) STRICT']).close();
  });

  it('[DESK-1] one profile is open once, and again after it was closed', () => {
    const store = openStore(folder.path);
    expect(() => openStore(folder.path)).toThrow(expect.objectContaining({ code: 'conflict' }));
    store.close();
    openStore(folder.path).close();
  });

  it('[SYNC-2] a full disk is said, nothing of the write stays, and the next one that fits clears it', () => {
    const store = openStore(folder.path, ['CREATE TABLE a (x TEXT) STRICT']);
    const said: (string | undefined)[] = [];
    store.onTrouble((trouble) => said.push(trouble?.code));
    const pages = store.get<{ page_count: number }>('PRAGMA page_count')!.page_count;
    store.get(`PRAGMA max_page_count = ${pages + 2}`);
    const write = (length: number): unknown =>
      store.transact(() => store.run(`INSERT INTO a (x) VALUES (?)`, 'x'.repeat(length)));
    expect(() => write(100_000)).toThrow(AppError);
    expect(store.trouble()?.code).toBe('storage-full');
    expect(store.all(`SELECT 1 FROM a`)).toEqual([]);
    write(10);
    expect(store.trouble()).toBeNull();
    expect(said).toEqual(['storage-full', undefined]);
    store.close();
  });

  it('[SYNC-2] a database that another program holds is said in words of its own, and is tried again until it is free', () => {
    const store = openStore(folder.path);
    const other = new Database(path.join(folder.path, 'trialogue.db'));
    other.exec('BEGIN IMMEDIATE');
    expect(store.tryAgain()).toBe(false);
    expect(store.trouble()).toMatchObject({
      code: 'storage-failed',
      message: expect.stringContaining('Another program'),
      passes: true,
    });
    other.exec('ROLLBACK');
    expect([store.tryAgain(), store.trouble()]).toEqual([true, null]);
    other.close();
    store.close();
  });

  it('[SYNC-6] wiping leaves no row and no word behind', () => {
    const store = openStore(folder.path);
    store.run(
      `INSERT INTO items (id, conversation, thread, key, kind, text, sent_at) VALUES (1, 'c', 'all', 'k', 'message', 'secret', 1)`,
    );
    store.run(`INSERT INTO item_words (rowid, words) VALUES (1, 'secret')`);
    store.run(`INSERT INTO documents (name, conversation, thread, epoch) VALUES ('d', 'c', 'all', 1)`);
    store.run(`INSERT INTO replica_updates (document, n_from, n_to, bytes) VALUES ('d', 0, 1, x'00')`);
    store.wipe();
    for (const table of ['items', 'documents', 'replica_updates']) expect(store.all(`SELECT 1 FROM ${table}`)).toEqual([]);
    expect(store.all(`SELECT rowid FROM item_words WHERE item_words MATCH 'secret'`)).toEqual([]);
    store.close();
  });
});
