import { chown, lstat, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { AppError } from '#shared/errors.ts';

import type { Log } from '../log.ts';
import { ownFolder, shortHash } from './binaries.ts';
import { canReach, type RunAs } from './run-as.ts';

/** Where `data` and the log of Postgres lie, and whether there is a database in it. */
export type DatabaseFolder = { path: string; isMade: boolean };

/** What the note says when the folder is the one inside the data folder, which may be moved as a whole. */
const INSIDE = 'inside';

/**
 * In the data folder if Postgres's user can get there, else outside. Which of the two it was is noted once there is a
 * database: rights that change must not make a server look elsewhere and begin with an empty one.
 * @throws AppError when a database was there and is gone
 */
export async function findFolder(dataDir: string, user: RunAs, log: Log): Promise<DatabaseFolder> {
  const inside = join(dataDir, 'postgres');
  const noted = await readNote(dataDir);
  if (noted !== null) {
    const path = noted === INSIDE ? inside : noted;
    if (await isMade(path)) return { path, isMade: true };
    throw new AppError(
      'internal',
      `The database of ${dataDir} is gone: there is none in ${path}. Bring it back from a backup; to begin with an empty one, remove ${notePath(dataDir)}.`,
    );
  }
  const isReached = await canReach(dataDir, user);
  const path = isReached ? inside : join(await ownFolder(`trialogue-${shortHash(dataDir)}`), 'postgres');
  if (!isReached) log.info('postgres-folder', { folder: path, why: `the user "postgres" cannot reach ${dataDir}` });
  await mkdir(path, { recursive: true, mode: 0o700 });
  if (user) await chown(path, user.uid, user.gid);
  return { path, isMade: await isMade(path) };
}

/** To be called when there is a database. */
export async function noteFolder(dataDir: string, { path }: DatabaseFolder): Promise<void> {
  if ((await readNote(dataDir)) !== null) return;
  const fresh = `${notePath(dataDir)}.new`;
  await writeFile(fresh, `${path === join(dataDir, 'postgres') ? INSIDE : path}\n`, { mode: 0o600 });
  await rename(fresh, notePath(dataDir));
}

async function readNote(dataDir: string): Promise<string | null> {
  try {
    return (await readFile(notePath(dataDir), 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function notePath(dataDir: string): string {
  return join(dataDir, 'postgres-folder');
}

async function isMade(folder: string): Promise<boolean> {
  try {
    await lstat(join(folder, 'data', 'PG_VERSION'));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
