import { useSyncExternalStore } from 'react';

/** Below this width inbox and thread take turns; `two:` in the classes is its opposite. */
const ONE_PANE = '(width < 760px)';

export function isOnePane(): boolean {
  return window.matchMedia(ONE_PANE).matches;
}

export function useOnePane(): boolean {
  return useSyncExternalStore((changed) => {
    const media = window.matchMedia(ONE_PANE);
    media.addEventListener('change', changed);
    return () => media.removeEventListener('change', changed);
  }, isOnePane);
}
