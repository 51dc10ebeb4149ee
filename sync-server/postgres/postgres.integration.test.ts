import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';

import { silentLog, type Log } from '../log.ts';
import { PROGRAM_ENV } from '../testing/program-env.ts';
import { runAdminProcess } from '../testing/run-admin.ts';
import { startPostgres } from './postgres.ts';
import { isAlive } from './users.ts';

const MAIN = join(import.meta.dirname, '..', 'main.ts');

/** As a first start leaves it: making one takes longer than most of what is tested. */
let used: string;
let dataDir: string;
let servers: ChildProcess[];

beforeAll(async () => {
  used = dataDir = await emptyFolder();
  servers = [];
  const { child, line } = await startServer();
  if (line === null) throw new Error('the server did not start');
  await ended(child, 'SIGTERM');
});
beforeEach(async () => {
  dataDir = await emptyFolder();
  servers = [];
});
afterEach(async () => {
  for (const child of servers) await ended(child, 'SIGKILL');
  const left = await postmaster().catch(() => null);
  // Whoever comes last stops it: this also ends a Postgres that a killed server left.
  if (left !== null && isAlive(left)) await (await startPostgres({ dataDir, log: silentLog, kind: 'admin' })).stop();
  await rm(dataDir, { recursive: true });
});
afterAll(() => rm(used, { recursive: true }));

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'trialogue-postgres-'));
  await chmod(folder, 0o711);
  return folder;
}

/** A folder that a server has used. */
async function useFolder(): Promise<void> {
  // With its owner: as root Postgres has a user of its own.
  await promisify(execFile)('cp', ['-a', `${used}/.`, dataDir]);
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exit = once(child, 'exit');
  child.kill(signal);
  return ((await exit) as [number | null])[0];
}

/** Starts the server as people do, and waits until it says that it is ready, or ends. */
async function startServer(
  env: Record<string, string> = {},
): Promise<{ child: ChildProcess; line: string | null; stderr: () => string }> {
  const child = spawn(process.execPath, [MAIN], { env: { ...PROGRAM_ENV, DATA_DIR: dataDir, PORT: '0', ...env } });
  servers.push(child);
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const lines = createInterface({ input: child.stdout });
  const line = await new Promise<string | null>((resolve) => {
    lines.once('line', resolve);
    child.once('close', () => resolve(null));
  });
  return { child, line, stderr: () => stderr };
}

async function postmaster(): Promise<number> {
  return Number((await readFile(join(dataDir, 'postgres', 'data', 'postmaster.pid'), 'utf8')).split('\n')[0]);
}

test('[SERVER-6] says ready, and on SIGTERM stops itself and its Postgres with 0', async () => {
  const { child, line } = await startServer();
  const url = /^ready (http:\/\/127\.0\.0\.1:\d+)$/.exec(line ?? '')?.[1];
  expect(await (await fetch(`${url}/readyz`)).json()).toEqual({ ready: true });
  const pid = await postmaster();
  expect(await ended(child, 'SIGTERM')).toBe(0);
  expect(isAlive(pid)).toBe(false);
});

test('[COMMIT-1] after a kill -9 the next server adopts the Postgres that is still there, and stops it', async () => {
  await useFolder();
  const first = await startServer();
  const pid = await postmaster();
  await ended(first.child, 'SIGKILL');
  expect(isAlive(pid)).toBe(true);
  const second = await startServer();
  expect(second.line).toMatch(/^ready /);
  expect(await postmaster()).toBe(pid);
  expect(await ended(second.child, 'SIGTERM')).toBe(0);
  expect(isAlive(pid)).toBe(false);
});

test('[COMMIT-1] starts its Postgres again when that alone is killed, and all goes on', async () => {
  await useFolder();
  const { child, line, stderr } = await startServer();
  const url = line!.replace('ready ', '');
  const create = ['create-agency', '--name', 'Acme'];
  expect((await runAdminProcess({ DATA_DIR: dataDir }, create)).code).toBe(0);
  const killed = await postmaster();
  process.kill(killed, 'SIGKILL');
  const isReady = async (): Promise<boolean> => (await fetch(`${url}/readyz`)).status === 200;
  await expect.poll(async () => (await postmaster()) !== killed && (await isReady()), { timeout: 30_000 }).toBe(true);
  // It listens again, too: what another process does is told to sockets.
  await expect.poll(stderr, { timeout: 30_000 }).toContain('listen-reconnected');
  await expect.poll(stderr).toContain('postgres-restarted');
  expect((await runAdminProcess({ DATA_DIR: dataDir }, create)).stderr).toContain('already');
  const pid = await postmaster();
  expect(await ended(child, 'SIGTERM')).toBe(0);
  expect(isAlive(pid)).toBe(false);
});

