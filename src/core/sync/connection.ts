import type { SyncStatus } from '#shared/app-views.ts';

import type { Wiped } from '../storage/wiping.ts';
import type { SessionEnd } from './api-client.ts';
import type { FeedState } from './feed.ts';

type State = SyncStatus['connection'];

/**
 * Pure: the one quiet word about the network. A connection that is lost is "connecting" until the first attempt to get it
 * back has failed; from then on "offline" since it was lost, whatever is tried meanwhile.
 */
export function nextConnection(state: State, feed: FeedState, now: number): State {
  if (state.kind === 'signed-out') return state;
  switch (feed) {
    case 'live':
      return { kind: 'online' };
    case 'connecting':
      return state.kind === 'online' ? { kind: 'connecting', since: now } : state;
    case 'lost':
      if (state.kind === 'online') return { kind: 'connecting', since: now };
      return { kind: 'offline', since: state.since };
  }
}

export function signedOut(reason: SessionEnd): State {
  return { kind: 'signed-out', reason };
}

/** Everything of the account is gone from here. */
export function wipedAway({ why, unsent }: Wiped): State {
  return { kind: 'signed-out', reason: why, unsent };
}
