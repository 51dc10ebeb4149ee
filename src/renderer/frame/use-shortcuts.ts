import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';

import { useApp, type App } from '../state/app.ts';
import { focusOn, moveInInbox } from '../state/navigate.ts';
import { pressUndo, pressWorkKey } from '../work/keys.ts';
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

function openSearch(app: App): void {
  app.ui.getState().setSearch(true);
  requestAnimationFrame(() => focusOn('search'));
}

/** The keys that work anywhere; fields and dialogs keep theirs. */
export function useShortcuts(): void {
  const app = useApp();
  const { t } = useTranslation();
  useEffect(() => {
    const move = (step: number, event: KeyboardEvent): void => {
      focusOn('inbox');
      moveInInbox(app, step, event.shiftKey);
    };
    const keys: Record<string, (event: KeyboardEvent) => void> = {
      j: (event) => move(1, event),
      k: (event) => move(-1, event),
      x: () => {
        const { focused, togglePick } = app.inbox.getState();
        if (focused !== null) togglePick(focused);
      },
      r: () => focusOn('composer'),
      i: () => app.thread.getState().shown.kind === 'open' && app.ui.getState().toggleJobPanel(),
      '/': () => openSearch(app),
      '?': () => app.ui.getState().show('shortcuts'),
      Escape: () => stepBack(app),
    };
    const press = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing || app.session.getState().phase.kind !== 'signed-in') return;
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        if (app.ui.getState().dialog === 'none') openSearch(app);
        return;
      }
      if ((event.ctrlKey || event.metaKey) && event.key === ',') {
        event.preventDefault();
        if (app.ui.getState().dialog === 'none') app.ui.getState().show('settings');
        return;
      }
      if (app.ui.getState().dialog !== 'none' || app.work.getState().dialog) return;
      if (takesText(event.target) && event.key !== 'Escape') return;
      if (pressUndo(app, event)) return event.preventDefault();
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target instanceof Element && event.target.closest('[role="menu"], [role="dialog"]')) return;
      const work = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (work) work(event);
      else if (!pressWorkKey(app, t, event)) return;
      event.preventDefault();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [app, t]);
}
