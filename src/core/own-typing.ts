import type { ThreadName } from '#shared/ids.ts';
import { LIMITS } from '#shared/limits.ts';

/** Tells that the person here is typing: repeated while it goes on, ended 5 s after the last key. */
export type OwnTyping = { set(conversation: string, thread: ThreadName, typing: boolean): void; close(): void };

export function createOwnTyping(
  now: () => number,
  send: (conversation: string, thread: ThreadName, typing: boolean) => void,
): OwnTyping {
  let current: { conversation: string; thread: ThreadName; until: number; sentAt: number; timer: NodeJS.Timeout } | null = null;

  const end = (): void => {
    if (!current) return;
    clearTimeout(current.timer);
    send(current.conversation, current.thread, false);
    current = null;
  };

  return {
    set(conversation, thread, typing) {
      const same = current?.conversation === conversation && current.thread === thread;
      if (!typing) {
        if (same) end();
        return;
      }
      if (current && !same) end();
      const at = now();
      const repeat = !current || at - current.sentAt >= LIMITS.typingRepeatMs;
      if (repeat) send(conversation, thread, true);
      if (current) clearTimeout(current.timer);
      current = {
        conversation,
        thread,
        until: at + LIMITS.typingMs,
        sentAt: repeat ? at : current!.sentAt,
        timer: setTimeout(end, LIMITS.typingMs),
      };
    },
    close: end,
  };
}
