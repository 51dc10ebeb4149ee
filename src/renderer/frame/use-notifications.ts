import { useEffect } from 'react';

import { useApp } from '../state/app.ts';
import { openThread } from '../state/navigate.ts';

/** `renotify`: what takes the place of another one is heard, too. The types don't know it. */
type Options = NotificationOptions & { renotify: boolean };

/** Shows what the core decided to tell, where the host has no notifications of its own. */
export function useNotifications(): void {
  const app = useApp();
  useEffect(() => {
    const shown = new Map<string, Notification>();
    const turn = takeTurn();
    const ends = [
      turn.end,
      app.connection.on('notify', ({ id, title, body, conversation, thread, seq, quiet }) => {
        if (!turn.ours() || !('Notification' in window) || Notification.permission !== 'granted') return;
        const options: Options = { body, tag: id, silent: quiet, renotify: !quiet };
        // What is of the same thread takes the place of what was told before, by its tag.
        const notification = new Notification(title, options);
        shown.set(id, notification);
        notification.addEventListener('close', () => {
          if (shown.get(id) === notification) shown.delete(id);
        });
        notification.addEventListener('click', () => {
          window.focus();
          notification.close();
          if (conversation === '') return;
          app.ui.setState({ search: false, dialog: 'none' });
          openThread(app, { conversation, thread }, seq > 0 ? seq : undefined);
        });
      }),
      app.connection.on('notify.withdraw', ({ ids }) => {
        for (const id of ids) {
          shown.get(id)?.close();
          shown.delete(id);
        }
      }),
    ];
    // A click on one that outlives its page would lead nowhere.
    const closeAll = (): void => {
      for (const notification of shown.values()) notification.close();
      shown.clear();
    };
    window.addEventListener('pagehide', closeAll);
    return () => {
      window.removeEventListener('pagehide', closeAll);
      closeAll();
      for (const end of ends) end();
    };
  }, [app]);
}
/** Several pages of one app stand in one browser, and one of them tells; when that is closed, the next one does. */
function takeTurn(): { ours: () => boolean; end: () => void } {
  const locks = navigator.locks as LockManager | null | undefined;
  // Only an address that isn't the machine's own has none: there the browser replaces what has the same tag.
  if (!locks) return { ours: () => true, end: () => undefined };
  let ours = false;
  const over = Promise.withResolvers<void>();
  const waiting = new AbortController();
  locks
    .request('trialogue-notifications', { signal: waiting.signal }, () => {
      ours = true;
      return over.promise;
    })
    .catch(() => undefined); // given up before it came
  return {
    ours: () => ours,
    end() {
      waiting.abort();
      over.resolve();
    },
  };
}
