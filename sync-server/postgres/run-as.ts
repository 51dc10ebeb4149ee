import { execFile, spawn, type ExecFileException } from 'node:child_process';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

import { AppError } from '#shared/errors.ts';

/** The system user that Postgres runs as; `null`: the one that we are. */
export type RunAs = { uid: number; gid: number } | null;

const exec = promisify(execFile);

/** Postgres refuses to run as root, so as root it gets a user of its own, which is made if it isn't there. */
export async function postgresUser(): Promise<RunAs> {
  if (process.getuid?.() !== 0) return null;
  const known = await idsOf('postgres');
  if (known) return known;
  await exec('useradd', ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres']);
  const made = await idsOf('postgres');
  if (!made)
    throw new AppError('internal', 'The system user "postgres" could not be made. Set DATABASE_URL to a Postgres of yours.');
  return made;
}

async function idsOf(name: string): Promise<{ uid: number; gid: number } | null> {
  try {
    const [uid, gid] = await Promise.all([exec('id', ['-u', name]), exec('id', ['-g', name])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch (error) {
    if ((error as ExecFileException).code === 1) return null; // id: no such user
    throw error;
  }
}

/** Whether that user can get at what lies in this folder: a folder above it may be closed (as `/root` is). */
export async function canReach(folder: string, user: RunAs): Promise<boolean> {
  if (!user) return true;
  for (let path = folder; ; path = dirname(path)) {
    const { mode, uid, gid } = await stat(path);
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (dirname(path) === path) return true;
  }
}

/**
 * Runs one of Postgres's programs to its end, in a process group of its own: a Ctrl-C while we start is for us, and would
 * leave a database half started. @throws AppError with the last line it said.
 */
export async function runAs(user: RunAs, program: string, args: string[]): Promise<void> {
  for (;;) {
    // The working directory may be one that the other user can't read.
    const child = spawn(program, args, { cwd: dirname(program), detached: true, stdio: ['ignore', 'pipe', 'pipe'], ...user });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (said += text));
    const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
    if (code === 0) return;
    // Until it has left our process group, a Ctrl-C reaches it too. It has done nothing by then, so it begins once more.
    if (signal === 'SIGINT' && said === '') continue;
    throw new AppError(
      'internal',
      `Postgres did not do as told (${args[0]}): ${said.trim().split('\n').at(-1) || (signal ?? code)}`,
    );
  }
}
