import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { pauseTimes } from '#shared/pause.ts';

import { Button } from '../parts/Button.tsx';
import { useMoment } from '../parts/use-time.ts';
import { useSlice } from '../state/app.ts';
import { Line } from './parts.tsx';
import { useSettings } from './use-settings.ts';

/** Quiet for a while: an hour, or until tomorrow morning; it ends by itself. */
export function PauseLine(): ReactElement {
  const { t } = useTranslation();
  const [settings, set] = useSettings();
  const isPaused = useSlice('clock', ({ now }) => (settings.pausedUntil ?? 0) > now);
  const until = useMoment(settings.pausedUntil);
  const pause = (until: 'hour' | 'tomorrow'): void => set({ pausedUntil: pauseTimes(Date.now())[until] });
  if (isPaused && until !== null) {
    return (
      <Line label={t('settings.paused', { until })} hint={t('settings.pauseHint')}>
        <Button small onClick={() => set({ pausedUntil: null })}>
          {t('settings.resume')}
        </Button>
      </Line>
    );
  }
  return (
    <Line label={t('settings.pause')} hint={t('settings.pauseHint')}>
      <span className="flex gap-2">
        <Button small onClick={() => pause('hour')}>
          {t('settings.pauseHour')}
        </Button>
        <Button small onClick={() => pause('tomorrow')}>
          {t('settings.pauseTomorrow')}
        </Button>
      </span>
    </Line>
  );
}
