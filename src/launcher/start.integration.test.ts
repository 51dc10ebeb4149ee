import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const MAIN = join(import.meta.dirname, 'main.ts');
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'start-'));
  await chmod(folder, 0o755); // for root, Postgres runs as somebody else
});
afterAll(() => rm(folder, { recursive: true }));

type Started = { process: ChildProcess; lines: string[]; line(pattern: RegExp): Promise<string>; exit: Promise<number | null> };

function start(...args: string[]): Started {
  const child = spawn(process.execPath, [MAIN, '--no-open', '--data-dir', folder, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      for (const look of waiting) look();
    });
  }
  const exit = once(child, 'close').then(([code]) => code as number | null);
  const line = (pattern: RegExp): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = lines.find((candidate) => pattern.test(candidate));
        if (found === undefined) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
      void exit.then(() => reject(new Error(`it ended first:\n${lines.join('\n')}`)));
    });
  return { process: child, lines, line, exit };
}

describe('npm start', () => {
  it(
    '[START-9] brings up server, demo and app, once, lets a second person in, and stops cleanly',
    { timeout: 120_000 },
    async () => {
      const first = start();
      const address = /http:\S+/.exec(await first.line(/^ {2}app {3,}http/))![0];
      const example = await first.line(/npm start -- --as \S+@/);

      const page = await fetch(address, { redirect: 'manual' });
      expect([page.status, page.headers.get('location')]).toEqual([303, '/']);

      const again = start();
      expect(await again.exit).toBe(1);
      expect(again.lines.join('\n')).toMatch(
        new RegExp(`already runs \\(pid ${first.process.pid}\\): server http.*--data-dir`, 's'),
      );

      const second = start('--as', /\S+@\S+/.exec(example)![0]);
      await second.line(/signed in as/);
      second.process.kill('SIGINT');
      expect(await second.exit).toBe(0);

      await first.line(/Ctrl\+C/);
      first.process.kill('SIGINT');
      expect(await first.exit).toBe(0);
      expect(await readdir(folder)).not.toContain('running.json');
      await expect(fetch(new URL(address).origin)).rejects.toThrow('fetch failed');
    },
  );
});
