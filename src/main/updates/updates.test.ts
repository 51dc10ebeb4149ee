import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { NodeHttpExecutor } from 'builder-util';
import { configureRequestUrl, type DownloadOptions } from 'builder-util-runtime';
import electronUpdater, { type AppUpdater } from 'electron-updater';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';

import type { LogFields } from '#core/platform.ts';
import { LANGUAGES } from '#shared/languages.ts';
import { NO_POLICIES, type PoliciesView, type PolicyName } from '#shared/policies.ts';

import { shellWords, updateWords } from '../words.ts';
import { type Installation, updateWay } from './install-kind.ts';
import { startUpdates, type Updater, type UpdatesParts } from './updates.ts';

const folder = mkdtempSync(join(tmpdir(), 'updates-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function enforced(values: Partial<Record<PolicyName, string | boolean>>): PoliciesView {
  return {
    entries: NO_POLICIES.entries.map(({ name }) => {
      const value = values[name];
      return { name, set: value === undefined ? null : { value, level: 'enforced', where: 'here' } };
    }),
    problems: [],
  };
}

/** A plain web server with the files of channels, as a release leaves them. */
const files = new Map<string, string>();
const asked: string[] = [];
let server: Server;
let address: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    // The library asks for the file of the system that the test runs on.
    const path = URL.parse(request.url ?? '', 'http://localhost')!.pathname.replace(/-(linux|mac)(-\w+)?(?=\.yml$)/, '');
    asked.push(path);
    const text = files.get(path);
    response.writeHead(text === undefined ? 404 : 200, { connection: 'close' }).end(text);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/desktop`;
});
afterAll(() => server.close());
const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
  files.clear();
  asked.length = 0;
});

function channelFile(version: string, more = ''): string {
  const name = `Trialogue-${version}-win-x64.exe`;
  return `version: ${version}\nfiles:\n  - url: ${name}\n    sha512: AAAA\n    size: 1\npath: ${name}\nsha512: AAAA\n${more}releaseDate: '2026-11-23T00:00:00.000Z'\n`;
}

/** The library's own way of fetching, over this machine's HTTP in place of Chromium's. */
class Fetching extends NodeHttpExecutor {
  download(url: URL, destination: string, options: DownloadOptions): Promise<string> {
    return options.cancellationToken.createPromise((resolve, reject, onCancel) => {
      const request = {};
      configureRequestUrl(url, request);
      const callback = (error: Error | null): void => (error ? reject(error) : resolve(destination));
      this.doDownload(request, { destination, options, onCancel, callback, responseHandler: null }, 0);
    });
  }
}

/** electron-updater's own code for Windows, on this machine's HTTP. */
function realUpdater(version = '1.0.0'): AppUpdater {
  const updater = new electronUpdater.NsisUpdater(null, {
    version,
    name: 'trialogue',
    isPackaged: true,
    appUpdateConfigPath: join(folder, 'app-update.yml'),
    userDataPath: folder,
    baseCachePath: folder,
    whenReady: async () => undefined,
    relaunch: () => undefined,
    quit: () => undefined,
    onQuit: () => undefined,
  });
  updater.logger = null;
  Object.assign(updater, { httpExecutor: new Fetching() });
  return updater;
}

function start(changes: Partial<UpdatesParts>, updater = realUpdater()) {
  const told: string[] = [];
  const restarts: (() => void)[] = [];
  const lines: [string, LogFields | undefined][] = [];
  const note = (event: string, fields?: LogFields): void => void lines.push([event, fields]);
  const checked = vi.spyOn(updater, 'checkForUpdates');
  const { stop } = startUpdates({
    updater: () => updater,
    found: { way: 'notice', why: 'test' },
    hasAddress: false,
    policies: enforced({ UpdateAddress: address }),
    tell: (what, version, restart) => void (told.push(`${what} ${version}`), restarts.push(restart)),
    log: { info: note, warn: note, error: note },
    ...changes,
  });
  stops.push(stop);
  return { told, restarts, lines, updater, looked: () => checked.mock.results.at(-1)?.value as Promise<unknown> | undefined };
}

/** What becomes of a version whose file has another content than the one that was released. */
async function fetched(version: string, released: string, content: string) {
  const sha512 = createHash('sha512').update(released).digest('base64');
  files.set(`/desktop/Trialogue-${version}-win-x64.exe`, content);
  files.set(
    '/desktop/latest.yml',
    channelFile(version).replaceAll('AAAA', sha512).replace('size: 1', `size: ${released.length}`),
  );
  const updater = realUpdater();
  // Its blocks are compared with those of the installer that is here, which is none.
  updater.disableDifferentialDownload = true;
  const { told, lines, looked } = start({ found: { way: 'automatic', why: 'test' } }, updater);
  const { downloadPromise } = (await looked()) as { downloadPromise: Promise<unknown> };
  const end = await downloadPromise.then(
    () => 'fetched',
    (error: unknown) => (error as NodeJS.ErrnoException).code,
  );
  return { end, told, failed: lines.filter(([event]) => event === 'updates.failed').length };
}

describe('updates', () => {
  it('[IT-3] an installation for the machine gets a notice, once, and nothing is fetched', async () => {
    files.set('/desktop/latest.yml', channelFile('1.1.0'));
    const { told, looked, updater } = start({});
    await looked();
    await updater.checkForUpdates();
    expect(told).toEqual(['elsewhere 1.1.0']);
    expect([updater.autoDownload, updater.autoInstallOnAppQuit]).toEqual([false, false]);
    expect(asked.filter((path) => !path.endsWith('.yml'))).toEqual([]);
  });

  it('[IT-3] one for a person is fetched, and put in when the app is closed or the person asks for it, never before', () => {
    const { updater } = start({ found: { way: 'automatic', why: 'test' } });
    expect([updater.autoDownload, updater.autoInstallOnAppQuit]).toEqual([true, true]);
    const install = vi.spyOn(updater, 'quitAndInstall').mockReturnValue();
    const { told, restarts } = start({ found: { way: 'automatic', why: 'test' } }, updater);
    updater.emit('update-downloaded', { version: '1.1.0' } as never);
    expect(told).toEqual(['ready 1.1.0']);
    expect(install).not.toHaveBeenCalled();
    restarts[0]!();
    // Without a window of the installer, and into the app again.
    expect(install.mock.calls).toEqual([[true, true]]);
  });

  it('[IT-3] says which version it is in each language, and what becomes of it', () => {
    const said = LANGUAGES.flatMap((language) =>
      (['ready', 'elsewhere'] as const).map((what) => updateWords(shellWords(language), what, '1.1.0')),
    );
    expect(said.filter(({ title }) => !title.includes('1.1.0') || title.includes('#'))).toEqual([]);
    expect(new Set(said.map(({ body }) => body)).size).toBe(LANGUAGES.length * 2);
  });

  it('[IT-3] follows its channel, and never goes back', async () => {
    files.set('/desktop/latest.yml', channelFile('0.9.0'));
    files.set('/desktop/beta.yml', channelFile('1.2.0-beta.1'));
    const stable = start({});
    await stable.looked();
    expect([stable.told, stable.updater.allowDowngrade]).toEqual([[], false]);
    const beta = start({ policies: enforced({ UpdateAddress: address, UpdateChannel: 'beta' }) });
    await beta.looked();
    expect([beta.told, beta.updater.allowDowngrade]).toEqual([['elsewhere 1.2.0-beta.1'], false]);
    const back = start({}, realUpdater('1.2.0-beta.1'));
    await back.looked();
    expect(back.told).toEqual([]);
  });

  it('[IT-3] a staged version is given to its part of the machines', async () => {
    files.set('/desktop/latest.yml', channelFile('1.1.0', 'stagingPercentage: 0\n'));
    const nobody = start({});
    await nobody.looked();
    expect(nobody.told).toEqual([]);
    files.set('/desktop/latest.yml', channelFile('1.1.0', 'stagingPercentage: 100\n'));
    const all = start({});
    await all.looked();
    expect(all.told).toEqual(['elsewhere 1.1.0']);
  });

  it('[IT-3] a machine keeps its place in the queue, and the percentage says who is let in', async () => {
    files.set('/desktop/latest.yml', channelFile('1.1.0', 'stagingPercentage: 10\n'));
    const told: number[] = [];
    // The library throws the dice once for a machine, and keeps what fell; the end of it is the place.
    for (const [index, place] of ['00000000', '18000000', '1b000000', 'ffffffff'].entries()) {
      writeFileSync(join(folder, '.updaterId'), `0190b6a0-0000-4000-8000-0000${place}`);
      const one = start({});
      await one.looked();
      if (one.told.length > 0) told.push(index);
    }
    rmSync(join(folder, '.updaterId'));
    expect(told).toEqual([0, 1]);
  });

  it('[IT-3] what comes is held against the hash in its channel’s file, and refused where it is another', async () => {
    writeFileSync(join(folder, 'app-update.yml'), `provider: generic\nurl: ${address}\nupdaterCacheDirName: updates\n`);
    expect(await fetched('1.1.0', 'a program', 'a program')).toEqual({ end: 'fetched', told: ['ready 1.1.0'], failed: 0 });
    expect(await fetched('1.2.0', 'a newer program', 'somebody else’s')).toMatchObject({
      end: 'ERR_CHECKSUM_MISMATCH',
      told: [],
    });
  });

  it('[IT-3] off by policy, in a checkout and without an address, nothing is asked, nor the library loaded', () => {
    for (const [changes, why] of [
      [{ policies: enforced({ UpdatesEnabled: false, UpdateAddress: address }) }, 'by policy'],
      [{ found: { way: 'off', why: 'a checkout' } }, 'a checkout'],
      [{ policies: NO_POLICIES }, 'no address'],
    ] as const) {
      const updater = vi.fn<() => Updater>();
      const { lines } = start({ ...changes, updater });
      expect([lines, updater.mock.calls]).toEqual([[['updates.off', { why }]], []]);
    }
    expect(asked).toEqual([]);
  });

  it('[IT-3] a server that is away, or has nonsense, stops nothing', async () => {
    const away = start({});
    await expect(away.looked()).rejects.toThrow('404');
    files.set('/desktop/latest.yml', 'version: [');
    const nonsense = start({});
    await expect(nonsense.looked()).rejects.toThrow('Cannot parse');
    expect([...away.lines, ...nonsense.lines].filter(([event]) => event === 'updates.failed')).toHaveLength(2);
    expect([...away.told, ...nonsense.told]).toEqual([]);
  });
});

function installation(changes: Partial<Installation>): Installation {
  return {
    platform: 'win32',
    packaged: true,
    execPath: 'C:\\Users\\ana\\AppData\\Local\\Programs\\trialogue\\Trialogue.exe',
    signed: true,
    configuration: 'provider: generic\npublisherName:\n  - Harbor Inc\n',
    exists: () => true,
    writable: () => true,
    ...changes,
  };
}

describe('what may be done about a newer version', () => {
  it('[IT-3] only what one person installed, and what is signed, changes by itself', () => {
    expect(updateWay(installation({})).way).toBe('automatic');
    expect(updateWay(installation({ exists: () => false }))).toEqual({ way: 'notice', why: 'installed for the machine' });
    expect(updateWay(installation({ writable: () => false })).way).toBe('notice');
    expect(updateWay(installation({ configuration: 'provider: generic\n' }))).toEqual({ way: 'notice', why: 'not signed' });
    expect(updateWay(installation({ configuration: null })).way).toBe('notice');
    expect(updateWay(installation({ platform: 'linux' })).way).toBe('notice');
    expect(updateWay(installation({ packaged: false })).way).toBe('off');
  });

  it('[IT-3] asks about the folder of the program, and the Mac’s whole app', () => {
    const asked: string[] = [];
    const writable = (path: string): boolean => asked.push(path) > 0;
    updateWay(installation({ writable, exists: (path) => asked.push(path) > 0 }));
    const mac = installation({ platform: 'darwin', execPath: '/Applications/Trialogue.app/Contents/MacOS/Trialogue', writable });
    expect(updateWay(mac).way).toBe('automatic');
    expect(updateWay({ ...mac, writable: () => false }).way).toBe('notice');
    expect(updateWay({ ...mac, signed: false, writable: () => true })).toEqual({ way: 'notice', why: 'not signed' });
    expect(asked).toEqual([
      'C:\\Users\\ana\\AppData\\Local\\Programs\\trialogue\\Uninstall Trialogue.exe',
      'C:\\Users\\ana\\AppData\\Local\\Programs\\trialogue',
      '/Applications/Trialogue.app',
    ]);
  });
});
