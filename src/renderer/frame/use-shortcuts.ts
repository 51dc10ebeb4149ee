import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';

import { pressed } from '../shortcuts/keys.ts';
import type { ShortcutId } from '../shortcuts/table.ts';
import { useApp, type App } from '../state/app.ts';
import { focusOn, moveInInbox } from '../state/navigate.ts';
import { undoLast } from '../work/actions.ts';
import { runWork } from '../work/keys.ts';
import { isOnePane } from './one-pane.ts';

function takesText(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'));
}

function stepBack(app: App): void {
  const { picked, clearPicks } = app.inbox.getState();
  if (picked.ids.size > 0) return clearPicks();
  const { search, jobPanel, setSearch, toggleJobPanel } = app.ui.getState();
  const { shown, close } = app.thread.getState();
  const narrow = isOnePane();
  if (search) {
    setSearch(false);
    focusOn('inbox');
  } else if (jobPanel && window.matchMedia('(width < 1100px)').matches) toggleJobPanel();
  else if (narrow && shown.kind !== 'none') {
    close();
    requestAnimationFrame(() => focusOn('inbox'));
  } else if (document.activeElement?.id !== 'inbox-list') focusOn('inbox');
}

/** `query`: what to look for at once. */
export function openSearch(app: App, query = ''): void {
  app.ui.setState({ search: true, query });
  requestAnimationFrame(() => focusOn('search'));
}

function move(app: App, step: number, picking = false): void {
  focusOn('inbox');
  moveInInbox(app, step, picking);
}

/** What each key of the table does that works anywhere but in fields and dialogs. */
export function runShortcut(app: App, id: ShortcutId<'app'>, event: Pick<KeyboardEvent, 'key'> | null = null): void {
  const { focused, togglePick } = app.inbox.getState();
  const work: Record<ShortcutId<'app'>, () => unknown> = {
    next: () => move(app, 1),
    previous: () => move(app, -1),
    pickMore: () => move(app, event?.key.toLowerCase() === 'k' ? -1 : 1, true),
    pick: () => focused !== null && togglePick(focused),
    reply: () => focusOn('composer'),
    job: () => app.thread.getState().shown.kind === 'open' && app.ui.getState().toggleJobPanel(),
    search: () => openSearch(app),
    help: () => app.ui.getState().show('shortcuts'),
    back: () => stepBack(app),
    undoChange: () => undoLast(app),
  };
  work[id]();
}

/** Those that work in fields too. */
function runAlways(app: App, id: ShortcutId<'always'>): boolean {
  if (id === 'attach') return false; // by the button, which knows whether files are taken
  if (app.ui.getState().dialog === 'none' && !app.work.getState().dialog) {
    if (id === 'palette') app.ui.getState().show('palette');
    else if (id === 'find') openSearch(app);
    else app.ui.getState().openSettings();
  }
  return true;
}

/** The keys that work anywhere; fields and dialogs keep theirs. */
export function useShortcuts(): void {
  const app = useApp();
  const { t } = useTranslation();
  useEffect(() => {
    const handle = (event: KeyboardEvent): boolean => {
      const always = pressed(event, 'always');
      if (always) return runAlways(app, always);
      if (app.ui.getState().dialog !== 'none' || app.work.getState().dialog) return false;
      if (takesText(event.target) && event.key !== 'Escape') return false;
      const id = pressed(event, 'app');
      if (id === 'undoChange') return undoLast(app);
      if (event.target instanceof Element && event.target.closest('[role="menu"], [role="dialog"]')) return false;
      if (id === null) {
        const work = pressed(event, 'work');
        return work !== null && runWork(app, t, work);
      }
      runShortcut(app, id, event);
      return true;
    };
    const press = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing || app.session.getState().phase.kind !== 'signed-in') return;
      if (handle(event)) event.preventDefault();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [app, t]);
}
