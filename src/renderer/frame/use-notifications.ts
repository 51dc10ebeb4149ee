import { useEffect } from 'react';

import { useApp } from '../state/app.ts';
import { openThread } from '../state/navigate.ts';

/** Shows what the core decided to tell, where the host has no notifications of its own. */
export function useNotifications(): void {
  const app = useApp();
  useEffect(() => {
    const shown = new Map<string, Notification>();
    const ends = [
      app.connection.on('notify', ({ id, title, body, conversation, thread, seq }) => {
        if (!('Notification' in window) || Notification.permission !== 'granted') return;
        const notification = new Notification(title, { body, tag: id });
        shown.set(id, notification);
        notification.addEventListener('close', () => shown.delete(id));
        notification.addEventListener('click', () => {
          window.focus();
          notification.close();
          app.ui.setState({ search: false, dialog: 'none' });
          openThread(app, { conversation, thread }, seq);
        });
      }),
      app.connection.on('notify.withdraw', ({ ids }) => {
        for (const id of ids) {
          shown.get(id)?.close();
          shown.delete(id);
        }
      }),
    ];
    return () => {
      for (const end of ends) end();
    };
  }, [app]);
}
