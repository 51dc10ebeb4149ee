/** A small seeded generator (mulberry32); the seed comes from `SEED` or the clock, and is printed so that a run can be repeated. */
export function seeded(name: string): { seed: number; random: () => number } {
  const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
  console.log(`${name}: SEED=${seed}`);
  let state = seed;
  return {
    seed,
    random: () => {
      state = (state + 0x6d2b79f5) | 0;
      let t = Math.imul(state ^ (state >>> 15), 1 | state);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
    },
  };
}

/** Awaits a condition, asking again every few milliseconds. @throws Error with `what` when `withinMs` is over. */
export async function until(what: string, condition: () => boolean | Promise<boolean>, withinMs = 30_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
