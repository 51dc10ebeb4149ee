import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { createOwnTyping } from '../own-typing.ts';
import { createTypingBoard } from './typing.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});
const ana = { account: 'ana', name: 'Ana' };

describe('typing', () => {
  it('[THREAD-6] somebody whose “stopped” never comes is gone after some 5 s', () => {
    const changes: string[] = [];
    const board = createTypingBoard(
      () => Date.now(),
      (conversation) => changes.push(conversation),
    );
    board.set('c', 'all', ana, true);
    vi.advanceTimersByTime(4_000);
    board.set('c', 'all', ana, true);
    vi.advanceTimersByTime(4_900);
    expect(board.list('c', 'all')).toMatchObject([ana]);
    vi.advanceTimersByTime(2_000);
    expect(board.list('c', 'all')).toEqual([]);
    expect(changes).toEqual(['c', 'c']);
    board.clear();
  });

  it('[THREAD-6] one’s own is repeated every 2 s while keys come, and ends 5 s after the last', () => {
    const sent: [number, boolean][] = [];
    const began = Date.now();
    const own = createOwnTyping(
      () => Date.now(),
      (_conversation, _thread, typing) => sent.push([Date.now() - began, typing]),
    );
    for (let key = 0; key < 30; key++) {
      own.set('c', 'all', true);
      vi.advanceTimersByTime(100);
    }
    vi.advanceTimersByTime(10_000);
    expect(sent).toEqual([
      [0, true],
      [2_000, true],
      [7_900, false],
    ]);
  });

  it('[THREAD-6] going to another thread ends it in the first', () => {
    const sent: string[] = [];
    const own = createOwnTyping(
      () => Date.now(),
      (conversation, _thread, typing) => sent.push(`${conversation} ${typing}`),
    );
    own.set('c', 'all', true);
    own.set('d', 'all', true);
    own.set('d', 'all', false);
    expect(sent).toEqual(['c true', 'c false', 'd true', 'd false']);
  });
});
