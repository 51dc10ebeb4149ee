import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { createAwayPresence, type AwayPresence } from './away-presence.ts';
import type { PresenceHint } from './hints.ts';

const typist: PresenceHint = {
  kind: 'presence',
  documentId: 1,
  conversation: 'c',
  thread: 'all',
  client: 7,
  clock: 1,
  person: { account: 'a', name: 'Ana', role: 'client' },
  typing: true,
};

let shown: { clock: number; typing: boolean | null }[];
let away: AwayPresence;
beforeEach(() => {
  vi.useFakeTimers();
  shown = [];
  away = createAwayPresence(({ clock, typing }) => shown.push({ clock, typing }));
});
afterEach(() => {
  away.stop();
  vi.useRealTimers();
});

it('[NODES-2] typing ends by itself when the node that has the socket says nothing more', () => {
  away.heard('one', typist);
  vi.advanceTimersByTime(5_500);
  expect(shown).toEqual([{ clock: 1, typing: true }]);
  away.heard('one', { ...typist, clock: 2 });
  vi.advanceTimersByTime(5_500);
  expect(shown).toHaveLength(2);
  vi.advanceTimersByTime(1_000);
  expect(shown.slice(2)).toEqual([{ clock: 3, typing: false }]);
  vi.advanceTimersByTime(60_000);
  expect(shown).toHaveLength(3);
});

it('[NODES-2] what comes twice, or late, is shown once', () => {
  away.heard('one', { ...typist, clock: 5 });
  away.heard('one', { ...typist, clock: 5 });
  away.heard('one', { ...typist, clock: 4, typing: false });
  expect(shown).toEqual([{ clock: 5, typing: true }]);
});

it('[NODES-2] whoever was on a node that is gone is shown no more, and others still are', () => {
  away.heard('one', typist);
  away.heard('two', { ...typist, client: 8 });
  away.forget('one');
  expect(shown.slice(2)).toEqual([{ clock: 2, typing: null }]);
  vi.advanceTimersByTime(6_000);
  expect(shown.slice(3)).toEqual([{ clock: 2, typing: false }]);
});
