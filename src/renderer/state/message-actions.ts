import { LIMITS } from '#shared/limits.ts';
import type { MessageView, PersonView, ReplyView } from '#shared/views.ts';

import { wordsOf } from '../connect.ts';
import type { App } from './app.ts';
import type { Place, ThreadState } from './thread-store.ts';

/** What is put back into the composer of a thread; a new object each time. */
export type ComeBack = { place: Place; text: string; mentions: readonly PersonView[]; reply: ReplyView | null };

export function replyTo(item: MessageView): ReplyView {
  return { key: item.key, author: item.author, excerpt: item.text.slice(0, 200) };
}

export function openPlace(app: App): Place | null {
  const { shown } = app.thread.getState();
  return shown.kind === 'open' ? shown.place : null;
}

function editWindow(app: App): number {
  const { phase } = app.session.getState();
  return phase.kind === 'signed-in' ? phase.session.editWindowMs : LIMITS.editWindowMs;
}

/** Whether one's own message may still be edited and removed. The server has the last word. */
export function mayChange(app: App, item: MessageView): boolean {
  if (!item.own || item.removed || item.state.kind === 'not-sent') return false;
  return item.acceptedAt === null || Date.now() - item.acceptedAt < editWindow(app);
}

/** Says it below the composer when something could not be done. */
function told(app: App, work: Promise<unknown>): void {
  app.ui.setState({ threadTrouble: null });
  work.catch((error: unknown) => app.ui.setState({ threadTrouble: wordsOf(error) }));
}

export function react(app: App, item: MessageView, emoji: string): void {
  const place = openPlace(app);
  const on = !item.reactions.some((one) => one.emoji === emoji && one.own);
  if (place) told(app, app.connection.send('message.react', { ...place, to: item.key, emoji, on }));
}

export function beginEdit(app: App, item: MessageView): void {
  const text = item.change?.kind === 'edit' && item.change.state.kind === 'not-sent' ? item.change.text : item.text;
  app.ui.setState({ fixing: { key: item.key, text, kind: 'edit', mentions: item.mentions } });
}

export function remove(app: App, item: MessageView): void {
  const place = openPlace(app);
  if (place) told(app, app.connection.send('message.remove', { ...place, of: item.key, undoable: true }));
}

export function copyText(app: App, item: MessageView): void {
  told(app, navigator.clipboard.writeText(item.text));
}

/** What can be taken back until then. `removal`: a message that was removed, rather than one that was sent. */
export type Held = { key: string; place: Place; title: string; until: number; removal: boolean };

/** The last that can be taken back in the open thread. */
export function heldIn(shown: ThreadState['shown']): Held | null {
  if (shown.kind !== 'open') return null;
  const about = { place: shown.place, title: shown.conversation.job.title };
  for (let index = shown.items.length - 1; index >= 0; index--) {
    const item = shown.items[index];
    if (item?.kind !== 'message') continue;
    if (item.state.kind === 'held') return { ...about, key: item.key, until: item.state.until, removal: false };
    const { change } = item;
    if (change?.state.kind === 'held') return { ...about, key: change.key, until: change.state.until, removal: true };
  }
  return null;
}

/** Takes it back: a message returns to the composer of its thread, whole. */
export function undo(app: App, key: string, place: Place): void {
  told(
    app,
    app.connection.send('message.undo', { key }).then((back) => {
      if (back.kind === 'message')
        app.ui.setState({ comeBack: { place, text: back.text, mentions: back.mentions, reply: back.replyTo } });
    }),
  );
}

export function sendNow(app: App): void {
  told(app, app.connection.send('message.release', {}));
}
