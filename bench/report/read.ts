import type { Results } from '../results.ts';

/** The middle of several runs, with their range. */
export type Value = { middle: number; least: number; most: number; runs: number };

/** `null`: it wasn't measured. */
export function valueOf(results: Results, part: string, target: string, measure: string, at?: number): Value | null {
  const figure = results.figures.find(
    (one) => one.part === part && one.target === target && one.measure === measure && (at === undefined || one.at === at),
  );
  return figure ? summary(figure.values) : null;
}

export function summary(values: readonly number[]): Value {
  const sorted = values.toSorted((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const middle = sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
  return { middle, least: sorted[0]!, most: sorted.at(-1)!, runs: sorted.length };
}

/** How much work a measure was taken at, rising. */
export function sizesOf(results: Results, part: string, measure: string): number[] {
  const found = results.figures.filter((one) => one.part === part && one.measure === measure);
  return [...new Set(found.map(({ at }) => at))].toSorted((a, b) => a - b);
}

/** In the order in which they were measured, ours first. */
export function targetsOf(results: Results, part: string, known: readonly string[]): string[] {
  return known.filter((name) => results.figures.some((one) => one.part === part && one.target === name));
}

/** Three figures of it that count. */
export function digits(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (Math.abs(value) >= 1_000) return Math.round(value).toLocaleString('en-US');
  if (Math.abs(value) >= 100) return value.toFixed(0);
  return Number(value.toPrecision(3)).toString();
}

export function cell(value: Value | null): string {
  if (value === null) return '–';
  const range = value.runs > 1 ? ` (${digits(value.least)}–${digits(value.most)})` : '';
  return `${digits(value.middle)}${range}`;
}
