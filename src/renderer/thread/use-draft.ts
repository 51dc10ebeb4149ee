import { useCallback, useEffect, useRef } from 'react';

import { useApp } from '../state/app.ts';
import type { Place } from '../state/thread-store.ts';

const WAIT = 250;

/** All that is kept of what one writes; `mentions` and `replyTo` by id and key. */
export type Written = {
  text: string;
  mentions: string[];
  replyTo: string | null;
  caret: number | null;
  /** Which draft of another device it is written over. */
  over: number;
  aside?: 'drop';
};

/** Keeps a draft: at most `WAIT` after a key, and at once when one looks away, leaves or closes. `waits`: something isn't kept yet. */
export function useDraft(
  place: Place,
  onFailure: (error: unknown) => void,
): { change: (draft: Written) => void; flush: () => void; waits: () => boolean } {
  const { connection } = useApp();
  const { conversation, thread } = place;
  const waiting = useRef<{ draft: Written; timer: number } | null>(null);
  const failed = useRef(onFailure);
  useEffect(() => {
    failed.current = onFailure;
  });

  const flush = useCallback(() => {
    const kept = waiting.current;
    if (!kept) return;
    waiting.current = null;
    window.clearTimeout(kept.timer);
    connection.send('draft.set', { conversation, thread, ...kept.draft }).catch((error: unknown) => failed.current(error));
  }, [connection, conversation, thread]);

  const change = useCallback(
    (draft: Written) => {
      if (waiting.current) waiting.current.draft = draft;
      else waiting.current = { draft, timer: window.setTimeout(flush, WAIT) };
    },
    [flush],
  );

  useEffect(() => {
    window.addEventListener('pagehide', flush);
    window.addEventListener('blur', flush);
    return () => {
      window.removeEventListener('pagehide', flush);
      window.removeEventListener('blur', flush);
      flush();
    };
  }, [flush]);
  const waits = useCallback(() => waiting.current !== null, []);
  return { change, flush, waits };
}
