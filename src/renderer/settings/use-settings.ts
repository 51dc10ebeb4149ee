import type { Settings } from '#shared/app-views.ts';

import { useApp, useSlice } from '../state/app.ts';

/** What is chosen, and how to choose otherwise: shown at once, taken back when the disk doesn't take it (which the status says). */
export function useSettings(): [Settings, (change: Partial<Settings>) => void] {
  const { session } = useApp();
  const settings = useSlice('session', (state) => state.settings);
  return [
    settings,
    (change) =>
      void session
        .getState()
        .setSettings(change)
        .catch(() => undefined),
  ];
}
