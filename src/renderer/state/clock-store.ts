import { createStore, type StoreApi } from 'zustand';

export type ClockState = { now: number };

/** The time that times on screen are told against; `runClock` moves it. */
export function createClockStore(): StoreApi<ClockState> {
  return createStore(() => ({ now: Date.now() }));
}

const TICK = 15_000;

/** Keeps the clock, also after sleep. Returns what stops it. */
export function runClock(clock: StoreApi<ClockState>, page: Window): () => void {
  const tick = (): void => clock.setState({ now: Date.now() });
  const timer = page.setInterval(tick, TICK);
  page.addEventListener('focus', tick);
  return () => {
    page.clearInterval(timer);
    page.removeEventListener('focus', tick);
  };
}
