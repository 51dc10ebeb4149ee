/** How well what somebody typed fits a name or a title; for lists that one narrows by typing. */

// oxlint-disable-next-line no-control-regex -- all of ASCII
const ASCII = /^[\u0000-\u007F]*$/u;

/** Lower case without accents. */
export function folded(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  return text
    .normalize('NFD')
    .replaceAll(/\p{Mn}/gu, '')
    .toLowerCase();
}

const words = (text: string): string[] => text.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');

/** Whether a word can begin or end there. */
function isBreak(text: string, place: number): boolean {
  const code = text.charCodeAt(place);
  if (Number.isNaN(code)) return true;
  return code < 128 ? !((code >= 97 && code <= 122) || (code >= 48 && code <= 57)) : !/[\p{L}\p{N}]/u.test(text[place]!);
}

const SCORE = { whole: 100, word: 60, start: 40, first: 4, initials: 38, inside: 18, typo: 10 } as const;
/** Shorter ones have too many neighbours. */
const LEAST_FOR_TYPO = 4;

/** Whether `typed` is at most one wrong, missing, added or swapped letter away from the beginning of `word`. */
function nearly(typed: string, word: string): boolean {
  let same = 0;
  while (same < typed.length && typed[same] === word[same]) same++;
  const [rest, left] = [typed.slice(same), word.slice(same)];
  if (rest === '') return true;
  return (
    left.slice(1).startsWith(rest.slice(1)) || // another letter
    left.startsWith(rest.slice(1)) || // one too many
    left.slice(1).startsWith(rest) || // one missing
    (rest.length > 1 && rest[0] === left[1] && rest[1] === left[0] && left.slice(2).startsWith(rest.slice(2))) // swapped
  );
}

/** By where it stands in the text as typed; 0 where it doesn't. */
function scoreOfPlace(typed: string, text: string): number {
  let best = 0;
  for (let at = text.indexOf(typed); at >= 0; at = text.indexOf(typed, at + 1)) {
    const begins = isBreak(text, at - 1);
    const score = begins
      ? (isBreak(text, at + typed.length) ? SCORE.word : SCORE.start) + (at === 0 ? SCORE.first : 0)
      : SCORE.inside;
    if (score > best) best = score;
    if (begins) return best;
  }
  return best;
}

/** By initials, or with one slip of the keyboard. */
function scoreOfGuess(typed: string, all: readonly string[]): number {
  if (
    typed.length > 1 &&
    all
      .map((word) => word[0])
      .join('')
      .includes(typed)
  )
    return SCORE.initials;
  const isNear = typed.length >= LEAST_FOR_TYPO && all.some((word) => typed[0] === word[0] && nearly(typed, word));
  return isNear ? SCORE.typo : 0;
}

export type Ranker = (text: string) => number;

/**
 * Ranks texts against a query: 0 where one doesn't fit, else the higher the better. Each word typed must be a word, the
 * beginning of one, a part of one, or, with `guesses`, initials (`mc` for Maria Cruz) or one letter off. Scripts without
 * spaces fit by any part. `text` must be `folded`.
 */
export function ranker(query: string, guesses = true): Ranker {
  const asked = folded(query).trim();
  const typed = words(asked);
  return (text) => {
    if (typed.length === 0) return asked === '' ? 1 : 0;
    if (text === asked) return SCORE.whole;
    let all: string[] | undefined;
    let sum = 0;
    for (const word of typed) {
      const plain = scoreOfPlace(word, text);
      const score = plain > SCORE.initials || !guesses ? plain : Math.max(plain, scoreOfGuess(word, (all ??= words(text))));
      if (score === 0) return 0;
      sum += score;
    }
    // Of two that fit alike, the shorter one is meant.
    return sum / typed.length + (text.startsWith(asked) ? 20 : 0) + Math.max(0, 5 - text.length / 40);
  };
}
