import { useTranslation } from 'react-i18next';

import { useSlice } from '../state/app.ts';
import { shortTime } from '../words/times.ts';

/** A short time that stays true; renders again only when its words change. */
export function useShortTime(at: number): string {
  const { t, i18n } = useTranslation();
  return useSlice('clock', (clock) => shortTime(at, clock.now, t, i18n.language));
}
