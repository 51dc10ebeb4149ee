import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { PAGE_V8_FLAGS } from '#shared/page-flags.ts';

import { browserArguments, chooseBrowser, type Machine } from './browser.ts';
import { createJsonLog } from './json-log.ts';
import { linkOpener } from './open-link.ts';
import { readOptions } from './options.ts';
import { watchWaking } from './wake.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'node-host-'));
});
afterEach(() => rm(folder, { recursive: true }));

const machine = (over: Partial<Machine>, ...paths: string[]): Machine => ({
  platform: 'linux',
  env: { DISPLAY: ':0', PATH: '/home/me/bin:/usr/bin' },
  isRoot: false,
  executable: (path) => paths.includes(path.replaceAll('\\', '/')),
  ...over,
});

const choose = (...paths: string[]) => chooseBrowser(machine({}, ...paths));
const lines = async (file: string) =>
  (await readFile(file, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);

describe('options of the node host', () => {
  const base = ['--data-dir', '/d', '--server', 'http://127.0.0.1:8787/'];
  const read = (...more: string[]) => readOptions([...base, ...more], 'secret', '/renderer');

  it('[HOST-7] reads the documented call', () => {
    expect(read('--port', '9000', '--no-open', '--email', 'a@b.example')).toEqual({
      dataDir: '/d',
      server: 'http://127.0.0.1:8787',
      port: 9000,
      open: false,
      rebuild: false,
      signIn: { email: 'a@b.example', password: 'secret' },
      rendererDir: '/renderer',
      development: null,
    });
    expect(read()).toMatchObject({ port: 0, open: true, rebuild: false, signIn: null });
    expect(read('--rebuild')).toMatchObject({ rebuild: true });
    expect(readOptions(['--help'], undefined, '')).toBe('help');
  });

  it.each([
    ['--data-dir', ['--server', 'http://a']],
    ['--server', ['--data-dir', 'd']],
    ['--port', [...base, '--port', '70000']],
    ['--port', [...base, '--port', '1e3']],
    ['--server', ['--data-dir', 'd', '--server', 'file:///etc/passwd']],
    ['--server', ['--data-dir', 'd', '--server', 'http://u:p@a']],
    ['--nonsense', [...base, '--nonsense']],
    ['stray', [...base, 'stray']],
  ])('[HOST-7] names %s when it is wrong', (name, argv) => {
    expect(() => readOptions(argv, undefined, '')).toThrow(name);
  });

  it('[HOST-7] wants the password from the environment alone', () => {
    expect(() => readOptions([...base, '--email', 'a@b.example'], undefined, '')).toThrow('TRIALOGUE_PASSWORD');
  });
});

describe('the choice of a browser', () => {
  it('[HOST-9] takes Chrome before Chromium before Edge, from PATH and the usual places', () => {
    expect(choose('/usr/bin/chromium', '/usr/bin/google-chrome')).toEqual({ kind: 'window', path: '/usr/bin/google-chrome' });
    expect(choose('/home/me/bin/chromium')).toEqual({ kind: 'window', path: '/home/me/bin/chromium' });
    expect(choose('/snap/bin/chromium')).toEqual({ kind: 'window', path: '/snap/bin/chromium' });
  });

  it('[HOST-9] finds the apps of macOS and Windows', () => {
    const mac = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
    expect(chooseBrowser(machine({ platform: 'darwin', env: {} }, mac))).toEqual({ kind: 'window', path: mac });
    const edge = 'C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe';
    const windows = machine({ platform: 'win32', env: { 'ProgramFiles(x86)': 'C:/Program Files (x86)' } }, edge);
    expect(chooseBrowser(windows)).toEqual({ kind: 'window', path: edge });
  });

  it('[HOST-9] says why there is no window', () => {
    expect(chooseBrowser(machine({ env: {} }, '/usr/bin/chromium'))).toEqual({ kind: 'address', why: 'there is no display' });
    expect(chooseBrowser(machine({}))).toMatchObject({ kind: 'address', why: expect.stringContaining('Edge') });
  });

  it('[HOST-9] keeps the sandbox except for root, who can’t start with it', () => {
    expect(browserArguments('http://a/', '/p', false)).not.toContain('--no-sandbox');
    expect(browserArguments('http://a/', '/p', true)).toContain('--no-sandbox');
    expect(browserArguments('http://a/', '/p', false)).toEqual(
      expect.arrayContaining(['--app=http://a/', '--user-data-dir=/p', `--js-flags=${PAGE_V8_FLAGS}`]),
    );
  });
});

describe('waking up', () => {
  it('[HOST-13] is seen by a timer that comes much too late, and by no other', () => {
    vi.useFakeTimers();
    let now = 0;
    const onWake = vi.fn<() => void>();
    const stop = watchWaking(() => now, onWake);
    const pass = (ms: number) => {
      now += ms;
      vi.advanceTimersByTime(15_000);
    };
    for (const ms of [15_000, 15_400, 40_000]) pass(ms);
    expect(onWake).not.toHaveBeenCalled();
    pass(3_600_000);
    pass(15_000);
    expect(onWake).toHaveBeenCalledTimes(1);
    stop();
    pass(3_600_000);
    expect(onWake).toHaveBeenCalledTimes(1);
    vi.useRealTimers();
  });
});

describe('opening links', () => {
  it('[HOST-12] hands the link over as one argument, to no shell', () => {
    const url = 'https://a.example/?a=1&b=$(x)';
    for (const platform of ['linux', 'darwin', 'win32'] as const) expect(linkOpener(platform, url)[1].at(-1)).toBe(url);
  });
});

describe('the log', () => {
  it('[HOST-11] writes JSON lines and starts a new file when one is full', async () => {
    const path = join(folder, 'app.log');
    const log = createJsonLog(path, () => 0, expect.unreachable, 300);
    for (let n = 0; n < 10; n++) log.info('sync.done', { n, event: 'forged', level: 'forged' });
    const newest = await lines(path);
    expect(newest.at(-1)).toEqual({ n: 9, at: '1970-01-01T00:00:00.000Z', level: 'info', event: 'sync.done' });
    expect((await stat(path)).size).toBeLessThanOrEqual(300);
    expect((await lines(`${path}.1`)).length).toBeGreaterThan(0);
    expect((await readdir(folder)).length).toBe(2);
  });

  it('[HOST-11] complains once when it can’t be written, and stops nothing', () => {
    const complaints: string[] = [];
    const log = createJsonLog(
      join(folder, 'absent/app.log'),
      () => 0,
      (words) => complaints.push(words),
    );
    log.error('a');
    log.error('b');
    expect(complaints).toHaveLength(1);
  });
});
