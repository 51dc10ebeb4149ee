import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { addressChanges } from './release/address.ts';
import { signingOf } from './release/signing.ts';
import { filesIn, pack } from './testing/pack.ts';

const hasDpkg = existsSync('/usr/bin/dpkg-deb');
/** It changes the machine that the tests run on: only where that is asked for, as root. */
const mayInstall = hasDpkg && process.env['TRIALOGUE_INSTALL_DEB'] === '1' && process.getuid?.() === 0;

const folder = mkdtempSync(join(tmpdir(), 'deb-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.runIf(hasDpkg)('the package for Debian and Ubuntu', () => {
  let deb: string;
  const opened = join(folder, 'opened');
  const field = (name: string): string => execFileSync('dpkg-deb', ['--field', deb, name], { encoding: 'utf8' }).trim();
  beforeAll(async () => {
    const output = await pack(
      'linux',
      folder,
      ['deb'],
      [...signingOf('linux', {}).changes, ...addressChanges('https://files.example.com/trialogue')],
    );
    const name = readdirSync(output).find((file) => file.endsWith('.deb'));
    deb = join(output, name!);
    execFileSync('dpkg-deb', ['--extract', deb, opened]);
  }, 120_000);

  it('[IT-1] says what it is, and that nobody signed it', () => {
    expect(deb).toMatch(/\/Trialogue-\d+\.\d+\.\d+-unsigned-linux-amd64\.deb$/);
    expect(field('Package')).toBe('trialogue');
    expect(field('Architecture')).toBe('amd64');
    expect(field('Version')).toMatch(/^\d+\.\d+\.\d+$/);
    for (const library of ['libgtk-3-0', 'libnss3', 'libsecret-1-0', 'libnotify4']) expect(field('Depends')).toContain(library);
    expect(field('Maintainer')).toMatch(/^Trialogue contributors <.+@.+>$/);
  });

  it('[IT-3] knows where newer versions are, and leaves a file for each channel beside it', () => {
    const configuration = readFileSync(join(opened, 'opt/Trialogue/resources/app-update.yml'), 'utf8');
    expect(parse(configuration)).toMatchObject({
      provider: 'generic',
      url: 'https://files.example.com/trialogue',
      channel: 'latest',
    });
    for (const channel of ['latest', 'beta']) {
      const file = parse(readFileSync(join(dirname(deb), `${channel}-linux.yml`), 'utf8')) as {
        version: string;
        files: { url: string; sha512: string }[];
      };
      expect(file.version).toBe(field('Version'));
      const sha512 = createHash('sha512').update(readFileSync(deb)).digest('base64');
      expect(file.files).toContainEqual(expect.objectContaining({ url: basename(deb), sha512 }));
    }
  });

  it('[IT-1] puts the program, its entry in the menu and its icons where desktops look, and nothing else anywhere', () => {
    const files = [...filesIn(opened).keys()];
    const outside = files.filter((path) => !path.startsWith('opt/Trialogue/'));
    const icons = [16, 24, 32, 48, 64, 128, 256, 512].map((size) => `usr/share/icons/hicolor/${size}x${size}/apps/trialogue.png`);
    expect(outside.filter((path) => !path.startsWith('usr/share/doc/')).toSorted()).toEqual(
      ['usr/share/applications/trialogue.desktop', ...icons].toSorted(),
    );
    expect(files).toContain('opt/Trialogue/trialogue');
  });

  it('[IT-1] its menu entry starts the program, takes links, and is known by the window', () => {
    const entry = readFileSync(join(opened, 'usr/share/applications/trialogue.desktop'), 'utf8');
    const lines = Object.fromEntries(entry.split('\n').flatMap((line) => (line.includes('=') ? [line.split(/=(.*)/s, 2)] : [])));
    expect(lines).toMatchObject({
      Name: 'Trialogue',
      Exec: '/opt/Trialogue/trialogue %U',
      Icon: 'trialogue',
      Type: 'Application',
      Terminal: 'false',
      MimeType: 'x-scheme-handler/trialogue;',
      Categories: 'Network;',
      StartupWMClass: 'trialogue',
    });
  });

  it('[IT-1] nobody but root may change a file of it, and only programs are programs', () => {
    const listed = execFileSync('dpkg-deb', ['--contents', deb], { encoding: 'utf8' }).trim().split('\n');
    expect(listed.filter((line) => !/ root\/root /.test(line))).toEqual([]);
    expect(listed.filter((line) => /^.{8}w/.test(line) && !line.startsWith('l'))).toEqual([]);
    const programs = listed.filter((line) => /^-..x/.test(line)).map((line) => line.split(/\s+/).at(-1));
    expect(programs).toEqual(['./opt/Trialogue/trialogue']);
  });

  it.runIf(mayInstall)('[IT-1] is installed, and leaves nothing when it is removed', () => {
    // Its libraries are no part of the question, and not on every machine that builds.
    execFileSync('dpkg', ['--install', '--force-depends', deb]);
    try {
      // Over the one before, as a newer version comes.
      execFileSync('dpkg', ['--install', '--force-depends', deb]);
      expect(statSync('/opt/Trialogue/trialogue').mode & 0o111).toBe(0o111);
      expect(existsSync('/usr/bin/trialogue')).toBe(true);
      expect(existsSync('/usr/share/applications/trialogue.desktop')).toBe(true);
      // What the sandbox starts with where the kernel lets no user make namespaces.
      expect([0o755, 0o4755]).toContain(statSync('/opt/Trialogue/chrome-sandbox').mode & 0o7777);
    } finally {
      execFileSync('dpkg', ['--purge', 'trialogue']);
    }
    for (const path of ['/opt/Trialogue', '/usr/bin/trialogue', '/usr/share/applications/trialogue.desktop']) {
      expect(existsSync(path), path).toBe(false);
    }
  });
});
