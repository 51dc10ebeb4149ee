import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { createServer as createVite, type ViteDevServer } from 'vite';

import { createChildren, type Children } from './children.ts';
import { seedDemo } from './history.ts';
import { LaunchError } from './launch-error.ts';
import { NODE_FLAGS } from './node-flags.ts';
import { firstPerson } from './run.ts';
import { anyFreePort } from './server.ts';

/**
 * `npm run dev`: the page by vite with hot reload; the server and the core on Node, which starts them again when a source
 * changes. Everything is in `.data/dev`, apart from what `npm start` keeps.
 */
const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');
const DATA = join(ROOT, '.data/dev');
const LOGS = join(DATA, 'logs');
const WATCH = ['--watch', '--watch-preserve-output'];

async function main(children: Children): Promise<void> {
  mkdirSync(LOGS, { recursive: true });
  // Known beforehand, so that they stay the same when something is started again.
  const [serverPort, hostPort, pagePort] = [await anyFreePort(), await anyFreePort(), await anyFreePort()];
  const server = await startWatched(children, serverPort);
  const admin = {
    root: ROOT,
    logDir: LOGS,
    dataDir: join(DATA, 'server'),
    server,
    children,
    say: console.log,
    progress: console.log,
  };
  const { people, password } = await seedDemo(admin);
  const vite = await startVite(pagePort, hostPort);
  const person = firstPerson(people);
  const page = `http://127.0.0.1:${pagePort}`;
  const args = ['--data-dir', join(DATA, 'app'), '--server', server.address, '--port', String(hostPort), '--dev-renderer', page];
  const open = process.argv.includes('--no-open') ? ['--no-open'] : [];
  const app = children.start({
    name: 'the app',
    command: process.execPath,
    args: [...NODE_FLAGS, ...WATCH, 'src/node-host/main.ts', ...args, '--email', person.email, ...open],
    cwd: ROOT,
    env: { ...process.env, TRIALOGUE_PASSWORD: password, TRIALOGUE_DEV_COOKIE: randomBytes(32).toString('base64url') },
    logFile: join(LOGS, 'app.log'),
    onLine: (line) => console.log(`app     ${line}`),
  });
  await app.line(/^app http/, 60_000);
  console.log(`\n  signed in as ${person.name}; password of everybody: ${password}\n`);
  await Promise.race([interrupted(), server.child.exited, app.exited]);
  await vite.close();
}

async function startWatched(children: Children, port: number) {
  const { DATABASE_URL: _unused, ...around } = process.env;
  const env = { ...around, DATA_DIR: join(DATA, 'server'), HOST: '127.0.0.1', PORT: String(port) };
  const child = children.start({
    name: 'the server',
    command: process.execPath,
    args: [...WATCH, 'sync-server/main.ts'],
    cwd: ROOT,
    env,
    logFile: join(LOGS, 'server.log'),
    onLine: (line) => console.log(`server  ${line}`),
  });
  const [, address] = await child.line(/^ready (https?:\/\/\S+)$/, 90_000);
  return { child, address: address!, env };
}

/** Host and cookies go on as they came: the node host knows this address as its own page's. */
async function startVite(port: number, hostPort: number): Promise<ViteDevServer> {
  const target = `http://127.0.0.1:${hostPort}`;
  const vite = await createVite({
    configFile: join(ROOT, 'src/renderer/vite.config.ts'),
    root: join(ROOT, 'src/renderer'),
    server: { host: '127.0.0.1', port, strictPort: true, proxy: { '/bridge': { target, ws: true }, '/files': { target } } },
  });
  return vite.listen();
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
  });
}

const children = createChildren();
try {
  await main(children);
  await children.stopAll();
  process.exit(0);
} catch (error) {
  await children.stopAll();
  console.error(error instanceof LaunchError ? error.message : error);
  process.exit(1);
}
