import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';

import type { Core, CoreOptions, Platform } from '#core/platform.ts';
import type { Settings } from '#shared/app-views.ts';
import { NO_POLICIES } from '#shared/policies.ts';

/**
 * The entry file itself, against a fake of the calls that it makes: their order counts, since Electron takes some of them only
 * before it is ready, and a page must not load before its protocol is there.
 */
const fake = vi.hoisted(() => {
  const calls: string[] = [];
  const listeners = new Map<string, (...args: never[]) => void>();
  const call =
    (name: string, result?: unknown) =>
    (..._args: unknown[]) => {
      calls.push(name);
      return result;
    };
  const on = (scope: string) => (event: string, listener: (...args: never[]) => void) =>
    void listeners.set(`${scope}.${event}`, listener);
  const windows: object[] = [];
  const state = { lock: true, packaged: false, userData: '', appPath: '', ready: Promise.resolve() };
  class BrowserWindow {
    webContents = {
      setWindowOpenHandler: call('guard'),
      on: on('contents'),
      reload: call('reload'),
      setZoomFactor: call('zoom'),
    };
    setOverlayIcon = call('overlay');
    isDestroyed = () => false;
    on = on('window');
    once = on('window');
    show = call('window.show');
    focus = call('window.focus');
    isMinimized = () => false;
    maximize = call('maximize');
    loadURL = async (url: string) => void calls.push(`load ${url}`);
    constructor(options: object) {
      windows.push(options);
      calls.push('window');
    }
  }
  class Tray {
    setImage = call('tray.image');
    setToolTip = call('tray.tip');
    setContextMenu = call('tray.menu');
    on = on('tray');
  }
  // oxlint-disable-next-line typescript/no-extraneous-class -- what is asked of the real one
  class Notification {
    static remove = call('notification.remove');
    static getHistory = async () => [];
    static handleActivation = (callback: (...args: never[]) => void) => void listeners.set('notification.activation', callback);
  }
  const electron = {
    app: {
      get isPackaged() {
        return state.packaged;
      },
      setPath: (_name: string, path: string) => void (state.userData = path),
      getPath: () => state.userData,
      getAppPath: () => state.appPath,
      getVersion: () => '0.0.1',
      enableSandbox: call('enableSandbox'),
      commandLine: { appendSwitch: call('switch') },
      requestSingleInstanceLock: () => (calls.push('lock'), state.lock),
      whenReady: () => (calls.push('ready'), state.ready),
      setAsDefaultProtocolClient: call('default-client'),
      setBadgeCount: call('badge'),
      getLocale: () => 'en-GB',
      getPreferredSystemLanguages: () => ['en-GB'],
      getLoginItemSettings: () => ({ wasOpenedAtLogin: false }),
      setAppUserModelId: call('app-id'),
      setToastActivatorCLSID: call('clsid'),
      on: on('app'),
      quit: call('quit'),
      exit: call('exit'),
    },
    BrowserWindow,
    clipboard: { writeText: call('clipboard') },
    dialog: {},
    ipcMain: { on: on('ipc') },
    Menu: { setApplicationMenu: call('menu'), buildFromTemplate: () => ({}) },
    MessageChannelMain: call('channel'),
    nativeTheme: { shouldUseDarkColors: false },
    nativeImage: { createFromPath: () => ({}) },
    Notification,
    Tray,
    powerMonitor: { on: on('power') },
    protocol: { registerSchemesAsPrivileged: call('privileges'), handle: call('protocol') },
    safeStorage: { isAsyncEncryptionAvailable: async () => false },
    screen: { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] },
    session: {
      defaultSession: {
        setPermissionRequestHandler: call('permissions'),
        setPermissionCheckHandler: call('permissions'),
        setDevicePermissionHandler: call('permissions'),
        setSpellCheckerEnabled: call('spelling'),
        setSpellCheckerLanguages: call('spelling.languages'),
        availableSpellCheckerLanguages: ['en-GB'],
      },
    },
    shell: { openExternal: call('external') },
  };
  return { calls, listeners, windows, state, electron };
});
const core = vi.hoisted(() => ({ made: [] as unknown[], calls: [] as unknown[], closeToTray: false }));

