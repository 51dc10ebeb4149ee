import { afterEach, describe, expect, it, vi } from 'vitest';

import { REFUSAL_RULES } from '#shared/wire.ts';

import { createRetry, retryDelay } from './backoff.ts';
import { nextConnection } from './connection.ts';
import { answerRefusal } from './sender.ts';

const once = (): number => 1;

describe('answers to a refusal', () => {
  it('[SYNC-2] the entry at fault is not sent, the others go on', () => {
    expect(answerRefusal({ rule: 'mention', keys: ['b'] }, ['a', 'b', 'c'], once)).toEqual({
      kind: 'not-sent',
      keys: ['b'],
      rule: 'mention',
    });
  });
  it('[SYNC-2] a refusal of the whole speaks of all that was under way', () => {
    expect(answerRefusal({ rule: 'closed', keys: [] }, ['a', 'b'], once)).toEqual({
      kind: 'not-sent',
      keys: ['a', 'b'],
      rule: 'closed',
    });
  });
  it('[SYNC-STRANGER] a fork or a foreign lease asks for a new lease', () => {
    for (const rule of ['fork', 'foreign-client'] as const)
      expect(answerRefusal({ rule, keys: [] }, ['a'], once)).toEqual({ kind: 'new-lease' });
  });
  it('[SYNC-2] no rule is answered for ever: in the end the entry is shown as not sent', () => {
    for (const rule of REFUSAL_RULES) {
      expect(
        answerRefusal({ rule, keys: ['a'] }, ['a', 'b'], () => 100),
        rule,
      ).toEqual({ kind: 'not-sent', keys: ['a'], rule });
    }
  });
});

describe('reconnecting', () => {
  afterEach(() => void vi.useRealTimers());
  it('[SYNC-5] the first try comes within a second, the others spread out up to 15 s', () => {
    expect(retryDelay(0, 1)).toBeLessThanOrEqual(1_000);
    for (let failures = 0; failures < 50; failures++) {
      expect(retryDelay(failures, 0.999)).toBeLessThanOrEqual(15_000);
      expect(retryDelay(failures, 0)).toBe(0);
    }
  });
  it('[SYNC-5] cancelling keeps a retry from happening', () => {
    vi.useFakeTimers();
    let tried = 0;
    const retry = createRetry(() => 1);
    const again = (): number => tried++;
    retry.failed(again);
    retry.cancel();
    vi.runAllTimers();
    expect(tried).toBe(0);
    retry.failed(again);
    vi.runAllTimers();
    expect(tried).toBe(1);
  });
  it('[SYNC-5] somebody who waits for it is tried for within a second, however long the failures last', () => {
    vi.useFakeTimers();
    const retry = createRetry(() => 1);
    let tried = 0;
    const again = (): void => {
      tried++;
      retry.failed(again);
    };
    for (let failures = 0; failures < 10; failures++) retry.failed(again);
    retry.hasten();
    retry.hasten();
    vi.advanceTimersByTime(1_000);
    expect(tried).toBe(1);
    vi.advanceTimersByTime(10_000);
    expect(tried).toBe(1);
    retry.hasten();
    vi.advanceTimersByTime(0);
    expect(tried).toBe(2);
  });
  it('[SYNC-5] what the server asked for is kept to', () => {
    vi.useFakeTimers();
    const retry = createRetry(() => 0);
    let tried = 0;
    retry.hinted(5_000, () => tried++);
    retry.hasten();
    vi.advanceTimersByTime(4_999);
    expect(tried).toBe(0);
    vi.advanceTimersByTime(1);
    expect(tried).toBe(1);
  });
  it('[SYNC-3] a lost connection is “connecting” until the first try has failed, then “offline” since it was lost', () => {
    const lost = nextConnection({ kind: 'online' }, 'lost', 10);
    expect(lost).toEqual({ kind: 'connecting', since: 10 });
    const trying = nextConnection(lost, 'connecting', 20);
    expect(trying).toEqual({ kind: 'connecting', since: 10 });
    const offline = nextConnection(trying, 'lost', 30);
    expect(offline).toEqual({ kind: 'offline', since: 10 });
    expect(nextConnection(offline, 'connecting', 40)).toEqual(offline);
    expect(nextConnection(offline, 'live', 50)).toEqual({ kind: 'online' });
  });
  it('[SYNC-6] a session that ended stays ended', () => {
    const ended = { kind: 'signed-out', reason: 'ended' } as const;
    expect(nextConnection(ended, 'live', 1)).toEqual(ended);
  });
});
