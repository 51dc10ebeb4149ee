import { expect, test } from 'vitest';

import { keptSince, readKeep } from './keep.ts';

test.each([
  ['90d', '2026-05-31T10:00:00.000Z', '2026-03-02T10:00:00.000Z'],
  ['1mo', '2026-03-31T10:00:00.000Z', '2026-02-28T10:00:00.000Z'],
  ['24mo', '2026-05-31T10:00:00.000Z', '2024-05-31T10:00:00.000Z'],
  ['1y', '2028-02-29T10:00:00.000Z', '2027-02-28T10:00:00.000Z'],
])('[SERVER-5] %s before %s is %s', (keep, now, since) => {
  expect(keptSince(readKeep('--keep', keep), new Date(now)).toISOString()).toBe(since);
});

test.each(['', '0d', '-1d', '24', 'mo', '24 mo', '1w', '12345d', '24moo'])('[SERVER-5] "%s" says no time', (text) => {
  expect(() => readKeep('--keep', text)).toThrow(/--keep takes a number with d/);
});
