import { expect, it } from 'vitest';

import { rebuiltWords } from './rebuilt-words.ts';

it('[SYNC-PROJECT] a rebuild says what it made, and that it made nothing where nothing was', () => {
  expect(rebuiltWords({ threads: 2, messages: 1 })).toBe('All rows are new: 1 message in 2 threads.');
  expect(rebuiltWords({ threads: 0, messages: 0 })).toContain('no conversation has been fetched');
  expect(rebuiltWords(null)).toContain('nobody has signed in');
});
