import { join } from 'node:path';

import type { Child, Children } from './children.ts';
import type { Person } from './lock.ts';

/** The profile must open its database and sign in before it shows itself. */
const PATIENCE_MS = 30_000;

export type AppStart = {
  root: string;
  server: string;
  /** This person's profile. */
  profile: string;
  logFile: string;
  person: Person;
  password: string;
  children: Children;
};

export type App = { child: Child; address: string };

/** The core on plain Node. What it says beside its address (which window, and why) goes to `say`. */
export async function startNodeHost(start: AppStart, page: string, open: boolean, say: (line: string) => void): Promise<App> {
  const { root, children, person } = start;
  const args = [
    '--data-dir',
    start.profile,
    '--server',
    start.server,
    '--port',
    '0',
    '--email',
    person.email,
    '--renderer-dir',
    page,
  ];
  let started = false;
  const child = children.start({
    name: 'the app',
    command: process.execPath,
    args: ['src/node-host/main.ts', ...args, ...(open ? [] : ['--no-open'])],
    cwd: root,
    env: { ...process.env, TRIALOGUE_PASSWORD: start.password },
    logFile: start.logFile,
    onLine: (line, from) => {
      // What it complains of before it started is told with the failure.
      if (line.startsWith('app ')) started = true;
      else if (started || from === 'stdout') say(`  ${line}`);
    },
  });
  const [, address] = await child.line(/^app (http:\/\/\S+)$/, PATIENCE_MS);
  return { child, address: address! };
}

/** Electron, signed in the same way. */
export async function startElectron(start: AppStart, binary: string): Promise<App> {
  const { root, children, person } = start;
  const isRoot = process.getuid?.() === 0;
  const child = children.start({
    name: 'the app',
    command: binary,
    // Chromium refuses to start as root with its sandbox.
    args: [...(isRoot ? ['--no-sandbox'] : []), root],
    cwd: root,
    env: {
      ...process.env,
      TRIALOGUE_DATA_DIR: start.profile,
      TRIALOGUE_SERVER: start.server,
      TRIALOGUE_EMAIL: person.email,
      TRIALOGUE_PASSWORD: start.password,
    },
    logFile: start.logFile,
  });
  await child.line(/^app window$/, PATIENCE_MS);
  return { child, address: 'window' };
}

/** The folder of a person's profile beside the others'. */
export function profileFolder(dataDir: string, history: string, email: string | null): string {
  const person = email === null ? '' : `-${email.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`;
  return join(dataDir, `app-${history}${person}`);
}
