import type { Session } from 'electron';

export type SpellSession = Pick<
  Session,
  'setSpellCheckerEnabled' | 'setSpellCheckerLanguages' | 'availableSpellCheckerLanguages'
>;

/**
 * Electron's default is on, and fetches dictionaries from Google's server without being asked. Here it is off until somebody turned it on,
 * or the organisation did; macOS checks by itself and fetches nothing.
 */
export function applySpelling(
  session: SpellSession,
  { on, platform, languages }: { on: boolean; platform: NodeJS.Platform; languages: readonly string[] },
): void {
  if (on && platform !== 'darwin') session.setSpellCheckerLanguages(known(languages, session.availableSpellCheckerLanguages));
  session.setSpellCheckerEnabled(on);
}

/** Those of the system's languages that there are dictionaries for: `de-AT` may be known as `de` alone, or as `de-DE`. */
function known(languages: readonly string[], available: readonly string[]): string[] {
  const found = languages.flatMap((language) => {
    const base = language.split('-')[0]!;
    return [language, base].find((one) => available.includes(one)) ?? available.find((one) => one.startsWith(`${base}-`)) ?? [];
  });
  return [...new Set(found)].slice(0, 3);
}
