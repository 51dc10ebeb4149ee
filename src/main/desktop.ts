import { join } from 'node:path';

import { app, type BrowserWindow, clipboard, Menu, nativeImage, Notification, session, Tray } from 'electron';

import type { Core, Log } from '#core/platform.ts';
import type { Settings } from '#shared/app-views.ts';
import { chooseLanguage } from '#shared/languages.ts';

import type { AppWindow } from './app-window.ts';
import { createAttention } from './attention.ts';
import { contextTemplate } from './context-menu.ts';
import { menuTemplate } from './menu.ts';
import { createNotifications, type Notifications } from './notifications.ts';
import { applySpelling } from './spelling.ts';
import { readActivation } from './toast.ts';
import { createTray, overlayName, type TrayState } from './tray.ts';
import { shellWords, type ShellWords, unreadWords } from './words.ts';
import { createZoom } from './zoom.ts';

/** Never changes: Windows starts the installed app by it when somebody answers a notification. */
const TOAST_CLSID = '{6B1E7A1C-2F0B-4C57-9C7D-3A0E6F2B9D41}';
const APP_ID = 'app.trialogue.desktop';

export type DesktopParts = {
  platform: NodeJS.Platform;
  dataDir: string;
  /** The folder of the small icons. */
  icons: string;
  words: ShellWords;
  developing: boolean;
  log: Log;
  window: () => AppWindow;
  core: () => Pick<Core, 'actOn' | 'menu' | 'changeSettings'>;
  /** Of a link that is a person's. */
  openLink: (url: string) => void;
};

/** The app's presence on the desktop: menus, notifications, small icons. The core decides; this only shows. */
export type Desktop = {
  /** In the language that holds now. */
  words: Readonly<ShellWords>;
  notifications: Notifications;
  unreadIs: (unread: number) => void;
  settingsAre: (settings: Settings) => void;
  windowOpened: (window: BrowserWindow) => void;
  /** Once the core is there: what was done with notifications of an earlier run, too. */
  ready(): void;
};

export function createDesktop(parts: DesktopParts): Desktop {
  const { platform, log } = parts;
  // One object for all that speaks here: another language is put into it.
  let spoken = parts.words;
  const words = { ...spoken };
  if (platform === 'win32') {
    app.setAppUserModelId(APP_ID);
    app.setToastActivatorCLSID(TOAST_CLSID);
  }
  const failed = (what: string) => (error: unknown) => log.error(what, { reason: String(error) });
  const show = (): void => void parts.window().show().catch(failed('shell.window-failed'));
  const onAct: Parameters<typeof createNotifications>[0]['onAct'] = (id, act) => {
    if (act.kind === 'open') show();
    parts.core().actOn(id, act).catch(failed('shell.act-failed'));
  };
  const notifications = createNotifications({
    platform,
    words,
    make: (options) => new Notification(options),
    remove: (ids) => Notification.remove(ids),
    onAct,
    log,
  });

  const attention = createAttention({
    platform,
    now: Date.now,
    isFocused() {
      let focused = false;
      parts.window().use((window) => (focused = window.isFocused()));
      return focused;
    },
    flash: (on) => parts.window().use((window) => window.flashFrame(on)),
    bounce: () => void app.dock?.bounce('informational'),
  });

  const zoom = createZoom(join(parts.dataDir, 'zoom.json'), log);
  const drawMenu = (): void =>
    Menu.setApplicationMenu(
      Menu.buildFromTemplate(
        menuTemplate({
          platform,
          developing: parts.developing,
          words,
          command(command) {
            show();
            parts.core().menu(command);
          },
          zoom: (step) => parts.window().use(({ webContents }) => zoom.step(webContents, step)),
        }),
      ),
    );
  drawMenu();

  const state: TrayState = { unread: 0, pausedUntil: null };
  const drawTray = createTray({
    platform,
    words,
    icon: (name) => join(parts.icons, name),
    make: (icon) => new Tray(icon),
    buildMenu: (items) => Menu.buildFromTemplate(items),
    now: Date.now,
    open: show,
    pause: (pausedUntil) => parts.core().changeSettings({ pausedUntil }),
    quit: () => app.quit(),
  });
  drawTray(state);
  let pauseEnds: NodeJS.Timeout | undefined;

  const drawOverlay = (window: BrowserWindow): void => {
    if (platform !== 'win32') return;
    const name = overlayName(state.unread);
    const picture = name === null ? null : nativeImage.createFromPath(join(parts.icons, name));
    window.setOverlayIcon(picture, unreadWords(words, state.unread));
  };

  return {
    words,
    notifications: {
      ...notifications,
      notify(view, onRefused) {
        notifications.notify(view, onRefused);
        attention.call(view);
      },
    },
    unreadIs(unread) {
      state.unread = unread;
      if (unread === 0) attention.end();
      drawTray(state);
      parts.window().use(drawOverlay);
    },
    settingsAre({ pausedUntil, spellCheck, language }) {
      const languages = app.getPreferredSystemLanguages();
      applySpelling(session.defaultSession, { on: spellCheck, platform, languages });
      const chosen = shellWords(chooseLanguage(language, languages));
      if (chosen !== spoken) {
        spoken = chosen;
        Object.assign(words, spoken);
        drawMenu();
        drawTray(state);
      }
      if (pausedUntil === state.pausedUntil) return;
      if (pausedUntil !== null) attention.end();
      state.pausedUntil = pausedUntil;
      drawTray(state);
      clearTimeout(pauseEnds);
      if (pausedUntil !== null) pauseEnds = setTimeout(() => drawTray(state), Math.max(0, pausedUntil - Date.now()) + 1_000);
      pauseEnds?.unref();
    },
    windowOpened(window) {
      drawOverlay(window);
      window.on('focus', () => attention.end());
      const { webContents } = window;
      webContents.on('did-finish-load', () => zoom.restore(webContents));
      webContents.on('zoom-changed', (_event, direction) => zoom.step(webContents, direction));
      webContents.on('context-menu', (_event, asked) => {
        const items = contextTemplate(asked, words, {
          replaceWord: (word) => webContents.replaceMisspelling(word),
          addWord: (word) => session.defaultSession.addWordToSpellCheckerDictionary(word),
          openLink: (url) => parts.openLink(url),
          copyText: (text) => void clipboard.writeText(text),
          copyImage: (x, y) => webContents.copyImageAt(x, y),
        });
        if (items.length > 0) Menu.buildFromTemplate(items).popup({ window });
      });
    },
    ready() {
      if (platform === 'win32') {
        Notification.handleActivation((details) => {
          const done = readActivation(details);
          if (done) onAct(done.id, done.act);
          else show();
        });
      }
      if (platform === 'darwin')
        Notification.getHistory().then((earlier) => notifications.restore(earlier), failed('shell.history-failed'));
    },
  };
}
