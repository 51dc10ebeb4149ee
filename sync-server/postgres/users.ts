import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { AppError } from '#shared/errors.ts';

/** Who uses the embedded Postgres: a server, of which there is one, or admin commands. */
export type UserKind = 'server' | 'admin';

/**
 * One file a process that uses the embedded Postgres of a data folder. The last that leaves stops it, so that neither an
 * admin command nor a server pulls it away under the other, in whatever order they come and go.
 */
export async function register(dataDir: string, kind: UserKind): Promise<string> {
  const folder = usersFolder(dataDir);
  const others = await livingUsers(folder);
  const server = others.find((user) => user.kind === 'server' && user.pid !== process.pid);
  if (kind === 'server' && server) {
    throw new AppError('conflict', `Another server (process ${server.pid}) runs on the folder ${dataDir}. Stop it first.`);
  }
  const file = join(folder, `${kind}-${process.pid}-${randomBytes(4).toString('hex')}`);
  await writeFile(file, '', { mode: 0o600 });
  return file;
}

/** Takes that file away; true when nobody else is left. */
export async function unregister(dataDir: string, file: string): Promise<boolean> {
  await rm(file, { force: true });
  return (await livingUsers(usersFolder(dataDir))).length === 0;
}

async function livingUsers(folder: string): Promise<{ kind: string; pid: number }[]> {
  const living: { kind: string; pid: number }[] = [];
  for (const name of await readdir(folder)) {
    const match = /^(server|admin)-(\d+)-/.exec(name);
    if (!match) continue;
    const pid = Number(match[2]);
    if (isAlive(pid)) living.push({ kind: match[1]!, pid });
    else await rm(join(folder, name), { force: true }); // it was killed
  }
  return living;
}

/** Runs `work` while no other process starts, adopts or stops the Postgres of this folder. */
export async function exclusively<T>(dataDir: string, work: () => Promise<T>): Promise<T> {
  const folder = usersFolder(dataDir);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'lock');
  const until = Date.now() + 90_000;
  while (!(await tryLock(path))) {
    if (Date.now() > until) throw new AppError('unavailable', `Another process has held ${path} for 90 s. Try again.`);
    await wait(50);
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function tryLock(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx', 0o600);
    await file.writeFile(String(process.pid));
    await file.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const holder = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null; // let go just now
    throw error;
  });
  // Empty: its holder is between making the file and writing its id.
  if (holder && !isAlive(Number(holder))) await rm(path, { force: true });
  return false;
}

/** Whether a process runs. One that ended and that nobody has collected yet (pid 1 of many containers never does) doesn't. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return process.platform !== 'linux' || stateOf(pid) !== 'Z';
}

/** The state letter of `/proc/<pid>/stat`; it follows the name, which is in brackets and may hold any character. */
function stateOf(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return text[text.lastIndexOf(')') + 2];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || (error as NodeJS.ErrnoException).code === 'ESRCH') return 'Z';
    throw error;
  }
}

function usersFolder(dataDir: string): string {
  return join(dataDir, 'postgres-users');
}
