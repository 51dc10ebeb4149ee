import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';

import { LaunchError } from './launch-error.ts';

const PATIENCE_MS = 20_000;
const LAST_LINES = 15;
const LAST_WORDS_MS = 500;

export type ChildOptions = {
  name: string;
  command: string;
  args: string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** Everything it says goes there. */
  logFile: string;
  onLine?: (line: string, from: 'stdout' | 'stderr') => void;
};

export type Child = {
  name: string;
  pid: number;
  /** Exit code; `null` when a signal ended it. */
  exited: Promise<number | null>;
  /** The first match among its lines on stdout. @throws LaunchError when it ends before, or takes too long */
  line(pattern: RegExp, withinMs: number): Promise<RegExpExecArray>;
  lastLines(): string;
  stop(): Promise<void>;
};

/** Starts processes and ends them in the opposite order. */
export type Children = { start(options: ChildOptions): Child; stopAll(): Promise<void>; killAll(): void };

export function createChildren(): Children {
  const started: { child: Child; kill: () => void }[] = [];
  let ending = false;
  return {
    start(options) {
      if (ending) throw new LaunchError('Stopped before everything was started.');
      const entry = startChild(options);
      started.push(entry);
      return entry.child;
    },
    async stopAll() {
      ending = true;
      for (const { child } of started.toReversed()) await child.stop();
    },
    killAll() {
      ending = true;
      for (const { kill } of started) kill();
    },
  };
}

function startChild(options: ChildOptions): { child: Child; kill: () => void } {
  // A group of its own: Ctrl+C in the terminal must reach the launcher alone, or the database would go before its server.
  const process = spawn(options.command, options.args, {
    cwd: options.cwd,
    env: options.env,
    detached: platformHasGroups(),
    windowsHide: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const recent: string[] = [];
  const lines = readLines(process, options, recent);
  let ended = false;
  const exited = new Promise<number | null>((resolve) => {
    process.on('exit', (code) => {
      ended = true;
      // Its last words come with `close`, but what it left behind may hold its streams open for ever.
      setTimeout(() => resolve(code), LAST_WORDS_MS);
    });
    process.on('close', (code) => resolve(code));
    process.on('error', (error) => {
      ended = true;
      recent.push(error.message);
      resolve(null);
    });
  });
  const lastLines = () => recent.join('\n');
  const child: Child = {
    name: options.name,
    pid: process.pid ?? 0,
    exited,
    lastLines,
    async line(pattern, withinMs) {
      const late = new AbortController();
      try {
        return await Promise.race([
          lines(pattern),
          exited.then((code) => {
            throw new LaunchError(
              `${options.name} ended while starting (${code === null ? 'by a signal' : `exit ${code}`}).\n${lastLines()}`,
            );
          }),
          wait(withinMs, undefined, { signal: late.signal, ref: false }).then(() => {
            throw new LaunchError(
              `${options.name} did not start within ${withinMs / 1_000} s; see ${options.logFile}\n${lastLines()}`,
            );
          }),
        ]);
      } finally {
        late.abort();
      }
    },
    async stop() {
      if (ended) return killGroup(process, 'SIGINT'); // what it may have left behind, e.g. a database
      process.kill('SIGTERM');
      const done = new AbortController();
      const patience = wait(PATIENCE_MS, 'late' as const, { signal: done.signal }).catch(() => 'done' as const);
      if ((await Promise.race([exited.then(() => 'done' as const), patience])) === 'late') killGroup(process, 'SIGKILL');
      done.abort();
      await exited;
    },
  };
  return { child, kill: () => killGroup(process, 'SIGKILL') };
}

/** Passes every line on to the log and to who waits for one. */
function readLines(
  process: ChildProcess,
  options: ChildOptions,
  recent: string[],
): (pattern: RegExp) => Promise<RegExpExecArray> {
  const log = createWriteStream(options.logFile, { mode: 0o600 });
  log.on('error', () => log.destroy()); // a full disk must not end the processes
  const heard: string[] = [];
  const waiting = new Set<(line: string) => void>();
  for (const from of ['stdout', 'stderr'] as const) {
    createInterface({ input: process[from]! }).on('line', (line) => {
      if (!log.destroyed) log.write(`${line.replace(/token=[\w-]+/, 'token=…')}\n`); // what opens the app is for the person alone
      recent.push(line);
      if (recent.length > LAST_LINES) recent.shift();
      options.onLine?.(line, from);
      if (from === 'stderr') return;
      if (heard.length < 1_000) heard.push(line);
      for (const listener of waiting) listener(line);
    });
  }
  return (pattern) =>
    new Promise((resolve) => {
      const listener = (line: string): void => {
        const match = pattern.exec(line);
        if (!match) return;
        waiting.delete(listener);
        resolve(match);
      };
      waiting.add(listener);
      for (const line of heard) listener(line);
    });
}

function platformHasGroups(): boolean {
  return process.platform !== 'win32';
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (platformHasGroups()) process.kill(-child.pid, signal);
    else child.kill(signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // nobody is left: what was wanted
  }
}
