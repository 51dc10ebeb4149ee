import { useEffect, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { enforcedPolicy } from '#shared/policies.ts';

import { Button } from '../parts/Button.tsx';
import { useApp, useSlice } from '../state/app.ts';
import { Line, Section, Tick, useTrouble } from './parts.tsx';
import { PauseLine } from './PauseLine.tsx';
import { useSettings } from './use-settings.ts';

const NIGHT = { from: '19:00', to: '08:00' };

export function NotificationSettings(): ReactElement {
  const { t } = useTranslation();
  const { connection } = useApp();
  const [settings, set] = useSettings();
  const textSettled = useSlice('session', (state) => enforcedPolicy(state.policies, 'NotificationText') !== undefined);
  const byPage = useSlice('session', (state) => state.capabilities.notifications === 'page');
  const [permission, setPermission] = useState<NotificationPermission | 'unsupported'>(() =>
    'Notification' in window ? Notification.permission : 'unsupported',
  );
  const { trouble, ask } = useTrouble();
  const [refusal, setRefusal] = useState<string | null>(null);
  useEffect(() => connection.on('notify.refused', ({ reason }) => setRefusal(reason)), [connection]);
  const test = (): void => {
    setRefusal(null);
    void ask(connection.send('notify.test', {}));
  };
  const mayShow = !byPage || permission === 'granted';
  const { quietHours } = settings;
  return (
    <Section title={t('me.notifications')}>
      {!mayShow &&
        (permission === 'default' ? (
          <Line label={t('settings.notAllowedYet')}>
            <Button small onClick={() => void Notification.requestPermission().then(setPermission)}>
              {t('me.allow')}
            </Button>
          </Line>
        ) : (
          <p className="rounded-sm bg-amber-tint px-3 py-2 text-sm text-amber">
            {permission === 'denied' ? t('me.refused') : t('me.unsupported')}
          </p>
        ))}
      <Tick
        label={t('settings.notify')}
        checked={settings.notifications}
        disabled={!mayShow}
        onChange={(event) => set({ notifications: event.target.checked })}
      />
      <Tick
        label={t('me.notificationText')}
        hint={textSettled ? t('policies.hint') : t('settings.textHint')}
        checked={settings.notificationText}
        disabled={textSettled}
        onChange={(event) => set({ notificationText: event.target.checked })}
      />
      <Tick
        label={t('settings.quiet')}
        hint={t('settings.quietHint')}
        checked={quietHours !== null}
        onChange={(event) => set({ quietHours: event.target.checked ? NIGHT : null })}
      />
      {quietHours && (
        <div className="flex flex-wrap items-center gap-2 ps-8 text-sm">
          {(['from', 'to'] as const).map((end) => (
            <label key={end} className="inline-flex items-center gap-2">
              {t(`settings.${end}`)}
              <input
                type="time"
                required
                value={quietHours[end]}
                onChange={({ target }) => target.value !== '' && set({ quietHours: { ...quietHours, [end]: target.value } })}
                className="h-8 rounded-sm border border-n7 bg-n1 px-2 text-sm text-n12"
              />
            </label>
          ))}
        </div>
      )}
      <PauseLine />
      <Line label={t('settings.test')} hint={t('settings.testHint')}>
        <Button small disabled={!mayShow} onClick={test}>
          {t('settings.testNow')}
        </Button>
      </Line>
      {refusal !== null && (
        <p role="alert" className="rounded-sm bg-amber-tint px-3 py-2 text-sm text-amber">
          {t('settings.refused', { reason: refusal })}
        </p>
      )}
      {trouble}
    </Section>
  );
}
