import { expect, it } from 'vitest';

import { firstCharacters } from './told.ts';

it('[NOTIFY-4] text is cut by what people take for a character', () => {
  const family = '👨‍👩‍👧‍👦';
  expect(firstCharacters(family.repeat(101), 100)).toBe(family.repeat(100));
  expect(firstCharacters('é'.normalize('NFD').repeat(3), 2)).toBe('é'.normalize('NFD').repeat(2));
  expect(firstCharacters('a'.repeat(100), 100)).toBe('a'.repeat(100));
  expect(firstCharacters('', 100)).toBe('');
});
