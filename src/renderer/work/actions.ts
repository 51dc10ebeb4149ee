import type { TFunction } from 'i18next';

import type { InboxRow, TeamView } from '#shared/views.ts';
import type { FormerValue, MarkChange, OwnMarks } from '#shared/work-list.ts';

import { wordsOf } from '../connect.ts';
import type { App } from '../state/app.ts';
import { indexOf, rowAt } from '../state/inbox-store.ts';
import { openedConversation, openThread } from '../state/navigate.ts';

/** What one does with whole conversations: at once, for one or many, and each with its way back. */

export type Known = { own: OwnMarks; team: TeamView | null; unread: number };
type Found = ReadonlyMap<string, Known>;

/** What is known on the screen of a conversation: from its row, or from its thread. */
export function known(app: App, conversation: string): Known | null {
  const inbox = app.inbox.getState();
  const row: InboxRow | undefined = rowAt(inbox, indexOf(inbox, conversation));
  if (row) return row;
  const { shown } = app.thread.getState();
  if (shown.kind !== 'open' || shown.place.conversation !== conversation) return null;
  const { own, team, unread } = shown.conversation;
  return { own, team, unread: unread ? unread.all + unread.team : 0 };
}

/** The same of all of these; those that the list hasn't loaded are asked for. */
async function lookUp(app: App, conversations: readonly string[]): Promise<Found> {
  const found = new Map<string, Known>();
  const missing: string[] = [];
  for (const conversation of conversations) {
    const one = known(app, conversation);
    if (one) found.set(conversation, one);
    else missing.push(conversation);
  }
  if (missing.length === 0) return found;
  const { rows } = await app.connection.send('inbox.rows', { conversations: missing });
  for (const row of rows) found.set(row.conversation, row);
  return found;
}

/** The picked ones, else the one that the keyboard stands on in the list, else the one that is open. */
export function targets(app: App): string[] {
  const { picked, focused } = app.inbox.getState();
  if (picked.ids.size > 0) return [...picked.ids];
  const inList = document.activeElement?.id === 'inbox-list';
  const one = inList ? (focused ?? openedConversation(app)) : (openedConversation(app) ?? focused);
  return one === null ? [] : [one];
}

/** Whether all of these are so already: then the same key takes it back. */
const all = (found: Found, is: (one: Known) => boolean): boolean => found.size > 0 && [...found.values()].every((one) => is(one));

/** `leaves`: they go from the list. `stays`: more may follow for the same ones. */
type Step = { text: string; undo: () => Promise<unknown>; leaves?: boolean; stays?: boolean };

/** Does it, says so with a way back, and goes on to the next row when it leaves the list. */
async function perform(app: App, conversations: readonly string[], work: (found: Found) => Promise<Step>): Promise<void> {
  if (conversations.length === 0) return;
  const open = openedConversation(app);
  const { tell, forget } = app.work.getState();
  try {
    const { text, undo, leaves = false, stays = false } = await work(await lookUp(app, conversations));
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
  return perform(app, conversations, async (found) => {
    const on = !all(found, ({ own }) => own.place === 'archived');
    const text = t(on ? 'work.did.archive' : 'work.did.unarchive', { count: conversations.length });
    return { text, undo: await mark(app, conversations, { mark: 'archive', on }), leaves: on };
  });
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
  return perform(app, conversations, async (found) => {
    const on = !all(found, ({ own }) => (which === 'pin' ? own.pinned : own.muted));
    const name = on ? which : (`un${which}` as const);
    const text = t(`work.did.${name}`, { count: conversations.length });
    return { text, undo: await mark(app, conversations, { mark: which, on }) };
  });
}

/** Unread ones become read, else read ones unread. Reading itself can't be taken back: they are marked unread again. */
export function toggleUnread(app: App, t: TFunction, conversations: readonly string[]): Promise<void> {
  const count = conversations.length;
  return perform(app, conversations, async (found) => {
    const unread = [...found].flatMap(([id, one]) => (one.own.marked || one.unread > 0 ? [id] : []));
    if (unread.length === 0) {
      const undo = await mark(app, conversations, { mark: 'unread', on: true });
      return { text: t('work.did.unread', { count }), undo, leaves: true };
    }
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

type Assignee = { id: string; name: string } | null;

async function assigning(
  app: App,
  t: TFunction,
  conversations: readonly string[],
  { found, to }: { found: Found; to: Assignee },
): Promise<Step> {
  const { send } = app.connection;
  const count = conversations.length;
  const changed = [...found].flatMap(([conversation, { team }]) => {
    const before = team?.assignee?.id ?? null;
    return before === (to?.id ?? null) ? [] : [{ conversation, to: before }];
  });
  for (const { conversation } of changed) await send('team.assign', { conversation, to: to?.id ?? null });
  return {
    text: to === null ? t('work.did.unassign', { count }) : t('work.did.assign', { count, name: to.name }),
    undo: async () => {
      for (const one of changed) await send('team.assign', one);
    },
  };
}

/** To one person, or nobody. */
export function assign(app: App, t: TFunction, conversations: readonly string[], to: Assignee): Promise<void> {
  return perform(app, conversations, (found) => assigning(app, t, conversations, { found, to }));
}

/** To oneself; what is one's own already goes back to nobody. */
export function assignToMe(app: App, t: TFunction, conversations: readonly string[]): Promise<void> {
  const { phase } = app.session.getState();
  if (phase.kind !== 'signed-in') return Promise.resolve();
  const me = phase.session.account;
  return perform(app, conversations, (found) => {
    const isMine = all(found, ({ team }) => team?.assignee?.id === me.id);
    return assigning(app, t, conversations, { found, to: isMine ? null : me });
  });
}

export function resolve(app: App, t: TFunction, conversations: readonly string[]): Promise<void> {
  const { send } = app.connection;
  return perform(app, conversations, async (found) => {
    const on = !all(found, ({ team }) => team?.resolved != null);
    const changed = [...found].flatMap(([id, { team }]) => ((team?.resolved != null) === on ? [] : [id]));
    for (const conversation of changed) await send('team.resolve', { conversation, on });
    return {
      text: t(on ? 'work.did.resolve' : 'work.did.reopen', { count: conversations.length }),
      undo: async () => {
        for (const conversation of changed) await send('team.resolve', { conversation, on: !on });
      },
      leaves: on,
    };
  });
}

export function label(app: App, t: TFunction, conversations: readonly string[], name: string, on: boolean): Promise<void> {
  const { send } = app.connection;
  return perform(app, conversations, async (found) => {
    const changed = [...found].flatMap(([id, { team }]) => ((team?.labels.includes(name) ?? false) === on ? [] : [id]));
    for (const conversation of changed) await send('team.label', { conversation, name, on });
    return {
      text: t(on ? 'work.did.label' : 'work.did.unlabel', { count: conversations.length, name }),
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
