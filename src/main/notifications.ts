import type { NotificationConstructorOptions } from 'electron';

import type { Log, NotificationAct } from '#core/platform.ts';
import type { NotificationView } from '#shared/app-views.ts';

import { toastXml } from './toast.ts';
import type { ShellWords } from './words.ts';

/** Only what this needs of Electron's `Notification`. */
export type SystemNotification = {
  readonly id: string;
  on(event: 'click' | 'close', listener: () => void): unknown;
  on(event: 'reply', listener: (details: { reply: string }) => void): unknown;
  on(event: 'action', listener: (details: { actionIndex: number }) => void): unknown;
  on(event: 'failed', listener: (event: unknown, error: string) => void): unknown;
  show(): void;
  close(): void;
};

export type Notifications = {
  notify: (view: NotificationView, onRefused: (reason: string) => void) => void;
  withdraw: (ids: string[]) => void;
  /** macOS: those of an earlier run that still stand there. */
  restore: (earlier: readonly SystemNotification[]) => void;
};

export type NotificationParts = {
  platform: NodeJS.Platform;
  words: ShellWords;
  make: (options: NotificationConstructorOptions) => SystemNotification;
  /** macOS: takes away those that this run knows nothing of. */
  remove: (ids: string[]) => void;
  onAct: (id: string, act: NotificationAct) => void;
  log: Log;
};

/** Who looks at a list of more than that? The oldest give way, so that it can't grow without end. */
const MOST = 100;

/**
 * One for each thread: what comes later takes its place. Windows tells what was done with one in another way, which holds for those of an
 * earlier run, too (`toast.ts`). Linux' notifications have a click alone.
 */
export function createNotifications(parts: NotificationParts): Notifications {
  const { platform, log } = parts;
  /** Kept, or the garbage collector takes a notification away together with its click. */
  const shown = new Map<string, SystemNotification>();

  function take(id: string): boolean {
    const notification = shown.get(id);
    shown.delete(id);
    notification?.close();
    return notification !== undefined;
  }

  function keep(id: string, notification: SystemNotification): () => void {
    const forget = (): void => {
      if (shown.get(id) === notification) shown.delete(id);
    };
    if (platform !== 'win32') {
      const act = (what: NotificationAct): void => {
        forget();
        parts.onAct(id, what);
      };
      notification.on('click', () => act({ kind: 'open' }));
      notification.on('reply', ({ reply }) => act({ kind: 'reply', text: reply }));
      // There is one button.
      notification.on('action', () => act({ kind: 'read' }));
      notification.on('close', forget);
    }
    shown.set(id, notification);
    const [oldest] = shown.keys();
    if (shown.size > MOST && oldest !== undefined) take(oldest);
    return forget;
  }

  return {
    notify(view, onRefused) {
      // macOS replaces what has the same id; the others show it anew.
      if (platform === 'darwin') shown.delete(view.id);
      else take(view.id);
      const notification = parts.make(optionsOf(view, parts));
      const forget = keep(view.id, notification);
      notification.on('failed', (_event, error) => {
        forget();
        const reason = error.slice(0, 200);
        log.warn('notify.failed', { reason });
        onRefused(reason);
      });
      notification.show();
    },
    withdraw(ids) {
      const unknown = ids.filter((id) => !take(id));
      if (platform === 'darwin' && unknown.length > 0) parts.remove(unknown);
    },
    restore(earlier) {
      for (const notification of earlier) if (!shown.has(notification.id)) keep(notification.id, notification);
    },
  };
}

function optionsOf(view: NotificationView, { platform, words }: NotificationParts): NotificationConstructorOptions {
  const { title, body, id, conversation, quiet } = view;
  const plain = { title, body, silent: quiet };
  if (platform === 'linux') return plain;
  const grouped = { ...plain, id, ...(conversation === '' ? {} : { groupId: conversation }) };
  if (platform === 'win32') return { ...grouped, toastXml: toastXml(view, words) };
  return {
    ...grouped,
    hasReply: view.actions.includes('reply'),
    replyPlaceholder: words.replyHint,
    actions: view.actions.includes('read') ? [{ type: 'button', text: words.markRead }] : [],
  };
}
