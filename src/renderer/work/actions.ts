import type { TFunction } from 'i18next';

import type { InboxRow, TeamView } from '#shared/views.ts';
import type { FormerValue, MarkChange, OwnMarks } from '#shared/work-list.ts';

import { wordsOf } from '../connect.ts';
import type { App } from '../state/app.ts';
import { indexOf, rowAt } from '../state/inbox-store.ts';
import { openedConversation, openThread } from '../state/navigate.ts';

/** What one does with whole conversations: at once, for one or many, and each with its way back. */

export type Known = { own: OwnMarks; team: TeamView | null; unread: number };

/** What is known here of a conversation: from its row, or from its thread. */
export function known(app: App, conversation: string): Known | null {
  const inbox = app.inbox.getState();
  const row: InboxRow | undefined = rowAt(inbox, indexOf(inbox, conversation));
  if (row) return row;
  const { shown } = app.thread.getState();
  return shown.kind === 'open' && shown.place.conversation === conversation ? { ...shown.conversation, unread: 0 } : null;
}

/** The picked ones, else the one that the keyboard stands on in the list, else the one that is open. */
export function targets(app: App): string[] {
  const { picked, focused } = app.inbox.getState();
  if (picked.ids.size > 0) return [...picked.ids];
  const inList = document.activeElement?.id === 'inbox-list';
  const one = inList ? (focused ?? openedConversation(app)) : (openedConversation(app) ?? focused);
  return one === null ? [] : [one];
}

/** Whether all of these that are known are so already: then the same key takes it back. */
function all(app: App, conversations: readonly string[], is: (one: Known) => boolean): boolean {
  const found = conversations.map((one) => known(app, one));
  return found.length > 0 && found.every((one) => one !== null && is(one));
}

/** `leaves`: they go from the list. `stays`: more may follow for the same ones. */
type Step = { text: string; undo: () => Promise<unknown>; leaves?: boolean; stays?: boolean };

/** Does it, says so with a way back, and goes on to the next row when it leaves the list. */
async function perform(app: App, conversations: readonly string[], work: () => Promise<Step>): Promise<void> {
  if (conversations.length === 0) return;
  const open = openedConversation(app);
  const { tell, forget } = app.work.getState();
  try {
    const { text, undo, leaves = false, stays = false } = await work();
    const left = leaves && open !== null && conversations.includes(open) ? open : null;
    if (left !== null) app.thread.getState().close();
    if (!stays) app.inbox.getState().clearPicks();
    tell({
      text,
      async undo() {
        forget();
        try {
          await undo();
          if (left !== null) openThread(app, { conversation: left, thread: 'all' });
        } catch (error) {
          tell({ text: wordsOf(error), undo: null });
        }
      },
    });
  } catch (error) {
    tell({ text: wordsOf(error), undo: null });
  }
}

async function mark(app: App, conversations: readonly string[], change: MarkChange): Promise<() => Promise<unknown>> {
  const { before } = await app.connection.send('own.mark', { conversations: [...conversations], change });
  return () => restore(app, before);
}

function restore(app: App, before: FormerValue[]): Promise<unknown> {
  return app.connection.send('own.restore', { before });
}

export function archive(app: App, t: TFunction, conversations: readonly string[]): Promise<void> {
  const on = !all(app, conversations, ({ own }) => own.place === 'archived');
  const text = t(on ? 'work.did.archive' : 'work.did.unarchive', { count: conversations.length });
  return perform(app, conversations, async () => ({
    text,
    undo: await mark(app, conversations, { mark: 'archive', on }),
    leaves: on,
  }));
}

export function snooze(
  app: App,
  t: TFunction,
  conversations: readonly string[],
  until: number | null,
  when: string,
): Promise<void> {
  const count = conversations.length;
  const text = until === null ? t('work.did.unsnooze', { count }) : t('work.did.snooze', { count, when });
  return perform(app, conversations, async () => ({
    text,
    undo: await mark(app, conversations, { mark: 'snooze', until }),
    leaves: until !== null,
  }));
}

