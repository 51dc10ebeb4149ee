import { useSlice } from '../state/app.ts';
import { statusKind, type StatusKind } from '../words/sentences.ts';

/** The one status of the app: of a core that doesn't answer, what it said last is no news. */
export function useStatusKind(): StatusKind {
  const channel = useSlice('status', (state) => state.channel);
  const kind = useSlice('status', (state) => statusKind(state.sync));
  return channel === 'lost' || channel === 'ended' ? 'stopped' : kind;
}
