import { createServer } from 'node:net';
import { join } from 'node:path';

import type { Child, Children } from './children.ts';

const USUAL_PORT = 8787;
/** The first start makes a database. */
const PATIENCE_MS = 90_000;

export type Server = { child: Child; address: string; env: NodeJS.ProcessEnv };

/** The sync server with a Postgres of its own in `dataDir`, never a `DATABASE_URL` from around: demo people don't belong there. */
export async function startServer(root: string, dataDir: string, logDir: string, children: Children): Promise<Server> {
  const { DATABASE_URL: _unused, ...around } = process.env;
  const port = (await isFree(USUAL_PORT)) ? USUAL_PORT : 0;
  const env = { ...around, DATA_DIR: dataDir, HOST: '127.0.0.1', PORT: String(port) };
  const child = children.start({
    name: 'the server',
    command: process.execPath,
    args: ['sync-server/main.ts'],
    cwd: root,
    env,
    logFile: join(logDir, 'server.log'),
  });
  const [, address] = await child.line(/^ready (https?:\/\/\S+)$/, PATIENCE_MS);
  return { child, address: address!, env };
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
