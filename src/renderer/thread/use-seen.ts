import type { Virtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';

import { inFront } from '../frame/use-view-state.ts';
import { useApp } from '../state/app.ts';
import type { ThreadRow } from './thread-rows.ts';

type Lines = readonly { index: number; end: number }[];

/** The highest `seq` whose row ends above the lower edge of the view; 0 for none. */
export function seenUpTo(lines: Lines, rows: readonly ThreadRow[], lowerEdge: number): number {
  let seen = 0;
  for (const { index, end } of lines) {
    const row = rows[index];
    if (end > lowerEdge || (row?.kind !== 'message' && row?.kind !== 'event')) continue;
    seen = Math.max(seen, row.item.seq ?? 0);
  }
  return seen;
}

const SETTLE = 150;

/** A message counts as read when it was on screen in a focused window, not when it was synced. */
export function useSeen(virtualizer: Virtualizer<HTMLDivElement, Element>, rows: readonly ThreadRow[], uncovered: boolean): void {
  const { thread } = useApp();
  const latest = useRef({ virtualizer, rows, uncovered });
  useEffect(() => {
    latest.current = { virtualizer, rows, uncovered };
  });

  const timer = useRef<number | null>(null);
  useEffect(() => {
    const look = (): void => {
      timer.current = null;
      const now = latest.current;
      const element = now.virtualizer.scrollElement;
      if (!inFront() || !now.uncovered || !element) return;
      const seq = seenUpTo(now.virtualizer.getVirtualItems(), now.rows, element.scrollTop + element.clientHeight + 4);
      if (seq > 0) thread.getState().seen(seq);
    };
    const soon = (): void => {
      timer.current ??= window.setTimeout(look, SETTLE);
    };
    soon();
    const element = virtualizer.scrollElement;
    element?.addEventListener('scroll', soon, { passive: true });
    window.addEventListener('focus', soon);
    document.addEventListener('visibilitychange', soon);
    return () => {
      element?.removeEventListener('scroll', soon);
      window.removeEventListener('focus', soon);
      document.removeEventListener('visibilitychange', soon);
    };
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- rows and what covers them decide what is seen, also when nothing scrolls
  }, [thread, virtualizer, virtualizer.scrollElement, rows, uncovered]);
  useEffect(
    () => () => {
      if (timer.current !== null) window.clearTimeout(timer.current);
      timer.current = null;
    },
    [],
  );
}
