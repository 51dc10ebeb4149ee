import { useEffect, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { enforcedPolicy } from '#shared/policies.ts';

import { useApp, useSlice } from '../state/app.ts';
import { Section, Tick, useTrouble } from './parts.tsx';
import { useSettings } from './use-settings.ts';

/** Kept by the system, and changed there too: asked for each time. */
function StartAtLogin(): ReactElement {
  const { t } = useTranslation();
  const { connection } = useApp();
  const [on, setOn] = useState<boolean | null>(null);
  const { trouble, ask } = useTrouble();
  useEffect(() => {
    let wanted = true;
    void connection.send('startup.read', {}).then(
      (found) => wanted && setOn(found.on),
      () => undefined, // the status says that the core doesn't answer
    );
    return () => {
      wanted = false;
    };
  }, [connection]);
  return (
    <>
      <Tick
        label={t('settings.startAtLogin')}
        hint={t('settings.startAtLoginHint')}
        checked={on ?? false}
        disabled={on === null}
        onChange={({ target }) => void ask(connection.send('startup.set', { on: target.checked }).then((now) => setOn(now.on)))}
      />
      {trouble}
    </>
  );
}

/** What only an app that is installed can do; nothing of it is shown where the host can't. */
export function DesktopSettings(): ReactElement | null {
  const { t } = useTranslation();
  const [settings, set] = useSettings();
  const { tray, startAtLogin, spellCheck } = useSlice('session', (state) => state.capabilities);
  const spellingSettled = useSlice('session', (state) => enforcedPolicy(state.policies, 'SpellCheck') !== undefined);
  if (!tray && !startAtLogin && !spellCheck) return null;
  return (
    <Section title={t('settings.desktop')}>
      {startAtLogin && <StartAtLogin />}
      {tray && (
        <Tick
          label={t('settings.closeToTray')}
          hint={t('settings.closeToTrayHint')}
          checked={settings.closeToTray}
          onChange={({ target }) => set({ closeToTray: target.checked })}
        />
      )}
      {spellCheck && (
        <Tick
          label={t('settings.spellCheck')}
          hint={
            spellingSettled
              ? t('policies.hint')
              : t(spellCheck === 'fetched' ? 'settings.spellCheckFetched' : 'settings.spellCheckSystem')
          }
          checked={settings.spellCheck}
          disabled={spellingSettled}
          onChange={({ target }) => set({ spellCheck: target.checked })}
        />
      )}
    </Section>
  );
}
