import type { App } from './app.ts';
import { indexOf, rowAt } from './inbox-store.ts';
import { conversationOf, type Place } from './thread-store.ts';

/** Ids of the places that focus goes to. */
export const FOCUS = { inbox: 'inbox-list', messages: 'thread-messages', composer: 'composer', search: 'search-field' } as const;

export function focusOn(place: keyof typeof FOCUS): boolean {
  const element = document.getElementById(FOCUS[place]);
  element?.focus({ preventScroll: true });
  return element !== null && document.activeElement === element;
}

/** Opens a thread, at a message if given, and leaves what was being corrected in another. */
export function openThread(app: App, place: Place, at?: number): void {
  app.ui.setState({ fixing: null, threadTrouble: null });
  app.inbox.getState().setFocused(place.conversation);
  void app.thread.getState().open(place, at);
}

/** Shows the other thread of the open conversation, ready to write there. */
export function switchThread(app: App, thread: Place['thread']): void {
  const { shown, heading } = app.thread.getState();
  if (shown.kind !== 'open' || heading || shown.place.thread === thread) return;
  app.ui.setState({ fixing: null, threadTrouble: null });
  void app.thread
    .getState()
    .open({ conversation: shown.place.conversation, thread })
    .then(() => requestAnimationFrame(() => focusOn('composer')));
}

export function openConversation(app: App, conversation: string): void {
  if (app.thread.getState().shown.kind !== 'failed' && openedConversation(app) === conversation) return;
  openThread(app, { conversation, thread: 'all' });
}

export function openedConversation(app: App): string | null {
  return conversationOf(app.thread.getState());
}

/** Moves the keyboard's place in the inbox; stays within it. `picking`: takes what it passes into the picked ones. */
export function moveInInbox(app: App, step: number, picking = false): void {
  const state = app.inbox.getState();
  if (!state.total) return;
  if (picking && state.focused !== null) state.pickTo(state.focused);
  const from = indexOf(state, state.focused ?? openedConversation(app));
  // From nowhere (-1) one step down leads to the first.
  const next = Math.min(state.total - 1, Math.max(0, from + step));
  const row = rowAt(state, next);
  if (row) {
    if (picking) state.pickTo(row.conversation);
    state.setFocused(row.conversation);
  } else {
    focusOnceThere(app, next);
    state.look(Math.max(0, next - 1), next);
  }
}

/** Of a list of thousands only what was looked at is here: the keyboard goes there when the rest comes, unless it went elsewhere meanwhile. */
function focusOnceThere(app: App, index: number): void {
  const { focused, choice } = app.inbox.getState();
  const stop = app.inbox.subscribe((now) => {
    if (now.focused !== focused || now.choice !== choice || now.failure !== null) return stop();
    const row = rowAt(now, index);
    if (!row) return;
    stop();
    now.setFocused(row.conversation);
  });
}
