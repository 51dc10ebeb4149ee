import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { Client } from 'pg';

import { AppError } from '#shared/errors.ts';

import type { Log } from '../log.ts';
import { findBinaries, type Binaries } from './binaries.ts';
import { findFolder, noteFolder, type DatabaseFolder } from './folder.ts';
import { keepRunning } from './keep-running.ts';
import { postgresUser, runAs, type RunAs } from './run-as.ts';
import { exclusively, isAlive, register, unregister, type UserKind } from './users.ts';

export type EmbeddedPostgres = {
  /** With the password in it: never to be logged. */
  url: string;
  /** Stops Postgres, unless another process still uses it. */
  stop(): Promise<void>;
};

/** How long a process that was killed may still be seen. */
const GONE_MS = 2_000;
const USER = 'trialogue';
const DATABASE = 'trialogue';
const LEFTOVERS_MS = 10_000;

/**
 * Runs the Postgres of a data folder, or adopts the one that runs already (after a kill -9 of the server, or beside it).
 * It is no child of ours in any group: a signal to us doesn't end it before we have written all.
 */
export async function startPostgres(options: {
  dataDir: string;
  log: Log;
  kind?: UserKind;
  /** The most at once. */
  connections?: number;
}): Promise<EmbeddedPostgres> {
  const { log, kind = 'server', connections = 50 } = options;
  const dataDir = resolve(options.dataDir);
  await mkdir(dataDir, { recursive: true, mode: 0o711 });
  const user = await postgresUser();
  const binaries = await findBinaries(user, log);
  return exclusively(dataDir, async () => {
    const file = await register(dataDir, kind);
    try {
      const found = await findFolder(dataDir, user, log);
      const folder = found.path;
      const password = await passwordOf(dataDir, found);
      if (!found.isMade) await initialise(folder, password, binaries, user);
      await noteFolder(dataDir, found);
      const run = async (port: number | null): Promise<string> =>
        (await adopt(folder, password, log)) ?? (await start({ folder, password, binaries, user, log, port, connections }));
      const url = await run(null);
      await makeDatabase(url);
      const kept =
        kind === 'server'
          ? keepRunning({ log, isRunning: () => isRunning(folder), start: () => exclusively(dataDir, () => again(run, url)) })
          : null;
      return {
        url,
        async stop() {
          await kept?.stop();
          await leave(dataDir, file, () => stopPostmaster(binaries, folder, user));
        },
      };
    } catch (error) {
      await unregister(dataDir, file);
      throw error;
    }
  });
}

/** Whoever is connected knows one address, so it has to be there again. */
async function again(run: (port: number) => Promise<string>, url: string): Promise<void> {
  const wanted = new URL(url).port;
  const { port } = new URL(await run(Number(wanted)));
  if (port !== wanted) {
    throw new AppError('unavailable', `Postgres runs on another port now (${port}). Start the server again.`);
  }
}

async function isRunning(folder: string): Promise<boolean> {
  const found = await postmaster(folder);
  return found !== null && isAlive(found.pid);
}

async function leave(dataDir: string, file: string, stop: () => Promise<void>): Promise<void> {
  await exclusively(dataDir, async () => {
    if (await unregister(dataDir, file)) await stop();
  });
}

async function passwordOf(dataDir: string, { path: folder, isMade }: DatabaseFolder): Promise<string> {
  const path = join(dataDir, 'postgres-password');
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  if (isMade) {
    throw new AppError('internal', `The password file ${path} is gone, but its database is there (${folder}). Restore the file.`);
  }
  const password = randomBytes(24).toString('hex');
  await writeFile(path, `${password}\n`, { mode: 0o600 });
  await chmod(path, 0o600);
  return password;
}

/** The address of the postmaster that already runs on this folder, `null` when none does. */
async function adopt(folder: string, password: string, log: Log): Promise<string | null> {
  const until = Date.now() + 10_000;
  for (;;) {
    const found = await postmaster(folder);
    if (!found || !isAlive(found.pid)) return null;
    const url = urlOf(found.port, password);
    if (await answers(url)) {
      log.info('postgres-adopted', { port: found.port });
      return url;
    }
    // It starts or stops just now, or another program has got its number: then Postgres itself sees that the file is old.
    if (Date.now() > until) return null;
    await wait(100);
  }
}

