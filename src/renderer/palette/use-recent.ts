import { useEffect } from 'react';

import { useApp } from '../state/app.ts';
import { noteRecent } from './recent.ts';

/** Remembers which conversations are opened. Without a state of its own: around it stands all that there is, and would be drawn with each. */
export function useRecent(): void {
  const { thread } = useApp();
  useEffect(() => {
    let last: string | null = null;
    const note = (): void => {
      const { shown } = thread.getState();
      const open = shown.kind === 'open' ? shown.place.conversation : null;
      if (open !== null && open !== last) noteRecent('conversations', open);
      last = open;
    };
    note();
    return thread.subscribe(note);
  }, [thread]);
}
