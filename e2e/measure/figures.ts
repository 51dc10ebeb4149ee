import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** `size`: how many conversations the agency had. */
export type Figure = { measure: string; unit: string; size: number; values: number[] };

function short(value: number): string {
  return value.toFixed(value < 10 ? 1 : 0);
}

/** What was measured: each is printed at once, all of them are kept for the tables of docs/benchmarks.md. */
export class Figures {
  readonly #figures: Figure[] = [];
  readonly #failures: string[] = [];
  #size = 0;

  /** What is added from here on is of an agency of so many conversations. */
  of(size: number): void {
    this.#size = size;
  }

  /** `values` of several runs. */
  add(measure: string, values: number[], unit = 'ms'): void {
    const sorted = values.toSorted((a, b) => a - b);
    const range = `${short(sorted[0]!)}–${short(sorted.at(-1)!)}`;
    console.log(
      `${this.#size}: ${measure}: ${short(sorted[Math.floor(sorted.length / 2)]!)} ${unit} (${range}, ${values.length})`,
    );
    this.#figures.push({
      measure,
      unit,
      size: this.#size,
      values: values.map((value) => Number(value.toPrecision(4))),
    });
  }

  fail(reason: string): void {
    console.log(`${this.#size}: not measured: ${reason}`);
    this.#failures.push(`${this.#size} conversations: ${reason}`);
  }

  /** `npm run bench -- --report` makes tables and plots of it. */
  async write(file: string, machine: { processor: string; cores: number; loadBefore: number }): Promise<void> {
    const figures = this.#figures.map((figure) => `    ${JSON.stringify(figure)}`).join(',\n');
    const rest = JSON.stringify({ measuredAt: new Date().toISOString(), machine, failures: this.#failures }, null, 2);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, `${rest.replace(/\n}$/, '')},\n  "figures": [\n${figures}\n  ]\n}\n`);
  }
}

/** ms that `action` takes. */
export async function timed(action: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await action();
  return performance.now() - from;
}
