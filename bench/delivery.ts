import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { Order, Told } from './load/generator.ts';
import type { BenchPostgres } from './postgres.ts';
import { processorSeconds } from './processor-time.ts';
import type { Running, Target } from './target.ts';

export const THREADS = 100;
export const PER_THREAD = 3;
const WARM_UP = { perSecond: 200, seconds: 3 };

/** Times in ms; processor time in s per 1,000 messages, of the server with its database. */
export type Delivery = {
  perSecond: number;
  p50: number;
  p99: number;
  most: number;
  processor: number;
  /** Deliveries that had not come 2 s after the last message: then the rate isn't sustained. */
  missing: number;
};

/** A running target with its clients connected. */
export type Bed = { running: Running; generator: Generator; end(): Promise<void> };

type Generator = { order(order: Order): Promise<Told>; child: ChildProcess };

export async function openBed(
  target: Target,
  postgres: BenchPostgres,
  size = { threads: THREADS, perThread: PER_THREAD },
): Promise<Bed> {
  const folder = await mkdtemp(join(tmpdir(), 'trialogue-bench-'));
  const database = await postgres.database();
  const running = await target.start({ folder, postgres: database.url, ...size });
  const generator = startGenerator();
  await generator.order({ kind: 'connect', clients: running.clients });
  return {
    running,
    generator,
    async end() {
      generator.child.send({ kind: 'end' } satisfies Order);
      await once(generator.child, 'exit');
      await running.stop();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** How soon the others have a message at each rate, and what it costs. */
export async function measureDelivery(
  target: Target,
  postgres: BenchPostgres,
  { rates, seconds }: { rates: readonly number[]; seconds: number },
): Promise<Delivery[]> {
  const bed = await openBed(target, postgres);
  try {
    await bed.generator.order({ kind: 'write', ...WARM_UP });
    const found: Delivery[] = [];
    for (const perSecond of rates) found.push(await atRate(bed, postgres, perSecond, seconds));
    return found;
  } finally {
    await bed.end();
  }
}

async function atRate(bed: Bed, postgres: BenchPostgres, perSecond: number, seconds: number): Promise<Delivery> {
  const roots = [bed.running.pid, postgres.pid];
  const before = processorSeconds(roots);
  const told = await bed.generator.order({ kind: 'write', perSecond, seconds });
  if (told.kind !== 'written') throw new Error('the generator answered something else');
  const sorted = told.delays.toSorted((a, b) => a - b);
  return {
    perSecond,
    p50: at(sorted, 0.5),
    p99: at(sorted, 0.99),
    most: sorted.at(-1) ?? Number.NaN,
    processor: ((processorSeconds(roots) - before) / told.sent) * 1_000,
    missing: told.missing,
  };
}

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
}

function startGenerator(): Generator {
  const child = fork(fileURLToPath(new URL('load/generator.ts', import.meta.url)), {
    stdio: 'inherit',
    serialization: 'advanced',
  });
  return {
    child,
    order(order) {
      child.send(order);
      return new Promise((resolve, reject) => {
        const ended = (code: number | null): void => reject(new Error(`the generator ended with ${code}`));
        child.once('exit', ended);
        child.once('message', (told) => {
          child.off('exit', ended);
          resolve(told as Told);
        });
      });
    },
  };
}
