import { refreshConversation } from '../storage/conversations.ts';
import type { Store } from '../storage/database.ts';
import { dueConversations, nextDue, writeTime } from '../storage/work-rows.ts';

/** A timer counts no time while the machine sleeps: it is looked at the clock again this often. */
const LONGEST_MS = 30_000;

/** Brings back what was put aside until now, also what came due while the app was closed. */
export type Alarm = {
  /** Something may be due, or due at another time than before. */
  look(): void;
  close(): void;
};

export function createAlarm(deps: {
  store: Store;
  now: () => number;
  me: () => string | null;
  onDue: (conversations: string[]) => void;
  onFailure: (error: unknown) => void;
}): Alarm {
  const { store } = deps;
  let timer: NodeJS.Timeout | null = null;

  const look = (): void => {
    if (timer) clearTimeout(timer);
    timer = null;
    const now = deps.now();
    let wait = LONGEST_MS;
    try {
      const me = deps.me();
      const due = me === null ? [] : dueConversations(store, now);
      if (me !== null && due.length > 0) {
        store.transact(() => {
          writeTime(store, now);
          for (const id of due) refreshConversation(store, id, me);
        });
        deps.onDue(due);
      }
      const next = nextDue(store);
      if (next === null) return;
      wait = Math.min(LONGEST_MS, Math.max(1, next - now));
    } catch (error) {
      deps.onFailure(error);
    }
    timer = setTimeout(look, wait);
  };

  return {
    look,
    close() {
      if (timer) clearTimeout(timer);
      timer = null;
    },
  };
}
