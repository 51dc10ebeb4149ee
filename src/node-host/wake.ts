/** Far enough apart to cost nothing in a hidden app. */
const EVERY_MS = 15_000;
/** No busy machine is that late. */
const SLEPT_MS = 30_000;

/** Plain Node isn't told when a machine wakes up: its timers simply come late. Returns what ends the watching. */
export function watchWaking(now: () => number, onWake: () => void): () => void {
  let last = now();
  const timer = setInterval(() => {
    const late = now() - last - EVERY_MS;
    last = now();
    if (late > SLEPT_MS) onWake();
  }, EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}
