import { beforeEach, describe, expect, it, vi } from 'vitest';

import type { Log } from '#core/platform.ts';
import type { Settings } from '#shared/app-views.ts';

import { createDesktop } from './desktop.ts';
import { shellWords } from './words.ts';

/** How the parts hang together on Windows, against a fake of the calls that are made there. */
const fake = vi.hoisted(() => {
  const calls: unknown[] = [];
  const note =
    (name: string) =>
    (...args: unknown[]) =>
      void calls.push([name, ...args]);
  const state: { activated: ((details: object) => void) | null; menus: { label?: string; click?: () => void }[][] } = {
    activated: null,
    menus: [],
  };
  // oxlint-disable-next-line typescript/no-extraneous-class -- what is asked of the real one
  class Notification {
    static handleActivation = (callback: (details: object) => void) => void (state.activated = callback);
    on = () => this;
    show = note('notification');
    close = () => undefined;
  }
  class Tray {
    setImage = note('tray.image');
    setToolTip = note('tray.tip');
    setContextMenu = note('tray.menu');
    on = note('tray.on');
  }
  const electron = {
    app: {
      setAppUserModelId: note('app-id'),
      setToastActivatorCLSID: note('clsid'),
      getPreferredSystemLanguages: () => ['en-GB'],
      quit: note('quit'),
    },
    clipboard: {},
    Menu: {
      setApplicationMenu: note('menu'),
      buildFromTemplate: (items: { label?: string; click?: () => void }[]) => (state.menus.push(items), { popup: note('popup') }),
    },
    nativeImage: { createFromPath: (path: string) => path },
    Notification,
    session: {
      defaultSession: {
        availableSpellCheckerLanguages: ['en-GB'],
        setSpellCheckerEnabled: note('spelling'),
        setSpellCheckerLanguages: note('dictionaries'),
      },
    },
    Tray,
  };
  return { calls, state, electron };
});
vi.mock('electron', () => fake.electron);

const log: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const listeners = new Map<string, (...args: unknown[]) => void>();
const state = { focused: false };
const window = {
  on: (event: string, listener: (...args: unknown[]) => void) => listeners.set(event, listener),
  isFocused: () => state.focused,
  flashFrame: (on: boolean) => void fake.calls.push(['flash', on]),
  setOverlayIcon: (...args: unknown[]) => void fake.calls.push(['overlay', ...args]),
  webContents: {
    on: (event: string, listener: (...args: unknown[]) => void) => listeners.set(event, listener),
    setZoomFactor: (factor: number) => void fake.calls.push(['zoom', factor]),
  },
} as never;
const settings = { pausedUntil: null, spellCheck: false, language: 'en' } as Settings;

const note =
  (name: string) =>
  (...args: unknown[]): void =>
    void fake.calls.push([name, ...args]);
const done =
  (name: string) =>
  async (...args: unknown[]): Promise<void> =>
    note(name)(...args);

function create() {
  return createDesktop({
    platform: 'win32',
    dataDir: '/nowhere',
    icons: '/icons',
    words: shellWords('en'),
    developing: false,
    log,
    window: () => ({ show: done('show'), use: (work) => work(window) }),
    core: () => ({ actOn: done('act'), menu: note('command'), changeSettings: note('settings') }),
    openLink: () => undefined,
  });
}
const taken = (): unknown[] => fake.calls.splice(0);

beforeEach(() => {
  taken();
  fake.state.menus.length = 0;
});

describe('the app on Windows’ desktop', () => {
  it('[NOTIFY-2] a notification that starts the app, or is answered in it, reaches the core by its name', () => {
    const desktop = create();
    expect(taken()).toEqual(
      expect.arrayContaining([
        ['app-id', 'app.trialogue.desktop'],
        ['clsid', expect.stringMatching(/^\{[0-9A-F-]{36}\}$/)],
      ]),
    );
    desktop.ready();
    fake.state.activated!({ arguments: 'type=click&act=reply&id=c%2Fall', reply: 'On my way' });
    expect(taken()).toEqual([['act', 'c/all', { kind: 'reply', text: 'On my way' }]]);
    fake.state.activated!({ arguments: 'type=click&act=open&id=c%2Fall' });
    expect(taken()).toEqual([['show'], ['act', 'c/all', { kind: 'open' }]]);
    fake.state.activated!({ arguments: '' });
    expect(taken()).toEqual([['show']]);
  });

  it('[NOTIFY-3] what is unread stands on the small icon, and as a number over the taskbar’s, in a new window too', () => {
    const desktop = create();
    taken();
    desktop.unreadIs(12);
    expect(taken()).toEqual(
      expect.arrayContaining([
        ['tray.image', '/icons/trayUnread.png'],
        ['overlay', '/icons/badge-more.png', '12 unread messages'],
      ]),
    );
    desktop.windowOpened(window);
    expect(taken()).toEqual([['overlay', '/icons/badge-more.png', '12 unread messages']]);
    listeners.get('did-finish-load')!();
    expect(taken()).toEqual([['zoom', 1]]);
    desktop.unreadIs(0);
    expect(taken()).toContainEqual(['overlay', null, 'Nothing unread']);
  });

  it('[NOTIFY-3] who looks elsewhere sees the taskbar’s button flash, until they look or pause', () => {
    const desktop = create();
    desktop.windowOpened(window);
    taken();
    const view = {
      id: 'c/all',
      conversation: 'c',
      thread: 'all',
      seq: 1,
      title: 'T',
      body: 'B',
      count: 1,
      quiet: false,
    } as const;
    const notify = (): void => desktop.notifications.notify({ ...view, actions: [] }, () => undefined);
    const flashes = (): unknown[] => taken().filter((call) => (call as string[])[0] !== 'notification');
    for (let message = 0; message < 3; message++) notify();
    expect(flashes()).toEqual([['flash', true]]);
    listeners.get('focus')!();
    expect(flashes()).toEqual([['flash', false]]);
    state.focused = true;
    notify();
    expect(flashes()).toEqual([]);
    state.focused = false;
    notify();
    expect(flashes()).toEqual([['flash', true]]);
    desktop.settingsAre({ ...settings, pausedUntil: Date.now() + 60_000 });
    expect(taken()).toContainEqual(['flash', false]);
  });

  it('[DESK-1] the tray pauses by the core’s settings, and its menu follows them; spelling is as they say', () => {
    const desktop = create();
    const inTray = (label: string) => fake.state.menus.findLast((items) => items.some((item) => item.label === label));
    inTray('Pause Notifications for 1 Hour')!.find(({ label }) => label === 'Pause Notifications for 1 Hour')!.click!();
    expect(taken()).toContainEqual(['settings', { pausedUntil: expect.any(Number) }]);
    desktop.settingsAre({ ...settings, pausedUntil: Date.now() + 60_000 });
    expect(fake.state.menus.at(-1)!.map(({ label }) => label)).toContain('Go on with Notifications');
    expect(taken()).toContainEqual(['spelling', false]);
    desktop.settingsAre({ ...settings, spellCheck: true });
    expect(taken().slice(0, 2)).toEqual([
      ['dictionaries', ['en-GB']],
      ['spelling', true],
    ]);
  });
});
