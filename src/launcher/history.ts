import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { z } from 'zod';

import { isStaff } from '#shared/roles.ts';

import type { Children } from './children.ts';
import { LaunchError } from './launch-error.ts';
import { type Person, personShape } from './lock.ts';
import type { Server } from './server.ts';

/** Who can sign in. */
export type People = { agency: string; password: string; people: Person[] };

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
  /** Each line takes the place of the one before. */
  progress: (line: string) => void;
};

/** Does nothing when the demo is there already. */
export async function seedDemo(run: AdminRun): Promise<People> {
  return demoShape.parse((await admin(run, ['seed-demo', '--json'])).json);
}

/** Imports once; afterwards only says who is there. Lines that are no conversations are told and left out. */
export async function importHistory(run: AdminRun, file: string): Promise<People> {
  const done = join(run.dataDir, 'imported.json');
  if (existsSync(done)) return readPeople(JSON.parse(readFileSync(done, 'utf8')));
  run.say(`Importing ${file} …`);
  const args = ['import-conversations', file, '--agency', 'Imported', '--sign-in', TRIAL_PASSWORD, '--json'];
  const { json, lastLines } = await admin(run, args);
  const { people } = importShape.parse(json);
  if (!people.some(({ role }) => isStaff(role))) {
    throw new LaunchError(
      `Nothing in ${file} could be imported: no conversation with somebody of an agency in it.\n${lastLines}`,
    );
  }
  writeFileSync(done, JSON.stringify(json), { mode: 0o600 });
  return readPeople(json);
}

const importShape = z.object({ people: z.array(personShape) });

export function readPeople(result: unknown): People {
  return { agency: 'Imported', password: TRIAL_PASSWORD, ...importShape.parse(result) };
}

async function admin(run: AdminRun, args: string[]): Promise<{ json: unknown; lastLines: string }> {
  const output: string[] = [];
  const child = run.children.start({
    name: `admin ${args[0]}`,
    command: process.execPath,
    args: ['sync-server/admin/main.ts', ...args],
    cwd: run.root,
    env: run.server.env,
    logFile: join(run.logDir, 'admin.log'),
    onLine: (line, from) => (from === 'stdout' ? output.push(line) : run.progress(`  ${line}`)),
  });
  await child.exited;
  // A result counts also when some of it was refused, which it says by its exit code.
  const result = output.find((line) => line.startsWith('{'));
  if (result === undefined) throw new LaunchError(`${child.name} did not work.\n${child.lastLines()}`);
  return { json: JSON.parse(result), lastLines: child.lastLines() };
}
