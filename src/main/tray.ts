import type { Menu, MenuItemConstructorOptions } from 'electron';

import { pauseTimes } from '#shared/pause.ts';

import { type ShellWords, unreadWords } from './words.ts';

/** Only what this needs of Electron's `Tray`. */
export type SystemTray = {
  setImage(path: string): void;
  setToolTip(text: string): void;
  setContextMenu(menu: Menu | null): void;
  on(event: 'click', listener: () => void): unknown;
};

export type TrayParts = {
  platform: NodeJS.Platform;
  words: ShellWords;
  /** The path of a picture of `resources/tray`. */
  icon: (name: string) => string;
  make: (icon: string) => SystemTray;
  buildMenu: (template: MenuItemConstructorOptions[]) => Menu;
  now: () => number;
  open: () => void;
  /** `null`: go on with them. */
  pause: (until: number | null) => void;
  quit: () => void;
};

export type TrayState = { unread: number; pausedUntil: number | null };

/** Among the system's small icons: whether something is unread, and the way in and out. On macOS it is drawn in the menu bar's own colour. */
export function createTray(parts: TrayParts): (state: TrayState) => void {
  const { words } = parts;
  const iconOf = (unread: number): string => {
    const name = unread > 0 ? 'trayUnread' : 'tray';
    return parts.icon(parts.platform === 'darwin' ? `${name}Template.png` : `${name}.png`);
  };
  const tray = parts.make(iconOf(0));
  // macOS opens the menu by itself, and so do some desktops of Linux.
  if (parts.platform !== 'darwin') tray.on('click', parts.open);
  return ({ unread, pausedUntil }) => {
    tray.setImage(iconOf(unread));
    tray.setToolTip(`${words.app} – ${unreadWords(words, unread)}`);
    // Linux takes a change only with a new menu.
    tray.setContextMenu(parts.buildMenu(trayMenu(parts, { unread, pausedUntil })));
  };
}

export function trayMenu(parts: TrayParts, { unread, pausedUntil }: TrayState): MenuItemConstructorOptions[] {
  const { words, pause } = parts;
  const isPaused = (pausedUntil ?? 0) > parts.now();
  return [
    { label: words.open, click: () => parts.open() },
    { label: unreadWords(words, unread), enabled: false },
    { type: 'separator' },
    ...(isPaused
      ? [{ label: words.resume, click: () => pause(null) }]
      : [
          { label: words.pauseHour, click: () => pause(pauseTimes(parts.now()).hour) },
          { label: words.pauseTomorrow, click: () => pause(pauseTimes(parts.now()).tomorrow) },
        ]),
    { type: 'separator' },
    { label: words.quit, click: () => parts.quit() },
  ];
}

/** The picture over the icon in Windows' taskbar; `null`: none. */
export function overlayName(unread: number): string | null {
  if (unread === 0) return null;
  return unread > 9 ? 'badge-more.png' : `badge-${unread}.png`;
}
