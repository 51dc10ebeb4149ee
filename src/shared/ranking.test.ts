import { expect, it } from 'vitest';

import { folded, ranker } from './ranking.ts';

const best = (query: string, ...texts: string[]): string[] => {
  const rank = ranker(query);
  return texts
    .map((text) => ({ text, score: rank(folded(text)) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score)
    .map(({ text }) => text);
};

it('[DESK-1] what is typed finds words, beginnings, initials and parts, the closest first', () => {
  expect(best('ana', 'Banana stand', 'Analyn Cruz', 'Ana Reyes', 'Ben Okafor')).toEqual([
    'Ana Reyes',
    'Analyn Cruz',
    'Banana stand',
  ]);
  expect(best('mc', 'Maria Cruz', 'Mica Santos', 'Ben Okafor')).toEqual(['Maria Cruz']);
  expect(best('sink ana', 'Fix the sink Ana Reyes', 'Fix the sink Ben')).toEqual(['Fix the sink Ana Reyes']);
  expect(best('jose', 'José Peña')).toEqual(['José Peña']);
  expect(best('水管', '修理水管')).toEqual(['修理水管']);
});

it('[DESK-1] one wrong, missing, added or swapped letter is forgiven, in words long enough for it', () => {
  for (const typed of ['archuve', 'arhive', 'archhive', 'acrhive']) expect(best(typed, 'Archive', 'Assign')).toEqual(['Archive']);
  expect(best('arcx', 'Archive')).toEqual(['Archive']);
  expect(best('axx', 'Archive')).toEqual([]);
  expect(best('zzrchive', 'Archive')).toEqual([]);
});
