import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';

import { signBeside } from './gpg.ts';
import { releasedFiles, sumsOf, toBeSigned } from './sums.ts';

const folder = mkdtempSync(join(tmpdir(), 'sums-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const hasGpg = existsSync('/usr/bin/gpg');

describe('checksums', () => {
  it('[IT-5] cover what people download, and say what is in it', async () => {
    for (const name of ['a.deb', 'b.exe', 'latest.yml', 'sbom.cdx.json', 'builder-debug.yml', 'notes.txt'])
      writeFileSync(join(folder, name), name);
    mkdirSync(join(folder, 'win-unpacked.exe'));
    const names = await releasedFiles(folder);
    expect(names).toEqual(['a.deb', 'b.exe', 'latest.yml', 'sbom.cdx.json']);
    const sums = await sumsOf(folder, names);
    expect(sums.split('\n').map((line) => line.slice(66))).toEqual([...names, '']);
    expect(sums.slice(0, 64)).toBe(createHash('sha256').update('a.deb').digest('hex'));
  });

  it('[IT-1] packages whose name doesn’t say otherwise are to be signed', () => {
    const names = ['a-unsigned-linux-amd64.deb', 'a-linux-amd64.deb', 'a.rpm', 'a.AppImage', 'a.exe', 'a.deb.asc', 'latest.yml'];
    expect(toBeSigned(names)).toEqual(['a-linux-amd64.deb', 'a.rpm', 'a.AppImage']);
  });

  it.runIf(hasGpg)('[IT-1] a signature beside a file is good, and isn’t for another', async () => {
    const home = join(folder, 'gpg');
    mkdirSync(home, { mode: 0o700 });
    const gpg = (...args: string[]): string =>
      execFileSync('gpg', ['--homedir', home, '--batch', ...args], { encoding: 'utf8', stdio: 'pipe' });
    gpg('--passphrase', '', '--quick-generate-key', 'test@trialogue.example', 'ed25519', 'sign', '1d');
    try {
      const path = join(folder, 'a.deb');
      const signature = await signBeside(path, 'test@trialogue.example', home);
      expect(() => gpg('--verify', signature, path)).not.toThrow();
      expect(() => gpg('--verify', signature, join(folder, 'b.exe'))).toThrow('BAD signature');
    } finally {
      execFileSync('gpgconf', ['--homedir', home, '--kill', 'all']);
    }
  });
});
