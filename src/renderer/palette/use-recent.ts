import { useEffect } from 'react';

import { useSlice } from '../state/app.ts';
import { noteRecent } from './recent.ts';

/** Remembers which conversations are opened. */
export function useRecent(): void {
  const open = useSlice('thread', ({ shown }) => (shown.kind === 'open' ? shown.place.conversation : null));
  useEffect(() => {
    if (open !== null) noteRecent('conversations', open);
  }, [open]);
}
