/**
 * A small seeded generator (mulberry32). `FAULT_SEED` (or `SEED`) repeats a run; else each run of `npm test` throws the same dice, so that nobody's
 * change fails on what another left, and long runs (`OTHER_DICE`) take the clock's. The seed is printed.
 */
export function seeded(name: string): { seed: number; random: () => number } {
  const usual = process.env['OTHER_DICE'] ? Date.now() % 2 ** 31 : 20_261_123;
  const seed = Number(process.env['FAULT_SEED'] ?? process.env['SEED'] ?? usual);
  console.log(`${name}: FAULT_SEED=${seed}`);
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

/** Awaits a condition, asking again every `everyMs`. @throws Error with `what` when `withinMs` is over. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  withinMs = 30_000,
  everyMs = 50,
): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
