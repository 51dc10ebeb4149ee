import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { Chosen, Sample } from './part.ts';

/** All values of one measure, one a run. */
export type Figure = { part: string; target: string; measure: string; at: number; values: number[] };

export type Results = {
  /** ISO 8601. */
  measuredAt: string;
  minutes: number;
  machine: { processor: string; cores: number; memoryGiB: number; kernel: string; loadBefore: number };
  versions: Record<string, string>;
  chosen: Chosen;
  figures: Figure[];
  /** What could not be measured, and why. */
  failures: string[];
};

export const RESULTS_FILE = fileURLToPath(new URL('../docs/benchmarks/results.json', import.meta.url));

export class Collected {
  readonly figures: Figure[] = [];

  add(part: string, target: string, samples: readonly Sample[]): void {
    for (const { measure, at, value } of samples) {
      const same = this.figures.find(
        (one) => one.part === part && one.target === target && one.measure === measure && one.at === at,
      );
      const rounded = Number(value.toPrecision(4));
      if (same) same.values.push(rounded);
      else this.figures.push({ part, target, measure, at, values: [rounded] });
    }
  }
}

/** `load`: the average of the last minute, by which one sees whether the machine had other work. */
export function machine(): Results['machine'] {
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    loadBefore: Number(loadavg()[0]!.toFixed(2)),
  };
}

export function versions(postgres: string): Record<string, string> {
  return {
    Trialogue: versionIn('../package.json'),
    'y-websocket': versionIn('node_modules/y-websocket/package.json'),
    'y-leveldb': versionIn('node_modules/y-leveldb/package.json'),
    '@hocuspocus/server': versionIn('node_modules/@hocuspocus/server/package.json'),
    '@hocuspocus/extension-database': versionIn('node_modules/@hocuspocus/extension-database/package.json'),
    yjs: versionIn('node_modules/yjs/package.json'),
    Node: process.versions.node,
    Postgres: postgres,
  };
}

function versionIn(path: string): string {
  const text = readFileSync(new URL(path, import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

export async function writeResults(results: Results, file: string): Promise<void> {
  const { figures, ...rest } = results;
  // A line a figure: a run that is made anew can be compared.
  const lines = figures.map((figure) => `    ${JSON.stringify(figure)}`);
  const head = JSON.stringify(rest, null, 2).replace(/\n}$/, '');
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${head},\n  "figures": [\n${lines.join(',\n')}\n  ]\n}\n`);
}

/** `null`: nothing was measured yet. */
export async function readResults(file: string): Promise<Results | null> {
  return existsSync(file) ? (JSON.parse(await readFile(file, 'utf8')) as Results) : null;
}
