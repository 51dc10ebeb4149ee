import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { lastLogLines } from './diagnostics.ts';

const line = (n: number): string => JSON.stringify({ n, at: 'now', level: 'info', event: 'sync' });
const log = (path: string): string => `${JSON.stringify({ event: 'shell.start-failed', reason: `EACCES ${path}` })}\n`;

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'diagnostics-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('[DESK-4] what helps support ends with the last lines of the log, whole ones, however long it is', async () => {
  expect(await lastLogLines(folder)).toBe('');
  writeFileSync(join(folder, 'app.log'), `${line(0)}\n${line(1)}\n`);
  expect(await lastLogLines(folder)).toBe(`${line(0)}\n${line(1)}`);
  appendFileSync(join(folder, 'app.log'), Array.from({ length: 5_000 }, (_, n) => `${line(n + 2)}\n`).join(''));
  const lines = (await lastLogLines(folder)).split('\n');
  expect([lines.length, lines[0], lines.at(-1)]).toEqual([200, line(4_802), line(5_001)]);
  writeFileSync(join(folder, 'app.log'), `${'x'.repeat(100_000)}\n${line(1)}\n`);
  expect(await lastLogLines(folder)).toBe(line(1));
});

it('[DESK-4] names nobody by the folder that the app lies in', async () => {
  const windows = 'C:\\Users\\ana';
  writeFileSync(join(folder, 'app.log'), log(`${windows}\\AppData\\Roaming\\trialogue`) + log('/home/ana/.config/trialogue'));
  const found = [await lastLogLines(folder, windows), await lastLogLines(folder, '/home/ana')];
  expect(found[0]).toContain('EACCES ~\\\\AppData');
  expect(found[0]).not.toContain('Users');
  expect(found[1]).toContain('EACCES ~/.config');
});
