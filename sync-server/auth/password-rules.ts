import { AppError } from '#shared/errors.ts';

export const PASSWORD_RULES =
  'A password has 10 to 200 characters, at least 5 different ones, isn’t a well-known one, and isn’t your name or e-mail address.';

const SHORTEST = 10;
const LONGEST = 200;
const DIFFERENT = 5;

/** What the passwords consist of that are tried first; what is put around them are digits and signs. */
const WELL_KNOWN = new Set(
  ['password', 'passwort', 'qwerty', 'qwertyuiop', 'qwertz', 'asdfghjkl', 'letmein', 'welcome', 'iloveyou', 'changeme'].concat([
    'admin',
    'administrator',
    'trialogue',
    'secret',
    'sunshine',
    'princess',
    'football',
    'baseball',
    'monkey',
    'dragon',
  ]),
);
/** For those that are digits alone. */
const ROWS = '01234567890123456789 98765432109876543210';

/** For what people choose. @throws AppError bad-request, with the rules */
export function checkPassword(password: string, owner: { name: string; email: string }): void {
  const characters = Array.from(password);
  const lower = password.toLowerCase();
  const letters = lower.replaceAll(/[^\p{L}]/gu, '');
  const own = [owner.email, owner.email.split('@')[0]!, owner.name, owner.name.replaceAll(/\s/g, '')];
  const isBad =
    characters.length < SHORTEST ||
    characters.length > LONGEST ||
    new Set(characters).size < DIFFERENT ||
    WELL_KNOWN.has(letters) ||
    ROWS.includes(lower) ||
    own.some((one) => one.toLowerCase() === lower) ||
    (letters !== '' && own.some((one) => one.toLowerCase().replaceAll(/[^\p{L}]/gu, '') === letters));
  if (isBad) throw new AppError('bad-request', PASSWORD_RULES, { field: 'password' });
}
