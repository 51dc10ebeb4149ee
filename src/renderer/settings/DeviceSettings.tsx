import { useCallback, useEffect, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import type { DeviceView } from '#shared/app-views.ts';

import { Button } from '../parts/Button.tsx';
import { useApp, useSlice } from '../state/app.ts';
import { moment } from '../words/times.ts';
import { Section, Tick, useTrouble } from './parts.tsx';

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
  const [asked, setAsked] = useState<{ id: string; wipe: boolean } | null>(null);
  const end = async (choice: { id: string; wipe: boolean }): Promise<void> => {
    if (!(await ask(connection.send('account.endDevice', choice)))) return;
    setAsked(null);
    await load();
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
          <li key={device.id} className="py-1">
            <div className="flex min-h-9 items-center gap-4">
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
              {!device.current && asked?.id !== device.id && (
                <Button
                  small
                  disabled={busy}
                  onClick={() => setAsked({ id: device.id, wipe: true })}
                  aria-label={t('settings.endDevice', { name: device.name })}
                >
                  {t('settings.endAsk')}
                </Button>
              )}
            </div>
            {asked?.id === device.id && (
              <div
                role="group"
                aria-label={t('settings.endDevice', { name: device.name })}
                className="mb-2 mt-2 rounded-sm bg-n3 p-3"
              >
                <Tick
                  label={t('settings.endWipe')}
                  hint={t('settings.endWipeHint')}
                  checked={asked.wipe}
                  onChange={(event) => setAsked({ id: device.id, wipe: event.target.checked })}
                />
                <div className="mt-2 flex justify-end gap-2">
                  <Button small onClick={() => setAsked(null)}>
                    {t('common.cancel')}
                  </Button>
                  <Button small kind={asked.wipe ? 'danger' : 'primary'} disabled={busy} onClick={() => void end(asked)}>
                    {t(asked.wipe ? 'settings.endAndWipe' : 'settings.end')}
                  </Button>
                </div>
              </div>
            )}
          </li>
        ))}
      </ul>
      {trouble}
    </Section>
  );
}
