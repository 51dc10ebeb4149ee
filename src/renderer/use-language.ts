import type { i18n } from 'i18next';
import { useEffect, useState } from 'react';
import { useStore } from 'zustand';

import { directionOf, type Language } from '#shared/languages.ts';

import { fetchWords, languageOf, speak, speaks } from './i18n.ts';
import type { App } from './state/app.ts';

/**
 * Shows the app in the language that was chosen. `language` is what it speaks now; `ready` turns true once, when that is
 * the chosen one for the first time, so that nobody sees a screen in another before.
 */
export function useLanguage(app: App, words: i18n): { language: Language; ready: boolean } {
  const chosen = useStore(app.session, (state) => languageOf(state.settings.language));
  const known = useStore(app.session, (state) => state.phase.kind !== 'starting');
  const [spoken, setSpoken] = useState<Language | null>(() => (speaks(words, chosen) ? chosen : null));
  useEffect(() => {
    if (!known) return;
    let wanted = true;
    fetchWords(words, chosen)
      .then(() => (wanted ? speak(words, chosen) : undefined))
      // English is always there: better than no screen at all.
      .catch(() => undefined)
      .finally(() => wanted && setSpoken((before) => (speaks(words, chosen) ? chosen : (before ?? 'en'))));
    return () => {
      wanted = false;
    };
  }, [words, chosen, known]);
  const language = spoken ?? 'en';
  useEffect(() => {
    document.documentElement.lang = language;
    document.documentElement.dir = directionOf(language);
  }, [language]);
  return { language, ready: spoken !== null };
}
