import { mkdirSync, statfsSync } from 'node:fs';
import path from 'node:path';

import Database from 'better-sqlite3';

import { AppError } from '#shared/errors.ts';

import { MIGRATIONS } from './migrations/index.ts';

type Value = string | number | null | Uint8Array;

/** What is wrong with the disk, in words for people. */
export type StorageTrouble = {
  code: 'storage-full' | 'storage-failed';
  message: string;
  /** It may be over without anybody's doing in this app. */
  passes: boolean;
};

/** Another program that reads the files (a backup, a scanner) is waited for so long; everything here stands still meanwhile. */
const BUSY_MS = 1_000;
/** SQLite's own: a commit behind so many pages moves them to their place in the file. */
const PAGES_TO_CHECKPOINT = 1_000;
/** A disk that was full counts as one that has room from here on; bytes. */
const ROOM = 4 * 1024 * 1024;

/** One profile's database. Every method throws AppError storage-full or storage-failed when the disk does not take it. */
export type Store = {
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller says what a row of its query looks like
  get<T>(sql: string, ...values: Value[]): T | undefined;
  all<T>(sql: string, ...values: Value[]): T[];
  /** Returns how many rows changed. */
  run(sql: string, ...values: Value[]): number;
  /** All of `work` or nothing of it; inside another one it is a part of that. */
  transact<T>(work: () => T): T;
  /**
   * Like `transact`, for what the server has anyway or nobody would miss: kept by the system at once, on the disk a little later. After a power cut
   * it may be as if it had not come yet, never half of it.
   */
  transactRepeatable<T>(work: () => T): T;
  /** Moves what such transactions wrote to its place in the file, which takes as long as some of them: for a turn of its own. */
  checkpoint(): void;
  /** What the last write met; `null` when it went well. */
  trouble(): StorageTrouble | null;
  onTrouble(listener: (trouble: StorageTrouble | null) => void): void;
  /** Writes something that means nothing; whether the disk takes it again. */
  tryAgain(): boolean;
  /** Deletes all rows of this account from every table. */
  wipe(): void;
  close(): void;
};

/**
 * Opens (or makes) the profile in `folder` and keeps others out until `close`.
 * @throws AppError conflict when it is open already or was written by a newer version.
 */
export function openStore(folder: string, migrations: readonly string[] = MIGRATIONS): Store {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = lockProfile(folder);
  try {
    const database = new Database(path.join(folder, 'trialogue.db'), { timeout: BUSY_MS });
    try {
      database.pragma('journal_mode = WAL');
      database.pragma('synchronous = FULL');
      database.pragma('foreign_keys = ON');
      database.pragma('secure_delete = FAST');
      database.pragma('cache_size = -32000');
      migrate(database, migrations);
    } catch (error) {
      database.close();
      throw error;
    }
    return createStore(database, lock, folder);
  } catch (error) {
    lock.close();
    throw error instanceof Database.SqliteError ? toAppError(error, toTrouble(error)) : error;
  }
}

/** An SQLite lock rather than a file with a process id: the system drops it when the process ends, however it ends. */
function lockProfile(folder: string): Database.Database {
  const lock = new Database(path.join(folder, 'profile.lock'), { timeout: 0 });
  try {
    lock.pragma('journal_mode = MEMORY');
    lock.pragma('locking_mode = EXCLUSIVE');
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) {
      throw new AppError(
        'conflict',
        'This profile is already open in another window or program. Use that one, or close it first.',
      );
    }
    throw error;
  }
}

function migrate(database: Database.Database, migrations: readonly string[]): void {
  const version = database.pragma('user_version', { simple: true }) as number;
  if (version > migrations.length) {
    throw new AppError(
      'conflict',
      'This profile was written by a newer version of Trialogue. Nothing was changed. Install the newer version again to go on.',
      { version, known: migrations.length },
    );
  }
  for (const [index, migration] of migrations.entries()) {
    if (index < version) continue;
    database.transaction(() => {
      database.exec(migration);
      database.pragma(`user_version = ${index + 1}`);
    })();
  }
}

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

