import { createStore, type StoreApi } from 'zustand';

import type { SyncStatus } from '#shared/app-views.ts';

import type { ChannelState } from '../connect.ts';

/** `onlineSince`: `Infinity` while it isn't. */
export type StatusState = { channel: ChannelState; sync: SyncStatus; badge: number; onlineSince: number };

/** The core's news, and since when it is connected. */
export function withSync(state: StatusState, sync: SyncStatus, now: number): Partial<StatusState> {
  const online = sync.connection.kind === 'online';
  return { sync, onlineSince: online ? Math.min(state.onlineSince, now) : Infinity };
}

export function createStatusStore(): StoreApi<StatusState> {
  return createStore(() => ({
    channel: 'opening' as ChannelState,
    badge: 0,
    onlineSince: Infinity,
    sync: {
      connection: { kind: 'connecting', since: Date.now() },
      queued: 0,
      notSent: 0,
      waitingSince: null,
      lastSyncedAt: null,
      firstSync: null,
      storage: null,
    },
  }));
}
