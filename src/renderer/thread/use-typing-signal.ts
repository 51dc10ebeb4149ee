import { useCallback, useEffect, useRef } from 'react';

import { LIMITS } from '#shared/limits.ts';

import { useApp } from '../state/app.ts';
import type { Place } from '../state/thread-store.ts';

/** Says that one is typing; not more often than it has to be repeated. */
export function useTypingSignal({ conversation, thread }: Place): (typing: boolean) => void {
  const { connection } = useApp();
  const told = useRef(0);
  const signal = useCallback(
    (typing: boolean) => {
      const now = performance.now();
      if (typing ? told.current > 0 && now - told.current < LIMITS.typingRepeatMs : told.current === 0) return;
      told.current = typing ? now : 0;
      // Who can't be told now needs not be told later.
      connection.send('typing.set', { conversation, thread, typing }).catch(() => undefined);
    },
    [connection, conversation, thread],
  );
  useEffect(() => () => signal(false), [signal]);
  return signal;
}
