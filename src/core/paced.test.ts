import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { paced } from './paced.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

it('[INBOX-1] what happens now and then is told at once, what goes on is told at its pace, and the last of it always', () => {
  const told: number[] = [];
  const telling = paced({ afterMs: 40, everyMs: 250, burst: 4 }, () => told.push(performance.now() - from));
  const from = performance.now();
  for (let at = 0; at < 10_000; at += 10) {
    telling.soon();
    vi.advanceTimersByTime(10);
  }
  expect(told.slice(0, 3)).toEqual([40, 80, 120]);
  expect(told.length).toBeLessThan(10_000 / 250 + 4);
  const before = told.length;
  vi.advanceTimersByTime(1_000);
  expect(told.length).toBe(before + 1);
  telling.soon();
  vi.advanceTimersByTime(40);
  expect(told.length).toBe(before + 2);
});

it('[INBOX-1] tells nothing more once it has ended', () => {
  const told = vi.fn<() => void>();
  const telling = paced({ afterMs: 40, everyMs: 250, burst: 1 }, told);
  telling.soon();
  telling.cancel();
  vi.advanceTimersByTime(1_000);
  expect(told).not.toHaveBeenCalled();
});
