import type { MenuCommand } from '#shared/menu-commands.ts';

import type { App } from './app.ts';
import { focusOn } from './navigate.ts';

/** What was chosen in the menu of the system. Where a dialog is open already, that comes first. */
export function runMenu(app: App, command: MenuCommand): void {
  if (app.session.getState().phase.kind !== 'signed-in' || app.work.getState().dialog) return;
  const { dialog, show, setSearch, openSettings } = app.ui.getState();
  if (dialog !== 'none') return;
  if (command === 'settings') openSettings();
  else if (command === 'search') {
    setSearch(true);
    requestAnimationFrame(() => focusOn('search'));
  } else if (command !== 'export' || app.thread.getState().shown.kind === 'open') show(command);
}
