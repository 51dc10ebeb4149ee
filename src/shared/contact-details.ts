/** What an agency does about ways to reach people elsewhere, in what is written to everybody. */
export const CONTACT_FILTERS = ['off', 'warn', 'block'] as const;
export type ContactFilter = (typeof CONTACT_FILTERS)[number];

export type ContactDetail = 'e-mail' | 'phone';

const INVISIBLE = /[\u00ad\u200b-\u200f\u2060\ufeff]/g;

const LABEL = '[\\p{L}\\p{N}](?:[\\p{L}\\p{N}-]{0,61}[\\p{L}\\p{N}])?';
const NAME = '[\\p{L}\\p{N}](?:[\\p{L}\\p{N}._%+-]{0,62}[\\p{L}\\p{N}_%+-])?';
const EMAIL = new RegExp(`${NAME}@(?:${LABEL}\\.){1,8}\\p{L}{2,24}(?![\\p{L}\\p{N}])`, 'u');
/** Written apart: with words in brackets, or with gaps before the name of a well-known provider ("meet @ cafe" is none). */
const BRACKETED = new RegExp(
  `${NAME}\\s?[([{]\\s?at\\s?[)\\]}]\\s?${LABEL}\\s?(?:\\.|[([{]\\s?dot\\s?[)\\]}])\\s?\\p{L}{2,24}`,
  'iu',
);
const PROVIDER = '(?:gmail|googlemail|yahoo|ymail|hotmail|outlook|live|icloud|proton|protonmail)';
const GAPPED = new RegExp(`${NAME}\\s?(?:@|\\bat\\b)\\s?${PROVIDER}\\s?(?:\\.|\\bdot\\b)\\s?(?:com|ph|me|net)\\b`, 'iu');

/** What people put between the digits of one number. */
const GAP = '[^\\S\\n]?[-.()\\u2010-\\u2013]?[^\\S\\n]?';
/** The ten digits that follow the 0 or +63, as people group them. Others are dates, amounts and numbers of orders. */
const GROUPS = [
  `9\\d{2}${GAP}\\d{3}${GAP}\\d{4}`,
  `9\\d{2}${GAP}\\d{4}${GAP}\\d{3}`,
  `9\\d{2}${GAP}\\d{3}${GAP}\\d{2}${GAP}\\d{2}`,
  `9${GAP}\\d{2}${GAP}\\d{3}${GAP}\\d{4}`,
  `9(?:[^\\S\\n]\\d){9}`,
  `9(?:[-.]\\d){9}`,
].join('|');
const PREFIX = `(?:\\+\\s?6\\s?3${GAP}(?:\\(?0\\)?${GAP})?|63${GAP}|\\(?0(?!\\.)${GAP})`;
/** Not the middle of a longer number, of an amount, or of a code such as ORD-0917… or #0917…. */
const BEFORE = '(?<![\\p{L}\\p{N}#_])(?<!\\d[.,/\\u2010-\\u2013-])(?<!\\p{Lu}[-])';
const AFTER = '(?![\\p{L}\\p{N}])(?![.,\\u2010-\\u2013-]\\d)';
const PHONE = new RegExp(`${BEFORE}${PREFIX}(?:${GROUPS})${AFTER}`, 'u');

/** E-mail addresses and Philippine mobile numbers in a text, each kind once. The same for the server that refuses and the app that warns. */
export function findContactDetails(text: string): ContactDetail[] {
  // Full-width digits and signs are the same to a reader, and what is invisible is not there.
  const plain = text.normalize('NFKC').replace(INVISIBLE, '');
  const found: ContactDetail[] = [];
  if (EMAIL.test(plain) || BRACKETED.test(plain) || GAPPED.test(plain)) found.push('e-mail');
  if (PHONE.test(plain)) found.push('phone');
  return found;
}
