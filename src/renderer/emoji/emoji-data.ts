import { useEffect, useState } from 'react';

/** `group`: its place in `GROUPS`. `words`: what it is found by, in lower case. */
export type Emoji = { sign: string; name: string; group: number; words: string };

export const GROUPS = ['smileys', 'people', 'nature', 'food', 'travel', 'activities', 'objects', 'symbols', 'flags'] as const;
export type EmojiGroup = (typeof GROUPS)[number];

/** Unicode's number of each group; 2 holds the parts that emoji are made of. */
const NUMBERS = [0, 1, 3, 4, 5, 6, 7, 8, 9];

export type RawEmoji = { unicode: string; label: string; group?: number; order?: number; tags?: string[] };

export function emojiFrom(data: readonly RawEmoji[]): Emoji[] {
  return data
    .filter((one) => NUMBERS.includes(one.group ?? -1))
    .toSorted((a, b) => (a.order ?? 0) - (b.order ?? 0))
    .map(({ unicode, label, group, tags }) => ({
      // The sign that says “as a picture” is left out where a picture is meant anyway, as other apps do.
      sign: unicode.replace(/(\p{Emoji_Presentation})\ufe0f/gu, '$1'),
      name: label,
      group: NUMBERS.indexOf(group ?? 0),
      words: [label, ...(tags ?? [])].join(' ').toLowerCase(),
    }));
}

/** Those of which a word begins with each word of the query; a whole name that begins with it comes first. */
export function searchEmoji(all: readonly Emoji[], query: string): Emoji[] {
  const wanted = query.trim().toLowerCase().split(/\s+/u).filter(Boolean);
  if (wanted.length === 0) return [...all];
  const fits = all.filter(({ words }) => wanted.every((part) => words.startsWith(part) || words.includes(` ${part}`)));
  const first = wanted.join(' ');
  return fits.toSorted((a, b) => Number(b.name.startsWith(first)) - Number(a.name.startsWith(first)));
}

/** `null` until they are loaded, from this app's own files: only who opens the picker waits for them. */
export function useEmoji(): readonly Emoji[] | null {
  const [all, setAll] = useState<readonly Emoji[] | null>(null);
  useEffect(() => {
    let wanted = true;
    void import('emojibase-data/en/compact.json').then((module) => {
      if (wanted) setAll(emojiFrom(module.default));
    });
    return () => {
      wanted = false;
    };
  }, []);
  return all;
}
