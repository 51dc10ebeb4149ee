import type { BenchPostgres } from './postgres.ts';
import type { Target } from './target.ts';

/** One figure of one run. `at`: how much work it is of (a rate, connections, messages of a thread). */
export type Sample = { measure: string; at: number; value: number };

export type Chosen = {
  runs: number;
  /** How long one rate is written. */
  seconds: number;
  rates: readonly number[];
  /** How long nothing is done on idle connections. */
  idleSeconds: number;
  /** All sizes are multiplied by it: a small one is for trying the bench, not for figures. */
  scale: number;
};

/** A kind of figure. */
export type Part = {
  name: string;
  targets: readonly Target[];
  /** All targets at the same time: what is measured doesn't depend on the processor's. */
  together: boolean;
  /** Makes all its runs in one go, on data that are made once. */
  repeatsItself: boolean;
  measure(target: Target, postgres: BenchPostgres, chosen: Chosen): Promise<Sample[]>;
};

export function scaled(sizes: readonly number[], { scale }: Chosen): number[] {
  return sizes.map((size) => Math.max(1, Math.round(size * scale)));
}
