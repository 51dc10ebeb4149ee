import { createContext, useContext } from 'react';
import { useStore, type StoreApi } from 'zustand';

import type { Connection } from '../connect.ts';
import { createClockStore, type ClockState } from './clock-store.ts';
import { createFilesStore, type FilesState } from './files-store.ts';
import { createInboxStore, type InboxState } from './inbox-store.ts';
import { createSessionStore, type SessionState } from './session-store.ts';
import { createStatusStore, type StatusState } from './status-store.ts';
import { createThreadStore, type ThreadState } from './thread-store.ts';
import { createUiStore, type UiState } from './ui-store.ts';
import { createWorkStore, type WorkState } from './work-store.ts';

type Slices = {
  session: SessionState;
  inbox: InboxState;
  thread: ThreadState;
  status: StatusState;
  ui: UiState;
  clock: ClockState;
  work: WorkState;
  files: FilesState;
};

export type App = { connection: Connection } & { [S in keyof Slices]: StoreApi<Slices[S]> };

export function createApp(connection: Connection): App {
  return {
    connection,
    session: createSessionStore(connection),
    inbox: createInboxStore(connection),
    thread: createThreadStore(connection),
    status: createStatusStore(),
    ui: createUiStore(),
    clock: createClockStore(),
    work: createWorkStore(),
    files: createFilesStore(),
  };
}

export const AppContext = createContext<App | null>(null);

export function useApp(): App {
  const app = useContext(AppContext);
  if (!app) throw new Error('outside of AppContext');
  return app;
}

/** Reads from one slice; renders again only when what `select` returns changed. */
export function useSlice<S extends keyof Slices, T>(slice: S, select: (state: Slices[S]) => T): T {
  const store = useApp()[slice] as unknown as StoreApi<Slices[S]>;
  return useStore(store, select);
}
