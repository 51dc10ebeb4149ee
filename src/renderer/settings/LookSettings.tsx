import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { Section, Tick } from './parts.tsx';
import { useSettings } from './use-settings.ts';

const THEMES = ['system', 'light', 'dark'] as const;

export function LookSettings(): ReactElement {
  const { t } = useTranslation();
  const [settings, set] = useSettings();
  return (
    <Section title={t('settings.look')}>
      <fieldset className="flex min-h-9 flex-wrap items-center gap-x-4 gap-y-1">
        <legend className="float-start me-4 text-sm">{t('me.theme')}</legend>
        {THEMES.map((theme) => (
          <label key={theme} className="inline-flex h-8 items-center gap-2 text-sm">
            <input
              type="radio"
              name="theme"
              value={theme}
              checked={settings.theme === theme}
              onChange={() => set({ theme })}
              className="size-4 accent-accent"
            />
            {t(`me.${theme}`)}
          </label>
        ))}
      </fieldset>
      <Tick
        label={t('me.undoSend')}
        hint={t('settings.undoSendHint')}
        checked={settings.undoSend}
        onChange={(event) => set({ undoSend: event.target.checked })}
      />
    </Section>
  );
}
