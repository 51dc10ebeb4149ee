import { useEffect } from 'react';

import { useApp } from '../state/app.ts';
import { isOnePane } from './one-pane.ts';

export function inFront(): boolean {
  return document.hasFocus() && document.visibilityState === 'visible';
}

/** Tells the core what is in front of the person, whenever that changes. */
export function useViewState(): void {
  const app = useApp();
  useEffect(() => {
    let told = '';
    const tell = (): void => {
      const { shown } = app.thread.getState();
      // In one pane the results of a search cover the thread.
      const covered = app.ui.getState().search && isOnePane();
      const state = { focused: inFront(), open: shown.kind === 'open' && !covered ? shown.place : null };
      const text = JSON.stringify(state);
      if (text === told || app.status.getState().channel !== 'open') return;
      told = text;
      app.connection.send('view.state', state).catch(() => {
        told = '';
      });
    };
    const ends = [
      app.thread.subscribe(tell),
      app.ui.subscribe(tell),
      app.connection.onState(() => {
        // A new channel knows nothing of what was told to the last.
        told = '';
        tell();
      }),
    ];
    tell();
    for (const name of ['focus', 'blur'] as const) window.addEventListener(name, tell);
    document.addEventListener('visibilitychange', tell);
    return () => {
      for (const end of ends) end();
      for (const name of ['focus', 'blur'] as const) window.removeEventListener(name, tell);
      document.removeEventListener('visibilitychange', tell);
    };
  }, [app]);
}
