import { createStore, type StoreApi } from 'zustand';

import type { SyncStatus } from '#shared/views.ts';

import type { ChannelState } from '../connect.ts';

export type StatusState = { channel: ChannelState; sync: SyncStatus; badge: number };

export function createStatusStore(): StoreApi<StatusState> {
  return createStore(() => ({
    channel: 'opening' as ChannelState,
    badge: 0,
    sync: {
      connection: { kind: 'connecting', since: Date.now() },
      queued: 0,
      notSent: 0,
      lastSyncedAt: null,
      firstSync: null,
      storage: null,
    },
  }));
}