function createStore(database: Database.Database, lock: Database.Database, folder: string): Store {
  const statements = new Map<string, Database.Statement<Value[]>>();
  const listeners: ((trouble: StorageTrouble | null) => void)[] = [];
  let trouble: StorageTrouble | null = null;

  const prepare = (sql: string): Database.Statement<Value[]> => {
    let statement = statements.get(sql);
    if (!statement) {
      statement = database.prepare<Value[]>(sql);
      statements.set(sql, statement);
    }
    return statement;
  };
  const report = (next: StorageTrouble | null): void => {
    if (next?.message === trouble?.message) return;
    trouble = next;
    for (const listener of listeners) listener(next);
  };
  const guarded = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      const found = error instanceof Database.SqliteError ? toTrouble(error) : null;
      if (!found) throw error;
      report(found);
      throw toAppError(error as Error, found);
    }
  };
  const store: Store = {
    // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- as in Store
    get: <T>(sql: string, ...values: Value[]) => guarded(() => prepare(sql).get(...values) as T | undefined),
    all: <T>(sql: string, ...values: Value[]) => guarded(() => prepare(sql).all(...values) as T[]),
    run: (sql, ...values) => guarded(() => prepare(sql).run(...values).changes),
    transact(work) {
      if (database.inTransaction) return work();
      const result = guarded(() => database.transaction(work).immediate());
      report(null);
      return result;
    },
    transactRepeatable(work) {
      if (database.inTransaction) return work();
      guarded(() => database.exec('PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0'));
      try {
        return store.transact(work);
      } finally {
        guarded(() => database.exec(`PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = ${PAGES_TO_CHECKPOINT}`));
      }
    },
    checkpoint: () => void guarded(() => database.pragma('wal_checkpoint(PASSIVE)')),
    trouble: () => trouble,
    onTrouble: (listener) => void listeners.push(listener),
    tryAgain() {
      // A small write may fit into what a larger one left over.
      if (trouble?.code === 'storage-full' && freeBytes(folder) < ROOM) return false;
      try {
        store.transact(() => store.run(`INSERT OR REPLACE INTO settings (name, value) VALUES ('disk', '')`));
        return true;
      } catch (error) {
        if (error instanceof AppError) return false;
        throw error;
      }
    },
    wipe() {
      const tables = store.all<{ name: string }>(
        `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'item\\_words%' ESCAPE '\\'`,
      );
      store.transact(() => {
        store.run(`DELETE FROM item_words`);
        store.run(`DELETE FROM replica_updates`);
        for (const { name } of tables) database.exec(`DELETE FROM "${name}"`);
      });
      database.exec('VACUUM');
      database.pragma('wal_checkpoint(TRUNCATE)');
    },
    close() {
      database.close();
      lock.close();
    },
  };
  return store;
}

function toTrouble(error: Error & { code?: string }): StorageTrouble | null {
  const code = error.code ?? '';
  if (code.startsWith('SQLITE_FULL')) {
    return {
      code: 'storage-full',
      passes: true,
      message:
        'The disk is full. What was saved before is safe; what you write now can’t be kept. Free some space, then try again.',
    };
  }
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) {
    return {
      code: 'storage-failed',
      passes: true,
      message:
        'Another program holds this app’s data, maybe a backup or a virus scanner. What was saved before is safe; what you write now can’t be kept until it is done.',
    };
  }
  if (/^SQLITE_(IOERR|READONLY|CANTOPEN|CORRUPT|NOTADB)/.test(code)) {
    return {
      code: 'storage-failed',
      passes: /^SQLITE_(IOERR|READONLY)/.test(code),
      message:
        'This computer’s disk does not take what is written. What the server has is safe. Check the disk, then restart the app.',
    };
  }
  return null;
}

function toAppError(error: Error, trouble: StorageTrouble | null): Error {
  return trouble ? new AppError(trouble.code, trouble.message) : error;
}
