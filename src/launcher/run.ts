import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { type App, type AppStart, profileFolder, startElectron, startNodeHost } from './app.ts';
import type { Child, Children } from './children.ts';
import { haveElectron } from './electron-binary.ts';
import { historyName, importHistory, seedDemo } from './history.ts';
import { chooseHost, hasDisplay, type HostChoice, type Situation } from './host-choice.ts';
import { LaunchError } from './launch-error.ts';
import { type Lock, type Person, type Running, takeLock } from './lock.ts';
import type { LaunchOptions } from './options.ts';
import { ensurePage, ensureShell } from './page.ts';
import { commandLine, endLeftover, isAlive } from './processes.ts';
import { startServer } from './server.ts';
import { alreadyRuns, type Paint, summary } from './summary.ts';

export type Surroundings = {
  root: string;
  platform: NodeJS.Platform;
  env: Record<string, string | undefined>;
  say: (line: string) => void;
  progress: (line: string) => void;
  paint: Paint;
  children: Children;
  /** Resolves when the person asks for the end. */
  interrupted: Promise<void>;
};

/** Starts everything, waits for its end, stops everything. @throws LaunchError */
export async function run(options: LaunchOptions, around: Surroundings): Promise<void> {
  const history = await historyName(options.importFile);
  const own: Running = {
    pid: process.pid,
    server: null,
    serverPid: null,
    appPid: null,
    app: null,
    history,
    password: '',
    people: [],
  };
  const attempt = takeLock(options.dataDir, own, isLauncher);
  if (attempt.kind === 'taken') throw new LaunchError(alreadyRuns(attempt.running, options.dataDir));
  const { lock } = attempt;
  try {
    const closed = startAndWatch(options, around, own, lock).then(() => 'The window was closed.');
    const why = await Promise.race([around.interrupted.then(() => null), closed]);
    if (why !== null) around.say(why);
  } finally {
    around.say('Stopping …');
    await around.children.stopAll();
    lock.release();
  }
}

function isLauncher(pid: number): boolean {
  if (pid === process.pid || !isAlive(pid)) return false;
  return commandLine(pid)?.includes('launcher') ?? true;
}

async function startAndWatch(options: LaunchOptions, around: Surroundings, own: Running, lock: Lock): Promise<void> {
  const { root, children, say } = around;
  const { dataDir } = options;
  await endLeftBehind(lock.leftBehind, say);
  say('Starting Trialogue …');
  const logDir = join(dataDir, 'logs');
  mkdirSync(logDir, { recursive: true, mode: 0o700 });
  const serverData = join(dataDir, own.history === 'demo' ? 'server' : `server-${own.history}`);
  // Open to be entered: for root, Postgres runs as another user. What is secret in it has modes of its own.
  mkdirSync(serverData, { recursive: true });
  const situation: Situation = { open: options.open, platform: around.platform, env: around.env };
  const [page, server, electron] = await Promise.all([
    ensurePage(root, dataDir, children),
    startServer(root, serverData, logDir, children),
    options.open && hasDisplay(situation)
      ? haveElectron(root, dataDir, around.env['ELECTRON_OVERRIDE_DIST_PATH'], children)
      : Promise.resolve(null),
  ]);
  lock.update({ ...own, server: server.address, serverPid: server.child.pid });
  const admin = { root, logDir, dataDir: serverData, server, children, say, progress: around.progress };
  const known = options.importFile === null ? await seedDemo(admin) : await importHistory(admin, options.importFile);
  const person = firstPerson(known.people);
  const start: AppStart = {
    root,
    server: server.address,
    profile: profileFolder(dataDir, own.history, null),
    logFile: join(logDir, 'app.log'),
    person,
    password: known.password,
    children,
  };
  const { app, choice } = await startApp(start, chooseHost(situation, electron), page, dataDir, say);
  lock.update({
    ...own,
    server: server.address,
    serverPid: server.child.pid,
    appPid: app.child.pid,
    app: app.origin,
    password: known.password,
    people: known.people,
  });
  say(summary({ app, choice, server: server.address, person, known }, around.paint));
  await untilOneEnds(server.child, app.child);
}

/** Everybody wants to see the app as somebody who sees all of it. */
export function firstPerson(people: Person[]): Person {
  return people.find(({ role }) => role === 'owner' || role === 'staff') ?? people[0]!;
}

async function startApp(
  start: AppStart,
  choice: HostChoice,
  page: string,
  dataDir: string,
  say: (line: string) => void,
): Promise<{ app: App; choice: HostChoice }> {
  if (choice.host === 'node') return { app: await startNodeHost(start, page, choice.open, say), choice };
  try {
    await ensureShell(start.root, dataDir, start.children);
    return { app: await startElectron(forElectron(start), choice.path), choice };
  } catch (error) {
    if (!(error instanceof LaunchError)) throw error;
    // E.g. a library is missing, or the system forbids its sandbox. The same app runs without it.
    say(`Electron is here but did not start; its words are in ${start.logFile}.`);
    const fallback: HostChoice = { host: 'node', open: true, why: 'a browser window: Electron is here but did not start' };
    return { app: await startNodeHost(start, page, true, say), choice: fallback };
  }
}

/** A profile of its own: what Electron seals with the system's keyring, the other host can't read. */
function forElectron(start: AppStart): AppStart {
  return { ...start, profile: `${start.profile}-electron` };
}

/** @throws LaunchError unless the person closed the window */
async function untilOneEnds(server: Child, app: Child): Promise<void> {
  const [ended, code] = await Promise.race([server, app].map(async (child) => [child, await child.exited] as const));
  if (ended === app && code === 0) return;
  const how = code === null ? 'by a signal' : `with exit ${code}`;
  throw new LaunchError(`${ended.name} ended ${how}, so the rest is stopped.\n${ended.lastLines()}`);
}

async function endLeftBehind(running: Running | null, say: (line: string) => void): Promise<void> {
  if (!running) return;
  if (running.appPid && (await endLeftover(running.appPid, 'node-host'))) say('Ended the app of a start that was cut off.');
  if (running.serverPid && (await endLeftover(running.serverPid, 'sync-server')))
    say('Ended the server of a start that was cut off.');
}
