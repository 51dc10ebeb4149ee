import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { z } from 'zod';

import { ROLES } from '#shared/roles.ts';

import { LaunchError } from './launch-error.ts';

export const personShape = z.object({ name: z.string(), email: z.string(), role: z.enum(ROLES) });
export type Person = z.infer<typeof personShape>;

/** What a start tells others about itself, in a file that only this user can read: it holds the demo's password. */
const runningShape = z.object({
  pid: z.number().int().positive(),
  server: z.string().nullable(),
  serverPid: z.number().int().nullable(),
  appPid: z.number().int().nullable(),
  /** `window` for Electron, else where the node host listens, without its token. */
  app: z.string().nullable(),
  /** Names the profiles that belong to this server's data. */
  history: z.string(),
  password: z.string(),
  people: z.array(personShape),
});
export type Running = z.infer<typeof runningShape>;

export type Lock = {
  /** What a start that did not end cleanly had running. */
  leftBehind: Running | null;
  update(running: Running): void;
  release(): void;
};

export type LockAttempt = { kind: 'ours'; lock: Lock } | { kind: 'taken'; running: Running };

const FILE = 'running.json';

/** @param isLauncher whether a process with this id is a start like ours. @throws LaunchError when the folder can't be written */
export function takeLock(dataDir: string, own: Running, isLauncher: (pid: number) => boolean): LockAttempt {
  const path = join(dataDir, FILE);
  const draft = join(dataDir, `${FILE}.${own.pid}`);
  try {
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(draft, JSON.stringify(own), { mode: 0o600 });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LaunchError(`The folder ${dataDir} can’t be written (${reason}). Choose another: npm start -- --data-dir <folder>`);
  }
  let leftBehind: Running | null = null;
  try {
    // A link appears whole or not at all, and only one can make it.
    while (!linked(draft, path)) {
      const running = readRunning(dataDir);
      if (running && isLauncher(running.pid)) return { kind: 'taken', running };
      leftBehind = running ?? leftBehind;
      const aside = `${path}.old.${own.pid}`;
      renameSync(path, aside);
      rmSync(aside);
    }
  } finally {
    rmSync(draft, { force: true });
  }
  return {
    kind: 'ours',
    lock: {
      leftBehind,
      update(running) {
        writeFileSync(draft, JSON.stringify(running), { mode: 0o600 });
        renameSync(draft, path);
      },
      release: () => rmSync(path, { force: true }),
    },
  };
}

/** `null` when nothing runs there, or what is written there isn't ours. */
export function readRunning(dataDir: string): Running | null {
  try {
    return runningShape.parse(JSON.parse(readFileSync(join(dataDir, FILE), 'utf8')));
  } catch (error) {
    if (error instanceof z.ZodError || error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT')
      return null;
    throw error;
  }
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
