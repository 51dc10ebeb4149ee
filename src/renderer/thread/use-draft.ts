import { useCallback, useEffect, useRef } from 'react';

import { useApp } from '../state/app.ts';
import type { Place } from '../state/thread-store.ts';

const WAIT = 250;

/** Keeps a draft: at most `WAIT` after a key, and at once when one looks away, leaves or closes. */
export function useDraft(
  place: Place,
  onFailure: (error: unknown) => void,
): { change: (text: string) => void; flush: () => void } {
  const { connection } = useApp();
  const { conversation, thread } = place;
  const waiting = useRef<{ text: string; timer: number } | null>(null);
  const failed = useRef(onFailure);
  useEffect(() => {
    failed.current = onFailure;
  });

  const flush = useCallback(() => {
    const draft = waiting.current;
    if (!draft) return;
    waiting.current = null;
    window.clearTimeout(draft.timer);
    connection.send('draft.set', { conversation, thread, text: draft.text }).catch((error: unknown) => failed.current(error));
  }, [connection, conversation, thread]);

  const change = useCallback(
    (text: string) => {
      if (waiting.current) waiting.current.text = text;
      else waiting.current = { text, timer: window.setTimeout(flush, WAIT) };
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
  return { change, flush };
}