test('[SERVER-6] stops with 0 when its Postgres has just been killed', async () => {
  await useFolder();
  const { child, stderr } = await startServer();
  process.kill(await postmaster(), 'SIGKILL');
  expect(await ended(child, 'SIGTERM'), stderr()).toBe(0);
});

test('[SERVER-5] an admin command uses the Postgres of the running server and leaves it running', async () => {
  await useFolder();
  const { child } = await startServer();
  const pid = await postmaster();
  const run = await runAdminProcess({ DATA_DIR: dataDir }, ['create-agency', '--name', 'Acme']);
  expect(run.code).toBe(0);
  expect(isAlive(pid)).toBe(true);
  expect(await ended(child, 'SIGTERM')).toBe(0);
});

test('[SERVER-5] an admin command without a server starts it, stops it, and what it made stays', async () => {
  await useFolder();
  const made = await runAdminProcess({ DATA_DIR: dataDir }, ['create-agency', '--name', 'Acme']);
  expect(made.code).toBe(0);
  await expect(postmaster()).rejects.toThrow(/ENOENT/);
  expect((await runAdminProcess({ DATA_DIR: dataDir }, ['create-agency', '--name', 'Acme'])).stderr).toContain('already');
});

test('[SERVER-5] whoever leaves first leaves Postgres to the other', async () => {
  await useFolder();
  const events: string[] = [];
  const log: Log = { ...silentLog, info: (event) => void events.push(event) };
  const admin = await startPostgres({ dataDir, log, kind: 'admin' });
  const server = await startPostgres({ dataDir, log, kind: 'server' });
  expect(events).toEqual(['postgres-started', 'postgres-adopted']);
  const pid = await postmaster();
  await admin.stop();
  expect(isAlive(pid)).toBe(true);
  await server.stop();
  // Its parent may still have to take note of its end.
  await expect.poll(() => isAlive(pid)).toBe(false);
});

test('[SERVER-6] a second server on the same folder is refused in one line and harms nothing', async () => {
  await useFolder();
  await startServer();
  const pid = await postmaster();
  const second = await startServer();
  expect([second.line, second.child.exitCode]).toEqual([null, 1]);
  expect(second.stderr()).toContain('Another server');
  expect(isAlive(pid)).toBe(true);
});

test('[SERVER-6] a port that is taken is said in one line, with 1, and Postgres is not left behind', async () => {
  await useFolder();
  const other = createServer();
  other.listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const { child, line, stderr } = await startServer({ PORT: String(port) });
  other.close();
  expect([line, child.exitCode]).toEqual([null, 1]);
  const said = stderr()
    .split('\n')
    .filter((text) => text.startsWith('trialogue-server: '));
  expect(said).toEqual([`trialogue-server: Port ${port} of 127.0.0.1 is taken by another program. Set PORT to another one.`]);
  await expect(postmaster()).rejects.toThrow(/ENOENT/);
});

test('[SERVER-6] a Ctrl-C while it starts, which also reaches what it has started, stops it cleanly', async () => {
  const child = spawn(process.execPath, [MAIN], { env: { ...PROGRAM_ENV, DATA_DIR: dataDir, PORT: '0' }, detached: true });
  servers.push(child);
  const exit = once(child, 'exit');
  await expect
    .poll(
      () =>
        readFile(join(dataDir, 'postgres-password')).then(
          () => true,
          () => false,
        ),
      { interval: 5 },
    )
    .toBe(true);
  process.kill(-child.pid!, 'SIGINT');
  expect((await exit)[0]).toBe(0);
  await expect(postmaster()).rejects.toThrow(/ENOENT/);
});

test('[SERVER-6] stays with its database when the rights of the folder change', async () => {
  // As root: closed, so that Postgres's own user can't reach it; as anybody else both cases are one.
  await chmod(dataDir, 0o700);
  const create = ['create-agency', '--name', 'Acme'];
  expect((await runAdminProcess({ DATA_DIR: dataDir }, create)).code).toBe(0);
  await chmod(dataDir, 0o711);
  expect((await runAdminProcess({ DATA_DIR: dataDir }, create)).stderr).toContain('already');
  const noted = (await readFile(join(dataDir, 'postgres-folder'), 'utf8')).trim();
  if (noted === 'inside') return;
  expect(noted).toMatch(/^\/var\/tmp\/trialogue-[0-9a-f]{12}\/postgres$/);
  await rm(dirname(noted), { recursive: true });
  await expect(startPostgres({ dataDir, log: silentLog })).rejects.toThrow('is gone: there is none in');
  await rm(join(dataDir, 'postgres-folder'));
});

test('[SERVER-6] the password of Postgres is for this user alone', async () => {
  await (await startPostgres({ dataDir, log: silentLog })).stop();
  const { mode } = await stat(join(dataDir, 'postgres-password'));
  expect(mode & 0o777).toBe(0o600);
});
