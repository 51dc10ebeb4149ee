import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { signingOf } from './release/signing.ts';
import { pack } from './testing/pack.ts';

const hasRpm = spawnSync('rpmbuild', ['--version']).status === 0;

const folder = mkdtempSync(join(tmpdir(), 'rpm-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.runIf(hasRpm)('the package for Fedora and its like', () => {
  let rpm: string;
  const ask = (...args: string[]): string[] =>
    execFileSync('rpm', ['--dbpath', folder, '-qp', ...args, rpm], { encoding: 'utf8' })
      .trim()
      .split('\n');
  beforeAll(async () => {
    const output = await pack('linux', folder, ['rpm'], signingOf('linux', {}).changes);
    rpm = join(
      output,
      readdirSync(output).find((file) => file.endsWith('.rpm'))!,
    );
  }, 120_000);

  it('[IT-1] says what it is, what it needs, and that nobody signed it', () => {
    expect(rpm).toMatch(/\/Trialogue-\d+\.\d+\.\d+-unsigned-linux-x86_64\.rpm$/);
    const [about] = ask('--queryformat', '%{NAME} %{ARCH} %{LICENSE} %{PACKAGER}\n');
    expect(about).toMatch(/^trialogue x86_64 MIT Trialogue contributors <.+@.+>$/);
    const needs = ask('--requires');
    for (const library of ['gtk3', 'libnotify', 'nss', '(libsecret or libsecret-1-0)']) expect(needs).toContain(library);
  });

  it('[IT-1] puts its files where desktops look, of root alone, and only the program to be started', () => {
    const files = ask('--queryformat', '[%{FILEMODES:perms} %{FILEUSERNAME} %{FILEGROUPNAME} %{FILENAMES}\n]').map((line) => {
      const [mode = '', user, group, ...path] = line.split(' ');
      return { mode, owner: `${user} ${group}`, path: path.join(' ') };
    });
    const own = files.filter(({ path }) => !path.startsWith('/opt/Trialogue'));
    const icons = [16, 24, 32, 48, 64, 128, 256, 512].map(
      (size) => `/usr/share/icons/hicolor/${size}x${size}/apps/trialogue.png`,
    );
    expect(own.map(({ path }) => path).toSorted()).toEqual(['/usr/share/applications/trialogue.desktop', ...icons].toSorted());
    expect(files.filter(({ owner }) => owner !== 'root root')).toEqual([]);
    expect(files.filter(({ mode }) => /^.{5}w|^.{8}w|s/.test(mode))).toEqual([]);
    const programs = files.filter(({ mode }) => /^-..x/.test(mode)).map(({ path }) => path);
    expect(programs).toEqual(['/opt/Trialogue/trialogue']);
  });

  it('[IT-1] links the program when it is put in, and takes that away with the last version alone', () => {
    const scripts = ask('--scripts').join('\n');
    const [put, gone] = scripts.split(/postuninstall scriptlet.*\n/);
    expect(put).toContain("update-alternatives --install '/usr/bin/trialogue'");
    // rpm has its own signs for variables in scripts: none of them may have been filled in or left over.
    expect(scripts).not.toContain('%');
    const stub = join(folder, 'stub');
    mkdirSync(stub);
    writeFileSync(join(stub, 'update-alternatives'), '#!/bin/sh\necho "$@"\n', { mode: 0o755 });
    // How many versions are left: one after an upgrade, none after a removal. dpkg says it in words.
    const said = ['1', 'upgrade', '0', 'remove'].map((left) =>
      execFileSync('bash', ['-c', gone!, 'postun', left], { encoding: 'utf8', env: { PATH: `${stub}:/usr/bin:/bin` } }),
    );
    const removed = '--remove trialogue /opt/Trialogue/trialogue\n';
    expect(said).toEqual(['', '', removed, removed]);
  });
});
