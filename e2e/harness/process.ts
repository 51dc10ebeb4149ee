import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export type Running = {
  readonly pid: number;
  /** The first line of its output that `pattern` matches. */
  line(pattern: RegExp, withinMs?: number): Promise<RegExpMatchArray>;
  kill(signal: NodeJS.Signals): Promise<void>;
  /** What it wrote to standard error, for a failed test's message. */
  errors(): string;
};

/** Starts a program of this project on the Node that runs the tests. */
export function run(args: string[], env: Record<string, string>): Running {
  const child = spawn(process.execPath, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const seen: string[] = [];
  const errors: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    seen.push(line);
    child.emit('seen', line);
  });
  createInterface({ input: child.stderr }).on('line', (line) => errors.push(line));
  return {
    pid: child.pid ?? -1,
    line: (pattern, withinMs = 60_000) => awaitLine(child, seen, errors, pattern, withinMs),
    async kill(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill(signal);
      await exited;
    },
    errors: () => errors.slice(-20).join('\n'),
  };
}

async function awaitLine(
  child: ChildProcess,
  seen: string[],
  errors: string[],
  pattern: RegExp,
  withinMs: number,
): Promise<RegExpMatchArray> {
  for (const line of seen) {
    const match = pattern.exec(line);
    if (match) return match;
  }
  const { promise, resolve, reject } = Promise.withResolvers<RegExpMatchArray>();
  const fail = (why: string): void => reject(new Error(`${why} before ${pattern}:\n${errors.slice(-20).join('\n')}`));
  const onLine = (line: string): void => {
    const match = pattern.exec(line);
    if (match) resolve(match);
  };
  const onExit = (): void => fail('it ended');
  const timer = setTimeout(() => fail('time ran out'), withinMs);
  child.on('seen', onLine);
  child.on('exit', onExit);
  return promise.finally(() => {
    clearTimeout(timer);
    child.off('seen', onLine);
    child.off('exit', onExit);
  });
}
