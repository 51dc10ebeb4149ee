import type { NotificationConstructorOptions } from 'electron';

import type { Log } from '#core/platform.ts';
import type { NotificationView } from '#shared/views.ts';

/** Only what this needs of Electron's `Notification`. */
export type SystemNotification = {
  on(event: 'click' | 'close', listener: () => void): unknown;
  on(event: 'failed', listener: (event: unknown, error: string) => void): unknown;
  show(): void;
  close(): void;
};

export type Notifications = { notify: (view: NotificationView) => void; withdraw: (ids: string[]) => void };

/** Who looks at a list of more than that? The oldest give way, so that it can't grow without end. */
const MOST = 100;

export function createNotifications(
  make: (options: NotificationConstructorOptions) => SystemNotification,
  onClick: (view: NotificationView) => void,
  log: Log,
): Notifications {
  /** Kept, or the garbage collector takes a notification away together with its click. */
  const shown = new Map<string, SystemNotification>();

  function take(id: string): void {
    const notification = shown.get(id);
    shown.delete(id);
    notification?.close();
  }

  return {
    notify(view) {
      take(view.id);
      const notification = make({ title: view.title, body: view.body, id: view.id, groupId: view.conversation });
      const forget = (): void => {
        if (shown.get(view.id) === notification) shown.delete(view.id);
      };
      notification.on('click', () => {
        forget();
        onClick(view);
      });
      notification.on('close', forget);
      notification.on('failed', (_event, error) => {
        forget();
        log.warn('notify.failed', { reason: error.slice(0, 200) });
      });
      shown.set(view.id, notification);
      const [oldest] = shown.keys();
      if (shown.size > MOST && oldest !== undefined) take(oldest);
      notification.show();
    },
    withdraw: (ids) => ids.forEach(take),
  };
}
