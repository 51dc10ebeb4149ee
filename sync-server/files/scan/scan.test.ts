import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { startFakeIcap, type FakeIcap } from '../../testing/fake-icap.ts';
import { scanByCommand } from './command.ts';
import { scanByIcap } from './icap.ts';

const never = new AbortController().signal;

describe('by ICAP', () => {
  let icap: FakeIcap;
  beforeEach(async () => {
    icap = await startFakeIcap();
  });
  afterEach(() => icap.stop());

  test.each([
    ['clean', 'clean'],
    ['same', 'clean'],
    ['infected', 'infected'],
    ['blocked', 'infected'],
  ] as const)('[FILE-5] an answer that says "%s" is %s', async (answer, verdict) => {
    icap.answer = answer;
    for (const bytes of [Buffer.from('some bytes'), randomBytes(300_000)]) {
      expect(await scanByIcap(icap.url)(bytes, never)).toBe(verdict);
      expect(icap.bodies.at(-1)!.equals(bytes)).toBe(true);
    }
    expect(icap.heads[0]).toMatch(/^RESPMOD icap:\/\/127\.0\.0\.1:\d+\/avscan ICAP\/1\.0\r\n/);
    expect(icap.heads[0]).toContain('\r\nAllow: 204\r\n');
  });

  test.each(['broken', 'nothing'] as const)('[FILE-5] of an answer that is %s nothing is concluded', async (answer) => {
    icap.answer = answer;
    await expect(scanByIcap(icap.url)(Buffer.from('x'), never)).rejects.toThrow(/scanner/);
  });

  test('[FILE-5] a scanner that is away is no verdict', async () => {
    await icap.stop();
    await expect(scanByIcap(icap.url)(Buffer.from('x'), never)).rejects.toThrow(/ECONNREFUSED/);
    icap = await startFakeIcap();
  });
});

describe('by a command', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'trialogue-scan-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const node = (code: string) => scanByCommand([process.execPath, '-e', code], folder);
  const FIND = "process.exit(require('fs').readFileSync(process.argv[1], 'utf8').includes('virus') ? 1 : 0)";

  test('[FILE-5] 0 is clean, 1 is infected, and the copy is gone afterwards', async () => {
    expect(await node(FIND)(Buffer.from('a letter'), never)).toBe('clean');
    expect(await node(FIND)(Buffer.from('a virus'), never)).toBe('infected');
    expect(await readdir(folder)).toEqual([]);
  });

  test('[FILE-5] any other end is no verdict', async () => {
    await expect(node('process.exit(2)')(Buffer.from('x'), never)).rejects.toThrow(/ended with 2/);
    await expect(scanByCommand(['/no/such/scanner'], folder)(Buffer.from('x'), never)).rejects.toThrow(/ENOENT/);
    await expect(node("process.kill(process.pid, 'SIGKILL')")(Buffer.from('x'), never)).rejects.toThrow(/a signal/);
    expect(await readdir(folder)).toEqual([]);
  });
});
