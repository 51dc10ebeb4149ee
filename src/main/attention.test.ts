import { expect, it } from 'vitest';

import { createAttention } from './attention.ts';

function setUp(platform: NodeJS.Platform) {
  const calls: string[] = [];
  const state = { now: 1_000_000, focused: false };
  const attention = createAttention({
    platform,
    now: () => state.now,
    isFocused: () => state.focused,
    flash: (on) => void calls.push(on ? 'flash' : 'still'),
    bounce: () => void calls.push('bounce'),
  });
  /** A notification, so many seconds after the one before. */
  const told = (seconds: number, quiet = false): void => {
    state.now += seconds * 1_000;
    attention.call({ quiet });
  };
  return { calls, state, attention, told, taken: () => calls.splice(0) };
}

it('[NOTIFY-3] the taskbar’s button flashes once for a burst, until the window has the focus', () => {
  const { state, attention, told, taken } = setUp('win32');
  for (let message = 0; message < 5; message++) told(10);
  expect(taken()).toEqual(['flash']);
  state.focused = true;
  attention.end();
  told(1);
  expect(taken()).toEqual(['still']);
  state.focused = false;
  told(1);
  expect(taken()).toEqual(['flash']);
  attention.end();
  attention.end();
  expect(taken()).toEqual(['still']);
});

it('[NOTIFY-3] the dock’s icon bounces once for a burst, and again for a later one', () => {
  const { attention, told, taken } = setUp('darwin');
  for (const seconds of [0, 5, 29, 29]) told(seconds);
  expect(taken()).toEqual(['bounce']);
  told(31);
  attention.end();
  told(1);
  expect(taken()).toEqual(['bounce', 'bounce']);
});

it('[NOTIFY-3] what changes quietly, and what comes while one looks, calls nobody', () => {
  const { state, told, taken } = setUp('linux');
  told(60, true);
  state.focused = true;
  told(60);
  expect(taken()).toEqual([]);
  state.focused = false;
  told(1);
  expect(taken()).toEqual(['flash']);
});
