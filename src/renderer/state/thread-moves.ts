import type { App } from './app.ts';
import { openPlace } from './message-actions.ts';

/** Goes to the message that another answers. */
export async function goToKey(app: App, key: string): Promise<void> {
  const place = openPlace(app);
  const { shown } = app.thread.getState();
  if (!place || shown.kind !== 'open') return;
  const here = shown.items.find((item) => item.key === key)?.seq;
  const seq = here ?? (await app.connection.send('thread.find', { ...place, key })).seq;
  if (seq !== null) app.thread.getState().goTo(seq, 'seq');
}

/** Goes to the first message of a day or after it; says whether there is one. */
export async function goToDay(app: App, day: Date): Promise<boolean> {
  const place = openPlace(app);
  if (!place) return false;
  const { seq } = await app.connection.send('thread.at', { ...place, at: day.getTime() });
  if (seq === null) return false;
  app.thread.getState().goTo(seq, 'place');
  return true;
}

export function goToFirstUnread(app: App): void {
  const { shown } = app.thread.getState();
  if (shown.kind === 'open' && shown.firstUnread !== null) app.thread.getState().goTo(shown.firstUnread, 'unread');
}
