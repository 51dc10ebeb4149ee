/** How well what somebody typed fits a name or a title; for lists that one narrows by typing. */

/** Lower case without accents. */
export function folded(text: string): string {
  return text
    .normalize('NFD')
    .replaceAll(/\p{Mn}/gu, '')
    .toLowerCase();
}

const words = (text: string): string[] => text.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');

const SCORE = { whole: 100, word: 60, start: 40, initials: 38, inside: 18, typo: 10 } as const;
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

function scoreOfWord(typed: string, all: readonly string[], initials: string, typos: boolean): number {
  let best = typed.length > 1 && initials.includes(typed) ? SCORE.initials : 0;
  for (const [place, word] of all.entries()) {
    const first = place === 0 ? 4 : 0;
    if (word === typed) best = Math.max(best, SCORE.word + first);
    else if (word.startsWith(typed)) best = Math.max(best, SCORE.start + first);
    else if (best < SCORE.inside && word.includes(typed)) best = SCORE.inside;
    else if (typos && best === 0 && typed.length >= LEAST_FOR_TYPO && typed[0] === word[0] && nearly(typed, word))
      best = SCORE.typo;
  }
  return best;
}

export type Ranker = (text: string) => number;

/**
 * Ranks texts against a query: 0 where one doesn't fit, else the higher the better. Each word typed must be a word, the
 * beginning of one, initials (`mc` for Maria Cruz), a part of one, or, with `typos`, one letter off. Scripts without
 * spaces fit by any part. `text` must be `folded`.
 */
export function ranker(query: string, typos = true): Ranker {
  const asked = folded(query).trim();
  const typed = words(asked);
  return (text) => {
    if (typed.length === 0) return asked === '' ? 1 : 0;
    if (text === asked) return SCORE.whole;
    const all = words(text);
    const initials = all.map((word) => word[0]).join('');
    let sum = 0;
    for (const word of typed) {
      const score = scoreOfWord(word, all, initials, typos);
      if (score === 0) return 0;
      sum += score;
    }
    // Of two that fit alike, the shorter one is meant.
    return sum / typed.length + (text.startsWith(asked) ? 20 : 0) + Math.max(0, 5 - text.length / 40);
  };
}
