import { BrowserWindow, type NativeTheme, type Screen } from 'electron';

import type { Log } from '#core/platform.ts';

import { guardContents } from './guards.ts';
import { APP_PAGE } from './sender.ts';
import { fitPlace, readPlace, savePlace } from './window-place.ts';
import { bringToFront, followPlace, windowOptions } from './window.ts';

export type AppWindowDeps = {
  screen: Pick<Screen, 'getAllDisplays'>;
  theme: Pick<NativeTheme, 'shouldUseDarkColors'>;
  placeFile: string;
  preload: string;
  icon: string;
  developing: boolean;
  log: Log;
  /** Before its page is loaded. */
  onOpened: (window: BrowserWindow) => void;
  onShown: () => void;
};

export type AppWindow = {
  /** Opens the window, or brings it to the front: there is one. */
  show(): Promise<void>;
  /** Does this with the window, where there is one. */
  use(work: (window: BrowserWindow) => void): void;
};

export function createAppWindow(deps: AppWindowDeps): AppWindow {
  let opened: Promise<BrowserWindow> | null = null;
  let present: BrowserWindow | null = null;

  async function open(): Promise<BrowserWindow> {
    const place = await readPlace(deps.placeFile);
    const areas = deps.screen.getAllDisplays().map((display) => display.workArea);
    const window = new BrowserWindow(
      windowOptions({ ...deps, place: fitPlace(place, areas), dark: deps.theme.shouldUseDarkColors }),
    );
    guardContents(window.webContents, deps.log);
    followPlace(window, (now) => {
      savePlace(deps.placeFile, now).catch((error: NodeJS.ErrnoException) => {
        deps.log.warn('shell.place-not-kept', { code: error.code });
      });
    });
    window.once('ready-to-show', () => {
      if (place?.maximized) window.maximize();
      window.show();
      deps.onShown();
    });
    window.on('closed', () => {
      opened = null;
      present = null;
    });
    window.webContents.on('render-process-gone', (_event, { reason }) => {
      deps.log.error('shell.page-gone', { reason });
      if (reason !== 'clean-exit' && !window.isDestroyed()) window.webContents.reload();
    });
    present = window;
    deps.onOpened(window);
    await window.loadURL(APP_PAGE);
    return window;
  }

  return {
    async show() {
      if (opened) return bringToFront(await opened);
      opened = open();
      await opened;
    },
    use(work) {
      if (present && !present.isDestroyed()) work(present);
    },
  };
}
