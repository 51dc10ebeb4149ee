import type { TFunction } from 'i18next';

import type { App } from '../state/app.ts';
import { archive, assignToMe, resolve, targets, toggleMark, toggleUnread, undoLast } from './actions.ts';

function isStaff(app: App): boolean {
  const { phase } = app.session.getState();
  return phase.kind === 'signed-in' && ['owner', 'staff'].includes(phase.session.account.role);
}

/** The keys for whole conversations, for `useShortcuts`: by their letter. Returns whether it was one of them. */
export function pressWorkKey(app: App, t: TFunction, event: KeyboardEvent): boolean {
  const ids = targets(app);
  const staff = isStaff(app);
  const ask = (kind: 'snooze' | 'label' | 'assign'): void => {
    if (ids.length > 0) app.work.getState().ask({ kind, conversations: ids });
  };
  const key = `${event.shiftKey ? 'shift+' : ''}${event.key.toLowerCase()}`;
  const keys: Record<string, () => unknown> = {
    e: () => archive(app, t, ids),
    h: () => ask('snooze'),
    u: () => toggleUnread(app, t, ids),
    p: () => toggleMark(app, t, ids, 'pin'),
    m: () => toggleMark(app, t, ids, 'mute'),
    ...(staff
      ? {
          a: () => assignToMe(app, t, ids),
          'shift+a': () => ask('assign'),
          l: () => ask('label'),
          d: () => resolve(app, t, ids),
        }
      : {}),
  };
  const work = keys[key];
  if (!work) return false;
  void work();
  return true;
}

/** Ctrl/Cmd+Z outside of fields: takes back what was done last. */
export function pressUndo(app: App, event: KeyboardEvent): boolean {
  return (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === 'z' && undoLast(app);
}