vi.mock('electron', () => fake.electron);
vi.mock('electron-log/main', () => ({
  default: {
    transports: { file: {} },
    info: () => undefined,
    warn: (line: string) => void fake.calls.push(line),
    error: () => undefined,
  },
}));
vi.mock('#core/core.ts', () => ({
  createCore: async (platform: Platform, options: CoreOptions): Promise<Core> => {
    core.made.push({ platform, options });
    fake.calls.push('core');
    return {
      rebuilt: null,
      attach: () => undefined,
      file: async () => ({ path: '', type: '', name: '' }),
      addFile: async () => {
        throw new Error('no files here');
      },
      goTo: (place) => void core.calls.push(place),
      actOn: async (id, act) => void core.calls.push({ id, ...act }),
      menu: (command) => void core.calls.push(command),
      settings: () => ({ closeToTray: core.closeToTray }) as Settings,
      changeSettings: (change) => void core.calls.push(change),
      wake: () => void core.calls.push('wake'),
      signIn: async (email) => void core.calls.push(email),
      close: async () => void core.calls.push('close'),
    };
  },
}));

const folder = mkdtempSync(join(tmpdir(), 'shell-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function start(over: Partial<typeof fake.state> = {}): Promise<void> {
  Object.assign(fake.state, { lock: true, packaged: false, userData: folder, appPath: join(import.meta.dirname, '../..') }, over);
  await import('./index.ts');
}

const conversation = '0190b6a0-0000-7000-8000-00000000000a';
const tell = (name: string, ...args: unknown[]) => fake.listeners.get(name)!(...(args as never[]));

beforeEach(() => {
  vi.resetModules();
  for (const list of [fake.calls, fake.windows, core.made, core.calls]) list.length = 0;
  fake.listeners.clear();
  core.closeToTray = false;
  vi.stubEnv('TRIALOGUE_DATA_DIR', folder);
  vi.stubEnv('TRIALOGUE_POLICIES_DIR', folder);
});

describe('the Electron app', () => {
  it('[SHELL-1] sets its guards before anything is shown', async () => {
    await start();
    await vi.waitFor(() => expect(fake.calls).toContain('load app://trialogue/index.html'));
    const order = [
      'enableSandbox',
      'switch',
      'privileges',
      'lock',
      'ready',
      'permissions',
      'core',
      'protocol',
      'window',
      'guard',
    ];
    const places = [...order, 'load app://trialogue/index.html'].map((name) => fake.calls.indexOf(name));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places).not.toContain(-1);
    expect(fake.windows).toEqual([
      expect.objectContaining({ show: false, webPreferences: expect.objectContaining({ sandbox: true }) }),
    ]);
    expect(fake.calls).not.toContain('window.show');
    tell('window.ready-to-show');
    expect(fake.calls).toContain('window.show');
  });

  it('[SHELL-3] opens no second time', async () => {
    await start({ lock: false });
    expect(fake.calls).toContain('quit');
    expect([fake.windows, core.made]).toEqual([[], []]);
  });

  it('[SHELL-3] brings its window to the front when started again, and follows a link', async () => {
    await start();
    await vi.waitFor(() => expect(fake.listeners.has('power.resume')).toBe(true));
    tell('app.second-instance', {}, ['/app', `trialogue://c/${conversation}`]);
    await vi.waitFor(() => expect(fake.calls).toContain('window.focus'));
    expect(core.calls).toEqual([{ conversation, thread: 'all', seq: null }]);
    expect(fake.windows).toHaveLength(1);
  });

  it('[SHELL-8] follows a link that came before it was ready', async () => {
    const ready = Promise.withResolvers<void>();
    await start({ ready: ready.promise });
    const preventDefault = vi.fn<() => void>();
    tell('app.open-url', { preventDefault }, `trialogue://c/${conversation}`);
    tell('app.open-url', { preventDefault }, 'trialogue://c/nonsense');
    ready.resolve();
    await vi.waitFor(() => expect(core.calls).toEqual([{ conversation, thread: 'all', seq: null }]));
    expect(preventDefault).toHaveBeenCalledTimes(2);
  });

  it('[SHELL-8] is shown by the link that only opens it', async () => {
    await start();
    await vi.waitFor(() => expect(fake.listeners.has('power.resume')).toBe(true));
    tell('app.open-url', { preventDefault: () => undefined }, 'trialogue://open');
    await vi.waitFor(() => expect(fake.calls).toContain('window.focus'));
    expect(core.calls).toEqual([]);
  });

  it('[SHELL-9] signs in unattended from the checkout, and never when installed', async () => {
    vi.stubEnv('TRIALOGUE_SERVER', 'http://127.0.0.1:8787');
    vi.stubEnv('TRIALOGUE_EMAIL', 'ben@demo.example');
    vi.stubEnv('TRIALOGUE_PASSWORD', 'secret');
    await start();
    await vi.waitFor(() => expect(core.calls).toEqual(['ben@demo.example']));
    expect(core.made).toEqual([expect.objectContaining({ options: { server: 'http://127.0.0.1:8787', policies: NO_POLICIES } })]);
    expect(process.env['TRIALOGUE_PASSWORD']).toBeUndefined();
    vi.resetModules();
    vi.stubEnv('TRIALOGUE_PASSWORD', 'secret');
    await start({ packaged: true });
    await vi.waitFor(() => expect(core.made).toHaveLength(2));
    expect(core.made[1]).toMatchObject({ options: { server: '' } });
    await vi.waitFor(() => expect(fake.calls.filter((name) => name.startsWith('load'))).toHaveLength(2));
    expect(core.calls).toEqual(['ben@demo.example']);
  });

  it('[SHELL-1] says in its log that it was started without the sandbox', async () => {
    const before = process.argv;
    process.argv = [...before, '--no-sandbox'];
    await start({ lock: false });
    process.argv = before;
    expect(fake.calls).toContainEqual(expect.stringContaining('"event":"shell.no-sandbox"'));
    fake.calls.length = 0;
    vi.resetModules();
    await start({ lock: false });
    expect(fake.calls.filter((call) => call.includes('shell.no-sandbox'))).toEqual([]);
  });

  it('[DESK-1] goes on without a window where that is wanted, and without one from the start when the system started it', async () => {
    const before = process.argv;
    process.argv = [...before, '--hidden'];
    await start();
    process.argv = before;
    await vi.waitFor(() => expect(fake.listeners.has('power.resume')).toBe(true));
    expect(fake.windows).toEqual([]);
    tell('app.window-all-closed');
    expect(fake.calls.filter((name) => name === 'quit')).toHaveLength(process.platform === 'darwin' ? 0 : 1);
    core.closeToTray = true;
    tell('app.window-all-closed');
    expect(fake.calls.filter((name) => name === 'quit')).toHaveLength(process.platform === 'darwin' ? 0 : 1);
    tell('tray.click');
    await vi.waitFor(() => expect(fake.windows).toHaveLength(1));
  });

  it('[NOTIFY-2] a notification of an earlier run that starts the app leads where it would have led', async () => {
    const ready = Promise.withResolvers<void>();
    await start({ ready: ready.promise });
    tell('app.ready', {}, { identifier: `${conversation}/all` });
    ready.resolve();
    await vi.waitFor(() => expect(core.calls).toEqual([{ id: `${conversation}/all`, kind: 'open' }]));
  });

  it('[SYNC-1] connects at once when the machine wakes up', async () => {
    await start();
    await vi.waitFor(() => expect(fake.listeners.has('power.resume')).toBe(true));
    tell('power.resume');
    expect(core.calls).toEqual(['wake']);
  });

  it('[SHELL-11] closes the core once before it ends', async () => {
    await start();
    await vi.waitFor(() => expect(fake.listeners.has('app.will-quit')).toBe(true));
    const preventDefault = vi.fn<() => void>();
    tell('app.will-quit', { preventDefault });
    tell('app.will-quit', { preventDefault });
    await vi.waitFor(() => expect(fake.calls.filter((name) => name === 'quit')).toHaveLength(1));
    expect(core.calls).toEqual(['close']);
    tell('app.will-quit', { preventDefault });
    expect(preventDefault).toHaveBeenCalledTimes(2);
  });
});
