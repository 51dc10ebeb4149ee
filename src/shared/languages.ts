/** The languages that people can read the app in, by their BCP 47 names. */
export const LANGUAGES = ['en', 'fil', 'ar'] as const;
export type Language = (typeof LANGUAGES)[number];

/** `system`: the first of the system's languages that there are words in. */
export const LANGUAGE_CHOICES = ['system', ...LANGUAGES] as const;
export type LanguageChoice = (typeof LANGUAGE_CHOICES)[number];

/** What a system calls Filipino, too. */
const OTHER_NAMES: Readonly<Record<string, Language>> = { tl: 'fil' };

function spokenIn(tag: string): Language | undefined {
  const name = tag.toLowerCase().split(/[-_]/u)[0] ?? '';
  return LANGUAGES.find((language) => language === name) ?? OTHER_NAMES[name];
}

/** `preferred`: what the system asks for, best first, as `fil-PH`. English where there are no words in any of them. */
export function chooseLanguage(choice: LanguageChoice, preferred: readonly string[]): Language {
  if (choice !== 'system') return choice;
  for (const tag of preferred) {
    const language = spokenIn(tag);
    if (language) return language;
  }
  return 'en';
}

/**
 * How dates and numbers are written in it: as in the person's region where that is known. Arabic with the digits that
 * jobs, prices and telephone numbers in these conversations have.
 */
export function formatTag(language: Language, preferred: readonly string[]): string {
  const regional = preferred.find((tag) => tag.includes('-') && spokenIn(tag) === language);
  const tag = (regional ?? language).replace(/^tl\b/iu, 'fil');
  return language === 'ar' ? `${tag.split('-u-')[0]}-u-nu-latn` : tag;
}

export function directionOf(language: Language): 'ltr' | 'rtl' {
  return language === 'ar' ? 'rtl' : 'ltr';
}
