import { AppError } from '#shared/errors.ts';

import type { Database, Reader, Transaction } from './database.ts';
import { notify } from './notify.ts';

/** What the history of this database is called; another one after it was set back to a backup (decision 0026). */
export async function timelineId(reader: Reader): Promise<string> {
  const [row] = await reader.rows<{ id: string }>('SELECT id FROM timeline');
  return row!.id;
}

/** Postgres' own timeline, which is another one after a standby was promoted, or it went back to a point in time. */
async function walTimeline(db: Database): Promise<string> {
  try {
    const rows = await db.read((reader) =>
      reader.rows<{ timeline: string }>('SELECT substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) AS timeline'),
    );
    return rows[0]!.timeline;
  } catch (error) {
    if (error instanceof AppError) throw error;
    return ''; // a service that has none, or doesn't tell: then `admin restored` has to
  }
}

/**
 * Looks whether this database was brought back from a backup since it was last looked at: its table was made anew (pg_restore), it is
 * another database (a copy), or Postgres has another timeline. A folder that was copied while Postgres stood still doesn't show.
 * @returns whether its history has another name now
 */
export async function noteTimeline(db: Database): Promise<boolean> {
  const wal = await walTimeline(db);
  return db.transact(async (tx) => {
    const [row] = await tx.rows<{ trace: string | null; now: string }>(
      `SELECT trace, concat_ws('/', (SELECT oid FROM pg_database WHERE datname = current_database()), 'timeline'::regclass::oid,
         $1::text) AS now FROM timeline FOR UPDATE`,
      [wal],
    );
    if (row!.trace === row!.now) return false;
    await tx.rows('UPDATE timeline SET trace = $1', [row!.now]);
    if (row!.trace === null) return false;
    await beginTimeline(tx);
    return true;
  });
}

/** More leases than can have been given since the backup was made. */
const LEASES_APART = 1_000_000;

/** This database was set back: whoever knows more of it is to offer that again, and no client id is given that somebody has written under. */
export async function beginTimeline(tx: Transaction): Promise<string> {
  const [row] = await tx.rows<{ id: string }>('UPDATE timeline SET id = gen_random_uuid(), since = now() RETURNING id');
  await tx.rows("SELECT setval('leases', nextval('leases') + $1)", [LEASES_APART]);
  await notify(tx, { kind: 'timeline' });
  return row!.id;
}

/** Whether this database was set back to before what this session did last: its refresh token of then is gone from here. */
export async function wasSetBackSince(tx: Transaction, session: string): Promise<boolean> {
  const rows = await tx.rows('SELECT 1 FROM timeline t JOIN sessions s ON s.last_used_at < t.since WHERE s.id = $1', [session]);
  return rows.length > 0;
}
