import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { Log } from '#core/platform.ts';
import { createSecretsFile } from '#core/secrets-file.ts';

import { electronPlatform, type PlatformParts } from './platform.ts';
import { createShellLog } from './shell-log.ts';
import { readDevelopment } from './sign-in.ts';
import { type SystemStore, systemSeal } from './system-seal.ts';

const warnings: unknown[] = [];
const log: Log = { info: () => undefined, warn: (event, fields) => void warnings.push([event, fields]), error: () => undefined };
beforeEach(() => void (warnings.length = 0));

/** A keyring whose key can change under the app. */
function keyring(over: { key?: string; available?: boolean; backend?: 'basic_text' | 'kwallet' } = {}) {
  const state = { key: 'one', rotated: false };
  if (over.key) state.key = over.key;
  const store: SystemStore = {
    isAsyncEncryptionAvailable: async () => over.available ?? true,
    getSelectedStorageBackend: () => over.backend ?? 'kwallet',
    encryptStringAsync: async (text) => Buffer.from(`${state.key}|${text}`).map((byte) => byte ^ 0x55) as Buffer,
    decryptStringAsync: async (bytes) => {
      const [key, text] = Buffer.from(bytes.map((byte) => byte ^ 0x55))
        .toString()
        .split('|');
      if (key !== state.key) throw new Error('Error while decrypting the ciphertext');
      return { result: text!, shouldReEncrypt: state.rotated };
    },
  };
  return { store, state };
}

describe('secrets with the system’s store', () => {
  let path: string;
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'seal-'));
    path = join(folder, 'secrets.json');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('[SHELL-6] stand sealed on the disk', async () => {
    const { seal, secure } = await systemSeal(keyring().store, 'linux', log);
    const secrets = createSecretsFile(path, seal, log);
    await secrets.write('refresh', 'the-token');
    expect(await readFile(path, 'utf8')).not.toContain('the-token');
    expect([await secrets.read('refresh'), secure, warnings]).toEqual(['the-token', true, []]);
  });

  it('[SHELL-6] mean signed out when the keyring changed, and are kept aside', async () => {
    const first = await systemSeal(keyring().store, 'darwin', log);
    await createSecretsFile(path, first.seal, log).write('refresh', 'the-token');
    const second = await systemSeal(keyring({ key: 'two' }).store, 'darwin', log);
    expect(await createSecretsFile(path, second.seal, log).read('refresh')).toBeNull();
    expect(await readFile(`${path}.unreadable`, 'utf8')).toContain('refresh');
  });

  it('[SHELL-6] are said to be unprotected where nothing protects them', async () => {
    expect((await systemSeal(keyring({ backend: 'basic_text' }).store, 'linux', log)).secure).toBe(false);
    expect((await systemSeal(keyring({ backend: 'basic_text' }).store, 'darwin', log)).secure).toBe(true);
    const none = await systemSeal(keyring({ available: false }).store, 'linux', log);
    expect(none.secure).toBe(false);
    expect(warnings).toEqual([
      ['secrets.no-store', { backend: 'basic_text' }],
      ['secrets.no-store', { backend: 'none' }],
    ]);
    const secrets = createSecretsFile(path, none.seal, log);
    await secrets.write('refresh', 'the-token');
    expect(await secrets.read('refresh')).toBe('the-token');
    // Once there is a keyring, the same file is sealed at the next read.
    const { seal } = await systemSeal(keyring().store, 'linux', log);
    expect(await createSecretsFile(path, seal, log).read('refresh')).toBe('the-token');
    expect(await readFile(path, 'utf8')).not.toContain('the-token');
  });

  it('[SHELL-6] are sealed again when the system has a new key', async () => {
    const { store, state } = keyring();
    const { seal } = await systemSeal(store, 'linux', log);
    const secrets = createSecretsFile(path, seal, log);
    await secrets.write('refresh', 'the-token');
    const before = await readFile(path, 'utf8');
    state.rotated = true;
    const encrypt = store.encryptStringAsync;
    store.encryptStringAsync = (text) => ((state.key = 'two'), encrypt(text));
    expect(await secrets.read('refresh')).toBe('the-token');
    expect(await readFile(path, 'utf8')).not.toBe(before);
    state.rotated = false;
    expect(await secrets.read('refresh')).toBe('the-token');
  });
});

