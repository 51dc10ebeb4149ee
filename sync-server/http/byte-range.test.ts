import { expect, test } from 'vitest';

import { wantedOf } from './byte-range.ts';

const TAG = '"t"';
const of = (range: string, size = 10, more: Record<string, string> = {}) => {
  const wanted = wantedOf({ range, ...more }, size, TAG);
  return wanted.kind === 'part' ? [wanted.range.from, wanted.range.to] : wanted.kind;
};

test.each([
  ['bytes=0-0', [0, 0]],
  ['bytes=2-5', [2, 5]],
  ['bytes=2-', [2, 9]],
  ['bytes=2-99', [2, 9]],
  ['bytes=-3', [7, 9]],
  ['bytes=-99', [0, 9]],
  ['bytes=10-', 'beyond'],
  ['bytes=10-12', 'beyond'],
  ['bytes=-0', 'beyond'],
  ['bytes=99999999999999999999-', 'beyond'],
  ['bytes=5-2', 'whole'],
  ['bytes=-', 'whole'],
  ['bytes=0-1,4-5', 'whole'],
  ['lines=0-1', 'whole'],
  ['bytes=a-b', 'whole'],
])('[FILE-2] of 10 bytes, %s is %j', (range, expected) => {
  expect(of(range)).toEqual(expected);
});

test('[FILE-2] a part of what changed meanwhile is not given, and of nothing there is no part', () => {
  expect(of('bytes=0-1', 10, { 'if-range': TAG })).toEqual([0, 1]);
  expect(of('bytes=0-1', 10, { 'if-range': '"other"' })).toBe('whole');
  expect(of('bytes=0-1', 10, { 'if-range': `W/${TAG}` })).toBe('whole');
  expect(of('bytes=0-', 0)).toBe('beyond');
  for (const condition of [TAG, `"x", W/${TAG}`, '*']) {
    expect(wantedOf({ 'if-none-match': condition }, 10, TAG)).toEqual({ kind: 'not-modified' });
  }
  expect(wantedOf({ 'if-none-match': '"x"' }, 10, TAG)).toEqual({ kind: 'whole' });
});

test('[FILE-2] any two parts that meet make the whole', () => {
  for (let size = 1; size <= 12; size++) {
    const bytes = Array.from({ length: size }, (_, index) => index);
    for (let at = 1; at < size; at++) {
      const parts = [`bytes=0-${at - 1}`, `bytes=${at}-`].flatMap((range) => {
        const [from, to] = of(range, size) as [number, number];
        return bytes.slice(from, to + 1);
      });
      expect(parts).toEqual(bytes);
    }
  }
});
