import type { Log } from '../platform.ts';
import type { Store } from '../storage/database.ts';
import { isQuiet, quietConversations } from '../storage/quiet-rows.ts';

const EVERY_MS = 60 * 60_000;
const DAY_MS = 24 * 60 * 60_000;
/** So many at once hold nothing else up. */
const BATCH = 20;

/** Removes what the organisation doesn't want kept on this computer: at the start, every hour, and when more of it comes in. */
export type Retention = {
  /** Something came in that may be older than that. */
  look(): void;
  stop(): void;
};

/** `days: null`: everything is kept. */
export function createRetention(deps: {
  store: Store;
  days: number | null;
  now: () => number;
  log: Log;
  /** Somebody has it before them. */
  isOpen: (conversation: string) => boolean;
  forget: (conversation: string) => void;
  expireFiles: (before: number) => void;
}): Retention {
  const { store, days, log } = deps;
  if (days === null) return { look: () => undefined, stop: () => undefined };
  let pending: NodeJS.Immediate | null = null;
  let stopped = false;

  const sweep = (): void => {
    pending = null;
    if (stopped) return;
    const before = deps.now() - days * DAY_MS;
    // An open one is left out, and comes up again with the next look.
    const old = quietConversations(store, before, BATCH * 2).filter((id) => !deps.isOpen(id));
    const now = old.slice(0, BATCH);
    for (const id of now) if (isQuiet(store, id, before)) deps.forget(id);
    if (now.length > 0) log.info('retention', { removed: now.length });
    if (old.length > BATCH) look();
  };
  const look = (): void => {
    if (!stopped) pending ??= setImmediate(sweep);
  };
  const all = (): void => {
    deps.expireFiles(deps.now() - days * DAY_MS);
    look();
  };
  const timer = setInterval(all, EVERY_MS);
  timer.unref();
  all();
  return {
    look,
    stop() {
      stopped = true;
      clearInterval(timer);
      if (pending) clearImmediate(pending);
    },
  };
}
