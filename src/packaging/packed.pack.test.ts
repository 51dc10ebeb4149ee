import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import { extractAll, extractFile } from '@electron/asar';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { FAMILIES } from '#transcript/fonts.ts';

import { archiveFiles, archiveText, headerHash } from './testing/archive.ts';
import { filesIn, pack, ROOT } from './testing/pack.ts';
import type { System } from './testing/placeholder.ts';

const folder = mkdtempSync(join(tmpdir(), 'packed-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Where things are in what each system gets. */
const LAYOUT: Record<System, { app: string; resources: string; program: string; languages: string[]; prebuilds: string[] }> = {
  linux: {
    app: 'linux-unpacked',
    resources: 'resources',
    program: 'trialogue',
    languages: ['locales/ar.pak', 'locales/en-US.pak', 'locales/fil.pak'],
    prebuilds: ['linux-x64.node'],
  },
  windows: {
    app: 'win-unpacked',
    resources: 'resources',
    program: 'Trialogue.exe',
    languages: ['locales/ar.pak', 'locales/en-US.pak', 'locales/fil.pak'],
    prebuilds: ['win32-x64.node'],
  },
  mac: {
    app: 'mac/Trialogue.app/Contents',
    resources: 'Resources',
    program: '..',
    languages: ['Resources/ar.lproj/locale.pak', 'Resources/en.lproj/locale.pak', 'Resources/fil.lproj/locale.pak'],
    prebuilds: ['darwin-arm64.node', 'darwin-x64.node'],
  },
};

/** How a fuse that is on is written. */
const ON = '1'.charCodeAt(0);
const FUSES = {
  RunAsNode: false,
  EnableCookieEncryption: true,
  EnableNodeOptionsEnvironmentVariable: false,
  EnableNodeCliInspectArguments: false,
  EnableEmbeddedAsarIntegrityValidation: true,
  OnlyLoadAppFromAsar: true,
  LoadBrowserProcessSpecificV8Snapshot: false,
  GrantFileProtocolExtraPrivileges: false,
} as const satisfies Partial<Record<keyof typeof FuseV1Options, boolean>>;

describe.each(['linux', 'windows', 'mac'] as const)('what is packed for %s', (system) => {
  const layout = LAYOUT[system];
  let app: string;
  let archive: string;
  beforeAll(async () => {
    app = join(await pack(system, folder, ['--dir']), layout.app);
    archive = join(app, layout.resources, 'app.asar');
  }, 120_000);

  it('[IT-1] the archive holds the built app and what it runs on, and nothing else', () => {
    const files = archiveFiles(archive);
    const tops = new Set(files.map((path) => path.split('/')[0]!));
    expect([...tops].toSorted()).toEqual(['node_modules', 'out', 'package.json', 'resources']);
    const modules = new Set(files.filter((path) => path.startsWith('node_modules/')).map((path) => path.split('/')[1]!));
    expect([...modules]).toEqual(['better-sqlite3']);
    expect(files).toEqual(expect.arrayContaining(['out/main/index.js', 'out/preload/index.cjs', 'out/renderer/index.html']));
    const strays = files.filter((path) =>
      /\.(map|ts|tsx|md|c|cc|cpp|h|gyp|env|pem|key|p12)$|(^|\/)(src|test|tests|deps|\.[^/]+)\//.test(path),
    );
    expect(strays).toEqual([]);
    expect(JSON.parse(archiveText(archive, 'package.json'))).toMatchObject({
      name: 'trialogue',
      desktopName: 'trialogue.desktop',
    });
    expect(JSON.parse(archiveText(archive, 'package.json'))).not.toHaveProperty('devDependencies');
  });

  it('[IT-5] of what is bundled nothing is the server’s or a test’s, and the words of each licence go along', () => {
    const bundled = ['app', 'page'].flatMap((part) =>
      Array.from(
        readFileSync(join(app, layout.resources, `licences/${part}.txt`), 'utf8').matchAll(/^=+\n(\S+)@\d\S* \(/gm),
        (match) => match[1]!,
      ),
    );
    expect(bundled).toEqual(
      expect.arrayContaining(['openid-client', 'yjs', 'ws', 'pdfkit', 'react', '@fontsource-variable/inter']),
    );
    const others =
      /^(@redis|@tus|@fastify|@node-rs|@sparticuz)\/|^(redis|prom-client|fastify|pg|pg-boss|pino|jose|sharp|commander|playwright|vitest|happy-dom|fast-check)$/;
    expect(bundled.filter((name) => others.test(name))).toEqual([]);
    // What can’t be bundled brings its own.
    expect(archiveFiles(archive)).toContain('node_modules/better-sqlite3/LICENSE');
  });

  it('[IT-1] one native module, for this system, beside the archive', () => {
    const unpacked = join(app, layout.resources, 'app.asar.unpacked');
    const native = [...filesIn(unpacked).keys()].filter((path) => path.endsWith('.node'));
    expect(native).toEqual(layout.prebuilds.map((name) => `node_modules/better-sqlite3/prebuilds/${name}`));
  });

  it('[IT-1] no secret, no path of the machine that built it, no address of a source map', () => {
    const secret =
      /-----BEGIN [A-Z ]*PRIVATE KEY-----\n\w|AKIA[0-9A-Z]{16}|ghp_[A-Za-z0-9]{36}|sourceMappingURL=(?!data:)\S+\.map/;
    const wrong = archiveFiles(archive)
      .filter((path) => /\.(c?js|json|html|css)$/.test(path) && path.startsWith('out/'))
      .flatMap((path) => {
        const text = archiveText(archive, path);
        const found = secret.exec(text)?.[0] ?? (text.includes(ROOT) ? ROOT : undefined);
        return found === undefined ? [] : [`${path}: ${found}`];
      });
    expect(wrong).toEqual([]);
  });

  it('[IT-1] the fuses stand as they are said, each of them', async () => {
    const wire = await getCurrentFuseWire(join(app, layout.program));
    const state = Object.fromEntries(
      Object.keys(FUSES).map((name) => [name, Number(wire[FuseV1Options[name as keyof typeof FUSES]]) === ON]),
    );
    expect(state).toEqual(FUSES);
  });

  it('[IT-1] only the languages that the app has', () => {
    const locales = [...filesIn(app).keys()].filter(
      (path) => path.endsWith('.pak') && /locales\/|\.lproj\//.test(path) && !path.includes('Framework'),
    );
    expect(locales.toSorted()).toEqual(layout.languages);
  });

  it('[IT-1] the app’s own part stays small', () => {
    const size = statSync(archive).size;
    expect(size).toBeGreaterThan(500_000);
    expect(size).toBeLessThan(20_000_000);
    // Most of it is what a PDF is written with: each file is one of a table of ranges, of the weights that are asked for.
    const fonts = archiveFiles(archive).filter((path) => path.startsWith('out/main/fonts/') && path.includes('.'));
    const known = new RegExp(
      `^out/main/fonts/(${FAMILIES.map(({ name }) => name).join('|')})/(unicode\\.json|files/.+-[47]00-normal\\.woff)$`,
    );
    expect(fonts.filter((path) => !known.test(path))).toEqual([]);
    const bytes = fonts.reduce((sum, path) => sum + extractFile(archive, path).length, 0);
    expect(bytes).toBeLessThan(11_000_000);
    expect(size - bytes).toBeLessThan(7_000_000);
  });
});

describe('what is packed for the other processor', () => {
  it.each([
    ['linux', ['linux-arm64.node']],
    ['windows', ['win32-arm64.node']],
    ['mac', LAYOUT.mac.prebuilds],
  ] as const)('[IT-1] %s: its own native module, and no other', { timeout: 120_000 }, async (system, prebuilds) => {
    const output = await pack(system, join(folder, 'arm'), ['--dir'], [], 'arm64');
    const native = [...filesIn(output).keys()].filter((path) => path.endsWith('.node')).map((path) => basename(path));
    expect(native).toEqual(prebuilds);
  });
});

describe.runIf(process.platform === 'linux' && process.arch === 'x64')('what runs of it here', () => {
  it('[IT-1] what is packed of the native module is enough to open a database', () => {
    const resources = join(folder, 'packed-linux', LAYOUT.linux.app, 'resources');
    const opened = join(folder, 'opened');
    extractAll(join(resources, 'app.asar'), opened);
    const program = `const Database = require('better-sqlite3'); console.log(new Database(':memory:').prepare('SELECT 1 + 1 AS two').get().two)`;
    expect(execFileSync(process.execPath, ['-e', program], { cwd: opened, encoding: 'utf8' })).toBe('2\n');
  });
});

describe('what a system reads of the app', () => {
  it('[IT-1] macOS: name, link scheme, oldest system, and the archive’s hash', () => {
    const contents = join(folder, 'packed-mac', LAYOUT.mac.app);
    const info = readFileSync(join(contents, 'Info.plist'), 'utf8');
    const value = (key: string): string | undefined =>
      new RegExp(`<key>${key}</key>\\s*<string>([^<]*)</string>`).exec(info)?.[1];
    expect(value('CFBundleIdentifier')).toBe('app.trialogue.desktop');
    expect(value('CFBundleName')).toBe('Trialogue');
    expect(value('LSMinimumSystemVersion')).toBe('13.0');
    expect(value('CFBundleIconFile')).toBe('icon.icns');
    expect(info).toMatch(/<key>CFBundleURLSchemes<\/key>\s*<array>\s*<string>trialogue<\/string>/);
    expect(value('hash')).toBe(headerHash(join(contents, 'Resources/app.asar')));
    expect(existsSync(join(contents, 'Resources/icon.icns'))).toBe(true);
  });

  it('[IT-1] Windows: the archive’s hash stands in the program', () => {
    const unpacked = join(folder, 'packed-windows', LAYOUT.windows.app);
    const program = readFileSync(join(unpacked, 'Trialogue.exe'));
    expect(program.includes(`"value":"${headerHash(join(unpacked, 'resources/app.asar'))}"`)).toBe(true);
  });
});
