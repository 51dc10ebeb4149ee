import { describe, expect, it } from 'vitest';

import { ME, messageOf } from '../testing/fake-data.ts';
import { countArrived, mergeItems, PROVISIONAL, provisionalMessage } from './thread-items.ts';

const say = (seq: number | null, key = `m${seq}`, over = {}): ReturnType<typeof messageOf> =>
  messageOf(0, 1, 1_000 + (seq ?? 900), { key, seq, own: false, ...over });
const keys = (items: readonly { key: string }[]): string[] => items.map((item) => item.key);
const END = { before: true, after: false };

describe('window of a thread', () => {
  it('[THREAD-1] orders by seq and keeps what is queued behind the last, by its own time', () => {
    const queued = [say(null, 'q2', { sentAt: 20 }), say(null, 'q1', { sentAt: 10 })];
    expect(keys(mergeItems([say(5)], { items: [...queued, say(6)], gone: [] }, END))).toEqual(['m5', 'm6', 'q1', 'q2']);
  });

  it('[THREAD-2] a queued message that is accepted takes its place once', () => {
    const items = [say(5), say(null, 'q1', { own: true })];
    const merged = mergeItems(items, { items: [say(6), say(7, 'q1', { own: true })], gone: [] }, END);
    expect(keys(merged)).toEqual(['m5', 'm6', 'q1']);
  });

  it('[THREAD-2] the core’s row takes the place of the one that was shown at once', () => {
    const shown = provisionalMessage({ key: `${PROVISIONAL}1`, text: 'Hi', mentions: [], reply: null }, ME, 5);
    const merged = mergeItems([say(5), shown], { items: [say(null, 'k1', { own: true, text: 'Hi' })], gone: [] }, END);
    expect(keys(merged)).toEqual(['m5', 'k1']);
  });

  it('[THREAD-1] leaves out what lies beyond a gap on either side', () => {
    const merged = mergeItems(
      [say(5), say(6)],
      { items: [say(1), say(9), say(null, 'q')], gone: [] },
      { before: true, after: true },
    );
    expect(keys(merged)).toEqual(['m5', 'm6']);
  });

  it('[THREAD-1] takes away what is gone and changes what is known', () => {
    const merged = mergeItems([say(5), say(6)], { items: [say(6, 'm6', { text: 'new' })], gone: ['m5'] }, END);
    expect(merged).toMatchObject([{ key: 'm6', text: 'new' }]);
  });

  it('[THREAD-1] counts as arrived only what others wrote and nobody has seen', () => {
    expect(countArrived([say(5), say(6), say(7, 'own', { own: true }), say(8, 'gone', { removed: true })], 5)).toBe(1);
  });
});
