import { useCallback, useEffect, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import type { DeviceView } from '#shared/views.ts';

import { Button } from '../parts/Button.tsx';
import { useApp, useSlice } from '../state/app.ts';
import { moment } from '../words/times.ts';
import { Section, useTrouble } from './parts.tsx';

/** Where this account is signed in. Known to the server alone, so it needs the network. */
export function DeviceSettings(): ReactElement {
  const { t, i18n } = useTranslation();
  const { connection } = useApp();
  const now = useSlice('clock', (clock) => clock.now);
  const [devices, setDevices] = useState<readonly DeviceView[] | null>(null);
  const [failed, setFailed] = useState(false);
  const { trouble, ask, busy } = useTrouble();
  const load = useCallback(
    () =>
      connection.send('account.devices', {}).then(
        (answer) => {
          setDevices(answer.devices);
          setFailed(false);
        },
        () => setFailed(true),
      ),
    [connection],
  );
  useEffect(() => void load(), [load]);
  const end = async (id: string): Promise<void> => {
    if (await ask(connection.send('account.endDevice', { id }))) await load();
  };
  return (
    <Section title={t('settings.devices')}>
      {failed && (
        <div className="flex items-center gap-4 text-sm text-n11">
          <p className="flex-1">{t('settings.devicesOffline')}</p>
          <Button small onClick={() => void load()}>
            {t('common.retry')}
          </Button>
        </div>
      )}
      <ul>
        {devices?.map((device) => (
          <li key={device.id} className="flex min-h-9 items-center gap-4 py-1">
            <div className="min-w-0 flex-1">
              <p className="truncate text-sm">
                <bdi>{device.name}</bdi>
              </p>
              <p className="text-xs text-n11">
                {device.current
                  ? t('settings.thisDevice')
                  : t('settings.lastUsed', { time: moment(device.lastUsed, now, i18n.language) })}
              </p>
            </div>
            {!device.current && (
              <Button
                small
                disabled={busy}
                onClick={() => void end(device.id)}
                aria-label={t('settings.endDevice', { name: device.name })}
              >
                {t('settings.end')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {trouble}
    </Section>
  );
}
