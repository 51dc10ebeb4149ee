import { createStore, type StoreApi } from 'zustand';

import { USUAL_SETTINGS, type Capabilities, type SessionView, type Settings } from '#shared/app-views.ts';
import { NO_POLICIES, type PoliciesView } from '#shared/policies.ts';

import type { Connection } from '../connect.ts';

export type SessionState = {
  /** `starting` until the core has answered the first call. */
  phase: { kind: 'starting' } | { kind: 'signed-out' } | { kind: 'signed-in'; session: SessionView };
  settings: Settings;
  capabilities: Capabilities;
  /** What the organisation settled for this machine. */
  policies: PoliciesView;
  server: string;
  signIn(input: { server: string; email: string; password: string }): Promise<void>;
  /** In the person's own browser; `stopSignIn` gives up waiting for it. */
  signInByBrowser(server: string): Promise<void>;
  stopSignIn(): Promise<void>;
  signOut(wipe: boolean): Promise<void>;
  setSettings(change: Partial<Settings>): Promise<void>;
};

export function createSessionStore(connection: Connection): StoreApi<SessionState> {
  return createStore((set, get) => ({
    phase: { kind: 'starting' },
    // Until the core has said so there is no tour.
    settings: { ...USUAL_SETTINGS, toured: true },
    capabilities: { notifications: 'host', badge: false, secretStore: true },
    policies: NO_POLICIES,
    server: '',
    signIn: async (input) => {
      const session = await connection.send('session.signIn', input);
      set({ phase: { kind: 'signed-in', session }, server: input.server });
    },
    signInByBrowser: async (server) => {
      const session = await connection.send('session.signInByBrowser', { server });
      set({ phase: { kind: 'signed-in', session }, server });
    },
    stopSignIn: async () => {
      await connection.send('session.stopSignIn', {});
    },
    signOut: async (wipe) => {
      await connection.send('session.signOut', { wipe });
      set({ phase: { kind: 'signed-out' } });
    },
    setSettings: async (change) => {
      const before = get().settings;
      // Shown at once; taken back if it could not be kept.
      set({ settings: { ...before, ...change } });
      try {
        set({ settings: await connection.send('settings.set', change) });
      } catch (error) {
        set({ settings: before });
        throw error;
      }
    },
  }));
}
