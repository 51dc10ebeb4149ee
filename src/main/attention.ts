import type { NotificationView } from '#shared/app-views.ts';

/** What comes closer behind each other is one burst, in ms. */
const BURST_MS = 30_000;

/** Flashes the taskbar's button, or lets the dock's icon bounce once, when somebody is told of something while they look elsewhere. */
export type Attention = {
  /** A notification was shown. The core shows none in quiet hours, in a pause, or where they are turned off. */
  call(view: Pick<NotificationView, 'quiet'>): void;
  /** They look now, or nothing is unread any more. */
  end(): void;
};

export function createAttention(parts: {
  platform: NodeJS.Platform;
  /** ms since 1970 */
  now: () => number;
  isFocused: () => boolean;
  /** The button goes on until it is told to end. */
  flash: (on: boolean) => void;
  bounce: () => void;
}): Attention {
  let flashing = false;
  let last = -Infinity;
  return {
    call({ quiet }) {
      if (quiet || parts.isFocused()) return;
      const isSame = parts.now() - last < BURST_MS;
      last = parts.now();
      if (isSame) return;
      if (parts.platform === 'darwin') return parts.bounce();
      flashing = true;
      parts.flash(true);
    },
    end() {
      last = -Infinity;
      if (!flashing) return;
      flashing = false;
      parts.flash(false);
    },
  };
}
