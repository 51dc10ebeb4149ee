/**
 * Measures the app's budgets on an agency of 10,000 conversations and a thread of 36,000 messages, and on a tenth and a hundredth of
 * it. Nothing here fails on a time. `npm run measure`; sizes by JOBS, LONG, WAITING, ROUNDS, SWITCHES, FLOOD (messages a second)
 * and SHARES; OUT: where to.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import startPostgresForAll from '../harness/global-setup.ts';
import { watchLoops } from './blocks.ts';
import { Figures } from './figures.ts';
import { measureApp } from './measure-app.ts';

const number = (name: string, usual: number): number => Number(process.env[name] ?? usual);
const whole = {
  jobs: number('JOBS', 10_000),
  long: number('LONG', 36_000),
  waiting: number('WAITING', 5_000),
  rounds: number('ROUNDS', 7),
  switches: number('SWITCHES', 500),
  flood: number('FLOOD', 100),
};
const shares = (process.env['SHARES'] ?? '0.01,0.1,1').split(',').map(Number);
const out = process.env['OUT'] ?? fileURLToPath(new URL('../../docs/benchmarks/app.json', import.meta.url));

const machine = { processor: cpus()[0]?.model ?? 'unknown', cores: cpus().length, loadBefore: Number(loadavg()[0]!.toFixed(2)) };
const figures = new Figures();
const folder = await mkdtemp(join(tmpdir(), 'trialogue-measure-'));
watchLoops(join(folder, 'loop'));
const stopPostgres = await startPostgresForAll();
try {
  for (const share of shares) {
    const part = (of: number): number => Math.round(of * share);
    const sizes = { ...whole, jobs: part(whole.jobs), long: part(whole.long), waiting: part(whole.waiting) };
    figures.of(sizes.jobs);
    try {
      await measureApp(sizes, figures);
    } catch (error) {
      figures.fail(error instanceof Error ? error.message.split('\n')[0]! : 'failed');
    }
  }
} finally {
  await stopPostgres();
  await rm(folder, { recursive: true, force: true });
}
await figures.write(out, machine);
console.log(`written to ${out}; npm run bench -- --report makes tables and plots of it`);