async function postmaster(folder: string): Promise<{ pid: number; port: number } | null> {
  try {
    const lines = (await readFile(join(folder, 'data', 'postmaster.pid'), 'utf8')).split('\n');
    return { pid: Number(lines[0]), port: Number(lines[3]) || 0 };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: inDatabase(url, 'postgres'), connectionTimeoutMillis: 2_000 });
  // A connection that breaks later on also emits an error; connect() has told us all that we want to know.
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

type Start = {
  folder: string;
  password: string;
  binaries: Binaries;
  user: RunAs;
  log: Log;
  port: number | null;
  connections: number;
};

async function start({ folder, password, binaries, user, log, connections, ...wanted }: Start): Promise<string> {
  const began = Date.now();
  const data = join(folder, 'data');
  // Where it was before, when it was killed: whoever waits for it to come back waits there.
  const killed = await postmaster(folder);
  const port = wanted.port ?? (await freePort(killed?.port));
  const settings = [
    `-p ${port}`,
    '-c listen_addresses=127.0.0.1',
    "-c unix_socket_directories=''",
    '-c shared_buffers=128MB',
    `-c max_connections=${connections}`,
    '-c fsync=on',
    '-c synchronous_commit=on',
    '-c max_wal_size=1GB',
    '-c log_min_messages=warning',
    // A statement that fails can have message text in its parameters.
    '-c log_min_error_statement=panic',
    '-c log_parameter_max_length_on_error=0',
  ].join(' ');
  const order = ['start', '-D', data, '-w', '-t', '60', '-l', join(folder, 'postgres.log'), '-o', settings];
  for (;;) {
    try {
      await runAs(user, binaries.pgCtl, order);
      break;
    } catch (error) {
      // Of one that was killed, processes may be left for a moment that hold its memory: the next one refuses to start beside them.
      // Who wants that port tries again by itself.
      if (!killed || wanted.port !== null || Date.now() - began > LEFTOVERS_MS) throw error;
      await wait(200);
    }
  }
  log.info('postgres-started', { port, ms: Date.now() - began });
  return urlOf(port, password);
}

/** Made beside and renamed, so that a half-made one is never taken for a database. */
async function initialise(folder: string, password: string, binaries: Binaries, user: RunAs): Promise<void> {
  const fresh = join(folder, 'data.new');
  const passwordFile = join(folder, 'password.new');
  await rm(fresh, { recursive: true, force: true });
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (user) await chown(passwordFile, user.uid, user.gid);
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  await runAs(user, binaries.initdb, [
    `--pgdata=${fresh}`,
    `--username=${USER}`,
    '--auth=scram-sha-256',
    `--pwfile=${passwordFile}`,
    ...locale,
    '--no-sync',
  ]);
  await rm(passwordFile);
  await rename(fresh, join(folder, 'data'));
}

async function makeDatabase(url: string): Promise<void> {
  const client = new Client({ connectionString: inDatabase(url, 'postgres') });
  await client.connect();
  try {
    const { rows } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rows.length === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end();
  }
}

async function stopPostmaster(binaries: Binaries, folder: string, user: RunAs): Promise<void> {
  if (!(await isRunning(folder))) return;
  try {
    await runAs(user, binaries.pgCtl, ['stop', '-D', join(folder, 'data'), '-m', 'fast', '-w', '-t', '60']);
  } catch (error) {
    // It may have been killed just now: then there is nobody to tell, and what was wanted is so.
    const until = Date.now() + GONE_MS;
    while (await isRunning(folder)) {
      if (Date.now() > until) throw error;
      await wait(100);
    }
  }
}

function urlOf(port: number, password: string): string {
  return `postgres://${USER}:${password}@127.0.0.1:${port}/${DATABASE}`;
}

/** The same address for another database of that Postgres. */
export function inDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}

async function freePort(wanted = 0): Promise<number> {
  const port = await tryPort(wanted);
  if (port !== null) return port;
  return (await tryPort(0)) ?? freePort();
}

/** `null` when it is taken. */
function tryPort(wanted: number): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve(null) : reject(error)));
    server.listen(wanted, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))));
    });
  });
}
