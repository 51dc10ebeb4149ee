import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { LANGUAGE_CHOICES, LANGUAGES, type Language } from '#shared/languages.ts';

import { Button } from '../parts/Button.tsx';
import { useApp } from '../state/app.ts';
import { Line, Section, Tick } from './parts.tsx';
import { useSettings } from './use-settings.ts';

const THEMES = ['system', 'light', 'dark'] as const;
/** Each in its own words: whoever needs it can read it. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: 'English', fil: 'Filipino', ar: 'العربية' };

export function LookSettings(): ReactElement {
  const { t } = useTranslation();
  const { ui } = useApp();
  const [settings, set] = useSettings();
  return (
    <Section title={t('settings.look')}>
      <fieldset className="flex min-h-9 flex-wrap items-center gap-x-4 gap-y-1">
        <legend className="float-start me-auto text-sm">{t('me.theme')}</legend>
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
      <Line label={t('settings.language')}>
        <select
          aria-label={t('settings.language')}
          value={settings.language}
          onChange={(event) => set({ language: LANGUAGE_CHOICES.find((one) => one === event.target.value) ?? 'system' })}
          className="h-8 rounded-sm border border-n7 bg-n1 px-2 text-sm text-n12"
        >
          <option value="system">{t('me.system')}</option>
          {LANGUAGES.map((language) => (
            <option key={language} value={language} lang={language} dir="auto">
              {LANGUAGE_NAMES[language]}
            </option>
          ))}
        </select>
      </Line>
      <Tick
        label={t('me.undoSend')}
        hint={t('settings.undoSendHint')}
        checked={settings.undoSend}
        onChange={(event) => set({ undoSend: event.target.checked })}
      />
      <Line label={t('canned.title')} hint={t('canned.about')}>
        <Button small onClick={() => ui.getState().showOver('canned')}>
          {t('settings.show')}
        </Button>
      </Line>
    </Section>
  );
}
