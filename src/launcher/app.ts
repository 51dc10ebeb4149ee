import { join } from 'node:path';

import type { Child, Children } from './children.ts';
import type { Person } from './lock.ts';
import { NODE_FLAGS, NODE_VARIABLES } from './node-flags.ts';

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

/** `address`: what a person opens; `null` when a window is there already. `window`: which, or why there is none. */
export type App = { child: Child; address: string | null; origin: string; window: string | null };

/** The core on plain Node. What it says later goes to `say`. */
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
  let window: string | null = null;
  const child = children.start({
    name: 'the app',
    command: process.execPath,
    args: [...NODE_FLAGS, 'src/node-host/main.ts', ...args, ...(open ? [] : ['--no-open'])],
    cwd: root,
    env: { ...NODE_VARIABLES, ...process.env, TRIALOGUE_PASSWORD: start.password },
    logFile: start.logFile,
    onLine: (line, from) => {
      // What it complains of before it started is told with the failure.
      if (line.startsWith('app ')) started = true;
      else if (line.startsWith('window: ')) window = line.slice('window: '.length);
      else if (started || from === 'stdout') say(`  ${line}`);
    },
  });
  const [, address] = await child.line(/^app (http:\/\/\S+)$/, PATIENCE_MS);
  const opened = window !== null && !(window as string).startsWith('none');
  return { child, address: opened ? null : address!, origin: new URL(address!).origin, window };
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
  return { child, address: null, origin: 'Electron', window: null };
}

/** The folder of a person's profile beside the others'. */
export function profileFolder(dataDir: string, history: string, email: string | null): string {
  const person = email === null ? '' : `-${email.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`;
  return join(dataDir, `app-${history}${person}`);
}