export function toggleMark(app: App, t: TFunction, conversations: readonly string[], which: 'pin' | 'mute'): Promise<void> {
  const on = !all(app, conversations, ({ own }) => (which === 'pin' ? own.pinned : own.muted));
  const name = on ? which : (`un${which}` as const);
  const text = t(`work.did.${name}`, { count: conversations.length });
  return perform(app, conversations, async () => ({ text, undo: await mark(app, conversations, { mark: which, on }) }));
}

const isUnread = ({ own, unread }: Known): boolean => own.marked || unread > 0;

/** Unread ones become read, else read ones unread. Reading itself can't be taken back: they are marked unread again. */
export function toggleUnread(app: App, t: TFunction, conversations: readonly string[]): Promise<void> {
  const unread = conversations.filter((one) => {
    const found = known(app, one);
    return found !== null && isUnread(found);
  });
  const count = conversations.length;
  if (unread.length === 0) {
    return perform(app, conversations, async () => ({
      text: t('work.did.unread', { count }),
      undo: await mark(app, conversations, { mark: 'unread', on: true }),
      leaves: true,
    }));
  }
  return perform(app, conversations, async () => {
    const { before } = await app.connection.send('own.read', { conversations: [...conversations] });
    return {
      text: t('work.did.read', { count }),
      undo: async () => {
        await restore(app, before);
        await mark(app, unread, { mark: 'unread', on: true });
      },
    };
  });
}

/** To one person, or nobody. */
export function assign(
  app: App,
  t: TFunction,
  conversations: readonly string[],
  to: { id: string; name: string } | null,
): Promise<void> {
  const { send } = app.connection;
  const before = conversations.map((one) => ({ conversation: one, to: known(app, one)?.team?.assignee?.id ?? null }));
  const changed = before.filter((one) => one.to !== (to?.id ?? null));
  const count = conversations.length;
  const text = to === null ? t('work.did.unassign', { count }) : t('work.did.assign', { count, name: to.name });
  return perform(app, conversations, async () => {
    for (const { conversation } of changed) await send('team.assign', { conversation, to: to?.id ?? null });
    return {
      text,
      undo: async () => {
        for (const one of changed) await send('team.assign', one);
      },
    };
  });
}

/** To oneself; what is one's own already goes back to nobody. */
export function assignToMe(app: App, t: TFunction, conversations: readonly string[]): Promise<void> {
  const { phase } = app.session.getState();
  if (phase.kind !== 'signed-in') return Promise.resolve();
  const me = phase.session.account;
  const mine = all(app, conversations, ({ team }) => team?.assignee?.id === me.id);
  return assign(app, t, conversations, mine ? null : me);
}

export function resolve(app: App, t: TFunction, conversations: readonly string[]): Promise<void> {
  const { send } = app.connection;
  const on = !all(app, conversations, ({ team }) => team?.resolved != null);
  const changed = conversations.filter((one) => (known(app, one)?.team?.resolved != null) !== on);
  const text = t(on ? 'work.did.resolve' : 'work.did.reopen', { count: conversations.length });
  return perform(app, conversations, async () => {
    for (const conversation of changed) await send('team.resolve', { conversation, on });
    return {
      text,
      undo: async () => {
        for (const conversation of changed) await send('team.resolve', { conversation, on: !on });
      },
      leaves: on,
    };
  });
}

export function label(app: App, t: TFunction, conversations: readonly string[], name: string, on: boolean): Promise<void> {
  const { send } = app.connection;
  const changed = conversations.filter((one) => (known(app, one)?.team?.labels.includes(name) ?? false) !== on);
  const text = t(on ? 'work.did.label' : 'work.did.unlabel', { count: conversations.length, name });
  return perform(app, conversations, async () => {
    for (const conversation of changed) await send('team.label', { conversation, name, on });
    return {
      text,
      undo: async () => {
        for (const conversation of changed) await send('team.label', { conversation, name, on: !on });
      },
      stays: true,
    };
  });
}

/** Takes back what was done last. */
export function undoLast(app: App): boolean {
  const { done } = app.work.getState();
  if (!done?.undo) return false;
  void done.undo();
  return true;
}
