import { useTranslation } from 'react-i18next';

import { useSlice } from '../state/app.ts';
import { moment, shortTime } from '../words/times.ts';

/** A short time that stays true; renders again only when its words change. */
export function useShortTime(at: number): string {
  const { t, i18n } = useTranslation();
  return useSlice('clock', (clock) => shortTime(at, clock.now, t, i18n.language));
}

/** A moment to come, with its day when that isn't today; `null` where there is none. */
export function useMoment(at: number | null): string | null {
  const { i18n } = useTranslation();
  return useSlice('clock', (clock) => (at === null ? null : moment(at, clock.now, i18n.language)));
}
