import type { MenuItemConstructorOptions } from 'electron';

import type { MenuCommand } from '#shared/menu-commands.ts';

import type { ShellWords } from './words.ts';
import type { ZoomStep } from './zoom.ts';

export type MenuParts = {
  platform: NodeJS.Platform;
  developing: boolean;
  words: ShellWords;
  command: (command: MenuCommand) => void;
  zoom: (step: ZoomStep) => void;
};

type Items = MenuItemConstructorOptions[];
const LINE = { type: 'separator' } as const;

/** Complete, in the app's words: without them macOS has no copy and paste. What the page does has no key here that the page has itself. */
export function menuTemplate(parts: MenuParts): Items {
  const isMac = parts.platform === 'darwin';
  const { words } = parts;
  return [
    ...(isMac ? [{ label: words.app, submenu: appMenu(parts) }] : []),
    { label: words.file, submenu: fileMenu(parts, isMac) },
    { label: words.edit, submenu: editMenu(parts, isMac) },
    { label: words.view, submenu: viewMenu(parts) },
    { role: 'windowMenu', label: words.window, submenu: windowMenu(words, isMac) },
    { role: 'help', label: words.help, submenu: helpMenu(parts, isMac) },
  ];
}

function settingsItem({ words, command }: MenuParts): MenuItemConstructorOptions {
  return { label: words.settings, accelerator: 'CmdOrCtrl+,', click: () => command('settings') };
}

function appMenu(parts: MenuParts): Items {
  const { words } = parts;
  return [
    { role: 'about', label: words.about },
    LINE,
    settingsItem(parts),
    LINE,
    { role: 'services', label: words.services },
    LINE,
    { role: 'hide', label: words.hide },
    { role: 'hideOthers', label: words.hideOthers },
    { role: 'unhide', label: words.showAll },
    LINE,
    { role: 'quit', label: words.quit },
  ];
}

function fileMenu(parts: MenuParts, isMac: boolean): Items {
  const { words, command } = parts;
  return [
    { label: words.exportConversation, click: () => command('export') },
    { label: words.queue, click: () => command('queue') },
    LINE,
    ...(isMac ? [] : [settingsItem(parts), LINE]),
    { role: 'close', label: words.closeWindow },
    ...(isMac ? [] : ([{ role: 'quit', label: words.quit }] satisfies Items)),
  ];
}

function editMenu({ words, command }: MenuParts, isMac: boolean): Items {
  return [
    { role: 'undo', label: words.undo },
    { role: 'redo', label: words.redo },
    LINE,
    { role: 'cut', label: words.cut },
    { role: 'copy', label: words.copy },
    { role: 'paste', label: words.paste },
    { role: 'pasteAndMatchStyle', label: words.pastePlain },
    ...(isMac ? ([{ role: 'delete', label: words.remove }] satisfies Items) : []),
    { role: 'selectAll', label: words.selectAll },
    LINE,
    { label: words.search, accelerator: 'CmdOrCtrl+F', click: () => command('search') },
  ];
}

function viewMenu({ words, zoom, developing }: MenuParts): Items {
  return [
    { label: words.actualSize, accelerator: 'CmdOrCtrl+0', click: () => zoom('reset') },
    { label: words.zoomIn, accelerator: 'CmdOrCtrl+Plus', click: () => zoom('in') },
    // Where plus is reached with Shift alone, and on the number pad.
    {
      label: words.zoomIn,
      accelerator: 'CmdOrCtrl+=',
      visible: false,
      acceleratorWorksWhenHidden: true,
      click: () => zoom('in'),
    },
    { label: words.zoomOut, accelerator: 'CmdOrCtrl+-', click: () => zoom('out') },
    LINE,
    { role: 'togglefullscreen', label: words.fullScreen },
    ...(developing
      ? ([LINE, { role: 'reload', label: words.reload }, { role: 'toggleDevTools', label: words.developerTools }] satisfies Items)
      : []),
  ];
}

function windowMenu(words: ShellWords, isMac: boolean): Items {
  return [
    { role: 'minimize', label: words.minimize },
    ...(isMac
      ? ([{ role: 'zoom', label: words.zoomWindow }, LINE, { role: 'front', label: words.allToFront }] satisfies Items)
      : []),
  ];
}

function helpMenu({ words, command }: MenuParts, isMac: boolean): Items {
  return [
    { label: words.shortcuts, click: () => command('shortcuts') },
    { label: words.policies, click: () => command('policies') },
    ...(isMac ? [] : ([LINE, { role: 'about', label: words.about }] satisfies Items)),
  ];
}
