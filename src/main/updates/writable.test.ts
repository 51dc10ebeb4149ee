import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { isWritable } from './writable.ts';

it('[IT-3] what may be changed is found out without leaving anything there, on Windows by trying', () => {
  const folder = mkdtempSync(join(tmpdir(), 'writable-'));
  try {
    const file = join(folder, 'Trialogue.exe');
    writeFileSync(file, '');
    for (const platform of ['win32', 'darwin'] as const) {
      expect(isWritable(folder, platform)).toBe(true);
      expect(isWritable(join(folder, 'absent'), platform)).toBe(false);
    }
    // Nothing can be put into it, whatever marks it has.
    expect([isWritable(file, 'win32'), isWritable(file, 'darwin')]).toEqual([false, true]);
    expect(readdirSync(folder)).toEqual(['Trialogue.exe']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
