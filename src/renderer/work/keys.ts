import type { TFunction } from 'i18next';

import type { ShortcutId } from '../shortcuts/table.ts';
import type { App } from '../state/app.ts';
import { archive, assignToMe, resolve, targets, toggleMark, toggleUnread } from './actions.ts';

/** Who alone assigns, labels and resolves. */
export function isOfStaff(app: App): boolean {
  const { phase } = app.session.getState();
  return phase.kind === 'signed-in' && ['owner', 'staff'].includes(phase.session.account.role);
}

export type WorkId = ShortcutId<'work'>;
const STAFF_ALONE: ReadonlySet<WorkId> = new Set(['assignMe', 'assign', 'label', 'resolve']);

export function mayDo(app: App, id: WorkId): boolean {
  return !STAFF_ALONE.has(id) || isOfStaff(app);
}

/** Does something with the conversations that are meant now. Returns whether one may. */
export function runWork(app: App, t: TFunction, id: WorkId, conversations: readonly string[] = targets(app)): boolean {
  if (!mayDo(app, id)) return false;
  const ask = (kind: 'snooze' | 'label' | 'assign'): void => {
    if (conversations.length > 0) app.work.getState().ask({ kind, conversations });
  };
  const work: Record<WorkId, () => unknown> = {
    archive: () => archive(app, t, conversations),
    snooze: () => ask('snooze'),
    unread: () => toggleUnread(app, t, conversations),
    pin: () => toggleMark(app, t, conversations, 'pin'),
    mute: () => toggleMark(app, t, conversations, 'mute'),
    assignMe: () => assignToMe(app, t, conversations),
    assign: () => ask('assign'),
    label: () => ask('label'),
    resolve: () => resolve(app, t, conversations),
  };
  void work[id]();
  return true;
}
