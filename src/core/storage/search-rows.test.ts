import { afterEach, expect, it } from 'vitest';

import { temporaryFolder } from '../testing/test-platform.ts';
import { openStore } from './database.ts';
import { mergeWords } from './search-rows.ts';

const folder = temporaryFolder();
afterEach(() => folder.remove());

it('[INBOX-3] the search index is merged a step at a time until nothing is left to merge, and finds the same', () => {
  const store = openStore(folder.path);
  const rows = 300;
  for (let id = 1; id <= rows; id++) {
    store.transact(() => store.run(`INSERT INTO item_words (rowid, words) VALUES (?, ?)`, id, `common w${id} x${id % 7}`));
  }
  const segments = (): number => store.get<{ n: number }>(`SELECT count(DISTINCT segid) AS n FROM item_words_idx`)!.n;
  const found = (words: string): number =>
    store.get<{ n: number }>(`SELECT count(*) AS n FROM item_words WHERE item_words MATCH ?`, words)!.n;
  const before = segments();
  let steps = 0;
  while (mergeWords(store)) if (++steps > rows) throw new Error('merging never ends');
  expect(steps).toBeGreaterThan(0);
  expect(segments()).toBeLessThan(before);
  expect(segments()).toBeLessThan(16);
  expect([found('common'), found('w42'), found('x3')]).toEqual([300, 1, 43]);
  store.close();
});
