import type { BrowserWindow, BrowserWindowConstructorOptions } from 'electron';

import { type Place, SMALLEST } from './window-place.ts';

export type WindowOptions = {
  place: { width: number; height: number; x?: number; y?: number };
  preload: string;
  icon: string;
  dark: boolean;
  developing: boolean;
};

/** Everything that keeps the page in its place is said here, also where it is Electron's default today. */
export function windowOptions({ place, preload, icon, dark, developing }: WindowOptions): BrowserWindowConstructorOptions {
  return {
    ...place,
    minWidth: SMALLEST.width,
    minHeight: SMALLEST.height,
    title: 'Trialogue',
    icon,
    // Shown when there is something to see, on the page's own ground: no white flash.
    show: false,
    backgroundColor: dark ? '#101317' : '#ffffff',
    autoHideMenuBar: true,
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: true,
      devTools: developing,
    },
  };
}

export type PlacedWindow = Pick<BrowserWindow, 'getNormalBounds' | 'isMaximized'> & {
  on(event: 'resize' | 'move' | 'close', listener: () => void): unknown;
};

const SETTLED_MS = 500;

/** Tells where the window is, when it came to rest and when it closes. */
export function followPlace(window: PlacedWindow, save: (place: Place) => void): void {
  let timer: NodeJS.Timeout | undefined;
  const tell = (): void => {
    clearTimeout(timer);
    save({ ...window.getNormalBounds(), maximized: window.isMaximized() });
  };
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(tell, SETTLED_MS);
  };
  window.on('resize', soon);
  window.on('move', soon);
  window.on('close', tell);
}

/** In front, whatever it was before. */
export function bringToFront(window: Pick<BrowserWindow, 'isMinimized' | 'restore' | 'show' | 'focus'>): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}
