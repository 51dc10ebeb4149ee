import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Scan } from './scanning.ts';

const MOST_MS = 120_000;

/** A program gets the path of the file as its last argument. Exit 0: clean, 1: infected, anything else: it can't tell (as `clamdscan`). */
export function scanByCommand([program, ...args]: readonly [string, ...string[]], workFolder: string): Scan {
  return async (bytes, signal) => {
    const path = join(workFolder, `scan-${randomUUID()}`);
    await writeFile(path, bytes, { mode: 0o600, flag: 'wx' });
    try {
      const code = await run(program, [...args, path], signal);
      if (code === 0) return 'clean';
      if (code === 1) return 'infected';
      throw new Error(`the scanner ended with ${code}`);
    } finally {
      await rm(path, { force: true });
    }
  };
}

function run(program: string, args: string[], signal: AbortSignal): Promise<number | string> {
  return new Promise((resolve) => {
    // Of a program that wasn't found the code is a word, of one that was killed there is none.
    execFile(program, args, { signal, timeout: MOST_MS, maxBuffer: 1024 * 1024 }, (error) =>
      resolve(error ? (error.code ?? 'a signal') : 0),
    );
  });
}
