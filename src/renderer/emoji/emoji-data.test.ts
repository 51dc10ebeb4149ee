import data from 'emojibase-data/en/compact.json';
import { afterEach, describe, expect, it } from 'vitest';

import { LIMITS } from '#shared/limits.ts';

import { emojiFrom, GROUPS, searchEmoji } from './emoji-data.ts';
import { noteUsed, oftenUsed, USUAL } from './often-used.ts';

afterEach(() => localStorage.clear());

describe('emoji', () => {
  const all = emojiFrom(data);

  it('[THREAD-3] every one has a group, a name, and fits into a reaction', () => {
    expect(all.length).toBeGreaterThan(1_500);
    expect(new Set(all.map((one) => one.group)).size).toBe(GROUPS.length);
    expect(all.filter((one) => one.name === '' || one.sign.length > LIMITS.emojiLength)).toEqual([]);
    expect(USUAL.filter((sign) => !all.some((one) => one.sign === sign))).toEqual([]);
  });

  it('[THREAD-3] are found by the beginnings of their words, a name before a tag', () => {
    const found = searchEmoji(all, 'thumb');
    expect(found[0]?.name).toBe('thumbs up');
    expect(searchEmoji(all, 'red heart')[0]?.sign).toBe('❤️');
    expect(searchEmoji(all, 'qqqq')).toEqual([]);
    expect(searchEmoji(all, ' ')).toHaveLength(all.length);
  });

  it('[THREAD-3] the last picked come first, each once', () => {
    noteUsed('🚿');
    noteUsed('👍');
    expect(oftenUsed().slice(0, 2)).toEqual(['👍', '🚿']);
    expect(new Set(oftenUsed()).size).toBe(oftenUsed().length);
  });
});
