import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { z } from 'zod';

import type { Children } from './children.ts';
import { LaunchError } from './launch-error.ts';
import { type Person, personShape } from './lock.ts';
import type { Server } from './server.ts';

/** Who can sign in, the staff first. */
export type People = { agency: string; password: string; people: Person[]; more: number };

const demoShape = z.object({ agency: z.string(), password: z.string().min(1), people: z.array(personShape).min(1) });
/** For trials on one's own machine: whoever imports real history for real use leaves `--sign-in` out. */
const TRIAL_PASSWORD = 'trialogue-trial';

/** Names the data that belongs to this import, so that another file gets a server and profiles of its own. */
export async function historyName(importFile: string | null): Promise<string> {
  if (importFile === null) return 'demo';
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(importFile)) hash.update(chunk as Buffer);
  return `import-${hash.digest('hex').slice(0, 12)}`;
}

export type AdminRun = {
  root: string;
  logDir: string;
  /** Where the server keeps its data. */
  dataDir: string;
  server: Server;
  children: Children;
  say: (line: string) => void;
};

/** Does nothing when the demo is there already. */
export async function seedDemo(run: AdminRun): Promise<People> {
  return { ...demoShape.parse(await admin(run, ['seed-demo', '--json'])), more: 0 };
}

/** Imports once; afterwards only says who is there. */
export async function importHistory(run: AdminRun, file: string): Promise<People> {
  const done = join(run.dataDir, 'imported.json');
  if (existsSync(done)) return readPeople(JSON.parse(readFileSync(done, 'utf8')));
  run.say(`Importing ${file} …`);
  const args = ['import-conversations', file, '--agency', 'Imported', '--sign-in', TRIAL_PASSWORD, '--json'];
  const result = await admin(run, args);
  const people = readPeople(result);
  writeFileSync(done, JSON.stringify(result), { mode: 0o600 });
  return people;
}

const importShape = z.object({ staff: z.array(z.string()).min(1) });

export function readPeople(result: unknown): People {
  const { staff } = importShape.parse(result);
  const people = staff.map((email): Person => ({ name: email.split('@')[0]!, email, role: 'staff' }));
  return { agency: 'Imported', password: TRIAL_PASSWORD, people: people.slice(0, 8), more: Math.max(0, people.length - 8) };
}

async function admin(run: AdminRun, args: string[]): Promise<unknown> {
  const output: string[] = [];
  const child = run.children.start({
    name: `admin ${args[0]}`,
    command: process.execPath,
    args: ['sync-server/admin/main.ts', ...args],
    cwd: run.root,
    env: run.server.env,
    logFile: join(run.logDir, 'admin.log'),
    onLine: (line, from) => (from === 'stdout' ? output.push(line) : run.say(`  ${line}`)),
  });
  const code = await child.exited;
  if (code !== 0) throw new LaunchError(`${child.name} did not work.\n${child.lastLines()}`);
  // Progress may stand before it; the result is the last thing said.
  return JSON.parse(output.slice(output.findLastIndex((line) => line.startsWith('{'))).join('\n'));
}
