import { useEffect } from 'react';

import { pressed } from '../shortcuts/keys.ts';
import { useApp } from '../state/app.ts';
import { switchThread } from '../state/navigate.ts';

/** Keys that work wherever nobody writes: `T` goes between everyone and the notes, `G` goes to a day. */
export function useThreadKeys(): void {
  const app = useApp();
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing) return;
      const { target } = event;
      if (!(target instanceof HTMLElement) || target.matches('input, textarea, select') || target.isContentEditable) return;
      if (target.closest('[role="menu"], [role="dialog"], [role="alertdialog"]') || app.ui.getState().dialog !== 'none') return;
      const { shown } = app.thread.getState();
      if (shown.kind !== 'open') return;
      const id = pressed(event, 'thread');
      if (id === 'notes' && shown.conversation.team !== null) switchThread(app, shown.place.thread === 'team' ? 'all' : 'team');
      else if (id === 'jump') app.ui.setState({ jumping: true });
      else return;
      event.preventDefault();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [app]);
}
