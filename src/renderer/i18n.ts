import i18next, { type i18n } from 'i18next';
import { initReactI18next } from 'react-i18next';

import { chooseLanguage, formatTag, type Language, type LanguageChoice } from '#shared/languages.ts';

import en from './locales/en.json';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: typeof en };
  }
}

/** Words of other languages come when somebody wants them, with what the core says in sentences (`words/told.ts`). */
const OTHERS = {
  fil: { words: () => import('./locales/fil.json'), told: () => import('./locales/fil.told.json') },
  ar: { words: () => import('./locales/ar.json'), told: () => import('./locales/ar.told.json') },
};

/** `language`: of dates and numbers too, as `en-GB`. */
export function createWords(language: string): i18n {
  const words = i18next.createInstance();
  void words.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'en',
    ns: ['translation', 'told'],
    resources: { en: { translation: en, told: {} } },
    // React escapes.
    interpolation: { escapeValue: false },
    initAsync: false,
  });
  return words;
}

/** The language that was chosen here, or the system's. */
export function languageOf(choice: LanguageChoice): Language {
  return chooseLanguage(choice, navigator.languages);
}

/** The words that are shown are those of the language already. */
export function speaks(words: i18n, language: Language): boolean {
  return words.language === formatTag(language, navigator.languages);
}

/** Has the words of this language at hand. Fails when they can't be fetched. */
export async function fetchWords(words: i18n, language: Language): Promise<void> {
  if (language === 'en' || words.hasResourceBundle(language, 'translation')) return;
  const [translation, told] = await Promise.all([OTHERS[language].words(), OTHERS[language].told()]);
  words.addResourceBundle(language, 'translation', translation.default);
  words.addResourceBundle(language, 'told', told.default);
}

/** Shows everything in this language, whose words are at hand. */
export async function speak(words: i18n, language: Language): Promise<void> {
  await words.changeLanguage(formatTag(language, navigator.languages));
}
