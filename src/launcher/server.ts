import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';

import type { Child, Children } from './children.ts';
import { NODE_VARIABLES } from './node-flags.ts';

const USUAL_PORT = 8787;
/** The first start makes a database. */
const PATIENCE_MS = 90_000;

export type Server = { child: Child; address: string; env: NodeJS.ProcessEnv };

/** The sync server with a Postgres of its own in `dataDir`, never a `DATABASE_URL` from around: demo people don't belong there. */
export async function startServer(root: string, dataDir: string, logDir: string, children: Children): Promise<Server> {
  const { DATABASE_URL: _unused, ...around } = process.env;
  const noted = join(dataDir, 'port');
  const port = await portFor(noted);
  const env = { ...NODE_VARIABLES, ...around, DATA_DIR: dataDir, HOST: '127.0.0.1', PORT: String(port) };
  const child = children.start({
    name: 'the server',
    command: process.execPath,
    args: ['sync-server/main.ts'],
    cwd: root,
    env,
    logFile: join(logDir, 'server.log'),
  });
  const [, address] = await child.line(/^ready (https?:\/\/\S+)$/, PATIENCE_MS);
  await writeFile(noted, new URL(address!).port);
  return { child, address: address!, env };
}

/** The one of the last start, by which apps know the server; else the usual one, else any. */
async function portFor(noted: string): Promise<number> {
  const last = Number(await readFile(noted, 'utf8').catch(() => ''));
  for (const port of [last, USUAL_PORT])
    if (Number.isInteger(port) && port > 0 && port < 65_536 && (await isFree(port))) return port;
  return 0;
}

export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

/** Some port that is free now. */
export function anyFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port'))));
    });
  });
}
