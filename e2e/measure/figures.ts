function short(value: number): string {
  return value.toFixed(value < 10 ? 1 : 0);
}

/** The table of what was measured: each row is printed at once, all again at the end. */
export class Figures {
  readonly #rows: string[] = [];

  /** `values` of several runs: their median, range and number. */
  add(measure: string, values: number[], unit = 'ms'): void {
    const sorted = values.toSorted((a, b) => a - b);
    const median = sorted[Math.floor(sorted.length / 2)]!;
    const row = `| ${measure} | ${short(median)} ${unit} | ${short(sorted[0]!)}–${short(sorted.at(-1)!)} | ${values.length} |`;
    this.#rows.push(row);
    console.log(row);
  }

  print(): void {
    console.log(['', '| measure | median | range | runs |', '| --- | --- | --- | --- |', ...this.#rows].join('\n'));
  }
}

/** ms that `action` takes. */
export async function timed(action: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await action();
  return performance.now() - from;
}
