import { LIMITS } from '#shared/limits.ts';

import type { PresenceHint } from './hints.ts';

/** Who types, or is there, on other nodes. Each says when somebody stops; for one that died, or a hint that was lost, time does. */
export type AwayPresence = {
  heard(node: string, hint: PresenceHint): void;
  /** A node is gone, and everybody whom it had shown. */
  forget(node: string): void;
  stop(): void;
};

/** The node that has the socket ends it first, unless it can't. */
const GRACE_MS = 1_000;

type Shown = { hint: PresenceHint; timer: NodeJS.Timeout | null };

export function createAwayPresence(show: (hint: PresenceHint) => void): AwayPresence {
  const nodes = new Map<string, Map<number, Shown>>();

  function heard(node: string, hint: PresenceHint): void {
    const shown = nodes.get(node) ?? new Map<number, Shown>();
    nodes.set(node, shown);
    const before = shown.get(hint.client);
    if (before && before.hint.clock >= hint.clock) return;
    if (before?.timer) clearTimeout(before.timer);
    if (hint.typing === null) shown.delete(hint.client);
    else {
      // Under the clock that the end would have had.
      const end = (): void => heard(node, { ...hint, clock: hint.clock + 1, typing: false });
      shown.set(hint.client, { hint, timer: hint.typing ? setTimeout(end, LIMITS.typingMs + GRACE_MS) : null });
    }
    show(hint);
  }

  return {
    heard,
    forget(node) {
      for (const { hint } of nodes.get(node)?.values() ?? []) heard(node, { ...hint, clock: hint.clock + 1, typing: null });
      nodes.delete(node);
    },
    stop() {
      for (const shown of nodes.values()) for (const { timer } of shown.values()) if (timer) clearTimeout(timer);
      nodes.clear();
    },
  };
}