describe('the platform', () => {
  const calls: unknown[] = [];
  const parts = (platform: NodeJS.Platform): PlatformParts => ({
    app: { getVersion: () => '1.2.3', setBadgeCount: (count) => calls.push(count) > 0 },
    shell: { openExternal: async (url) => void calls.push(url) },
    platform,
    dataDir: '/d',
    deviceName: 'mine',
    secrets: { read: async () => null, write: async () => undefined, remove: async () => undefined },
    secure: true,
    notifications: { notify: () => undefined, withdraw: () => undefined },
    prepare: async () => undefined,
    onUnread: (unread) => void calls.push({ unread }),
    languages: () => [],
    settingsAre: () => undefined,
    startup: null,
    saveFile: async () => ({ kind: 'saved' }),
    exportWorker: new URL('file:///worker.js'),
    log,
  });
  beforeEach(() => void (calls.length = 0));

  it('[NOTIFY-3] counts on the icon where the system can', () => {
    for (const platform of ['linux', 'darwin', 'win32'] as const) electronPlatform(parts(platform)).setBadge(4);
    expect(calls).toEqual([4, { unread: 4 }, 4, { unread: 4 }, { unread: 4 }]);
  });

  it('[DESK-1] says what each system can, and starts there with what is usual', () => {
    const [linux, mac, windows] = (['linux', 'darwin', 'win32'] as const).map((platform) => electronPlatform(parts(platform)));
    expect(windows!.capabilities).toEqual({
      notifications: 'host',
      badge: true,
      secretStore: true,
      tray: true,
      startAtLogin: false,
      spellCheck: 'fetched',
    });
    expect(mac!.capabilities).toMatchObject({ tray: false, spellCheck: 'system' });
    expect([linux!.usual, mac!.usual, windows!.usual]).toEqual([
      { closeToTray: false, spellCheck: false },
      { closeToTray: false, spellCheck: true },
      { closeToTray: false, spellCheck: false },
    ]);
    const startup = { read: async () => false, set: async () => undefined };
    const installed = electronPlatform({ ...parts('win32'), startup });
    expect([installed.usual?.closeToTray, installed.capabilities.startAtLogin]).toEqual([true, true]);
  });

  it('[SHELL-4] opens no link but web, mail and telephone', async () => {
    const platform = electronPlatform(parts('linux'));
    for (const url of ['file:///etc/passwd', 'javascript:x', 'smb://x', ' https://a', 'ms-msdt:x', '']) {
      await expect(platform.openLink(url)).rejects.toThrow('Only web');
    }
    await platform.openLink('https://a.example/');
    expect(calls).toEqual(['https://a.example/']);
  });

  it('[SHELL-9] takes a sign-in from the environment in the checkout alone', () => {
    const env = {
      TRIALOGUE_DATA_DIR: '/d',
      TRIALOGUE_SERVER: 'http://s',
      TRIALOGUE_EMAIL: 'a@b',
      TRIALOGUE_PASSWORD: 'p',
      TRIALOGUE_POLICIES_DIR: '/p',
    };
    expect(readDevelopment(false, env)).toEqual({
      dataDir: '/d',
      server: 'http://s',
      signIn: { email: 'a@b', password: 'p' },
      policiesDir: '/p',
    });
    expect(readDevelopment(true, env)).toEqual({ dataDir: null, server: '', signIn: null, policiesDir: null });
    expect(readDevelopment(false, {})).toEqual({ dataDir: null, server: '', signIn: null, policiesDir: null });
  });

  it('[SHELL-10] logs lines of JSON to its file alone', () => {
    const lines: unknown[] = [];
    const write = (line: unknown) => void lines.push(line);
    const transports = { file: {}, console: {}, ipc: {}, remote: {} } as never as {
      console: { level: unknown };
      file: { resolvePathFn: () => string };
    };
    const shellLog = createShellLog({ transports, info: write, warn: write, error: write } as never, '/d/app.log', () => 0);
    shellLog.warn('sync.late', { ms: 3, event: 'forged' });
    expect(JSON.parse(String(lines[0]))).toEqual({ ms: 3, at: '1970-01-01T00:00:00.000Z', level: 'warn', event: 'sync.late' });
    expect([transports.console.level, transports.file.resolvePathFn()]).toEqual([false, '/d/app.log']);
  });
});
