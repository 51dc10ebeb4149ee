import type { ThreadName } from '#shared/ids.ts';
import { LIMITS } from '#shared/limits.ts';

/** Somebody whose "stopped" never came stops being shown a little after it would have. */
const EXPIRES_MS = LIMITS.typingMs + 1_000;

type Typist = { conversation: string; thread: ThreadName; account: string; name: string; until: number };

/** Who is typing where. */
export type TypingBoard = {
  set(conversation: string, thread: ThreadName, person: { account: string; name: string }, typing: boolean): void;
  /** These and nobody else type in this thread, as far as its socket knows. */
  list(conversation: string, thread: ThreadName | null): { account: string; name: string }[];
  clear(): void;
};

export function createTypingBoard(now: () => number, onChange: (conversation: string, thread: ThreadName) => void): TypingBoard {
  const typists = new Map<string, Typist>();
  let timer: NodeJS.Timeout | null = null;

  const expire = (): void => {
    timer = null;
    for (const [id, typist] of typists) {
      if (typist.until > now()) continue;
      typists.delete(id);
      onChange(typist.conversation, typist.thread);
    }
    plan();
  };
  const plan = (): void => {
    if (timer || typists.size === 0) return;
    timer = setTimeout(expire, 500);
  };

  return {
    set(conversation, thread, { account, name }, typing) {
      const id = `${conversation}/${thread}/${account}`;
      const was = typists.has(id);
      if (typing) typists.set(id, { conversation, thread, account, name, until: now() + EXPIRES_MS });
      else typists.delete(id);
      if (was !== typing) onChange(conversation, thread);
      plan();
    },
    list: (conversation, thread) =>
      [...typists.values()].filter(
        (typist) => typist.conversation === conversation && (thread === null || typist.thread === thread),
      ),
    clear() {
      if (timer) clearTimeout(timer);
      timer = null;
      typists.clear();
    },
  };
}
