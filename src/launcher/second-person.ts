import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { profileFolder, startNodeHost } from './app.ts';
import { LaunchError } from './launch-error.ts';
import { type Person, readRunning } from './lock.ts';
import { ensurePage } from './page.ts';
import { isAlive } from './processes.ts';
import type { Surroundings } from './run.ts';

/** One more person's window against the server that runs already. */
export async function runSecondPerson(email: string, dataDir: string, open: boolean, around: Surroundings): Promise<void> {
  const running = readRunning(dataDir);
  if (!running || !isAlive(running.pid) || !running.server || running.people.length === 0) {
    throw new LaunchError(
      `Nothing runs in ${dataDir} yet. Start it with “npm start” first, then call this again in a second terminal.`,
    );
  }
  const { root, children, say } = around;
  const person = findPerson(running.people, email, running.history);
  const profile = profileFolder(dataDir, running.history, person.email);
  const logDir = join(dataDir, 'logs');
  mkdirSync(logDir, { recursive: true });
  const page = await ensurePage(root, dataDir, children);
  const logFile = join(logDir, `${profile.slice(dataDir.length + 1)}.log`);
  const start = { root, server: running.server, profile, logFile, person, password: running.password, children };
  try {
    const app = await startNodeHost(start, page, open, say);
    say(
      `\n  ${around.paint.strong(app.address ?? `in a window of ${app.window}`)}\n  signed in as ${person.name}, ${person.role}. Ctrl+C closes this one alone.\n`,
    );
    const code = await Promise.race([around.interrupted.then(() => 0), app.child.exited]);
    if (code !== 0)
      throw new LaunchError(`The app ended ${code === null ? 'by a signal' : `with exit ${code}`}.\n${app.child.lastLines()}`);
  } finally {
    await children.stopAll();
  }
}

/** Of an import only some people are listed; the others sign in by the same pattern. */
export function findPerson(people: Person[], email: string, history: string): Person {
  const wanted = email.trim().toLowerCase();
  const person = people.find((candidate) => candidate.email.toLowerCase() === wanted);
  if (person) return person;
  if (history !== 'demo' && wanted.includes('@')) return { name: wanted, email: wanted, role: 'staff' };
  throw new LaunchError(
    `Nobody here has the address ${email}. There are:\n${people.map((one) => `  ${one.email}  ${one.role}`).join('\n')}`,
    2,
  );
}
