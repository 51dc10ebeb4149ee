/** Measures the server against what else there is, on the same workload and the same Postgres. `npm run bench`; see docs/benchmarks.md. */
import { parseArgs } from 'node:util';

import { measureDelivery, type Delivery } from './delivery.ts';
import { OURS } from './ours.ts';
import { PEERS } from './peers.ts';
import { benchPostgres } from './postgres.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '10' },
    rates: { type: 'string', default: '200,500,2000' },
    only: { type: 'string', default: '' },
  },
});
const rates = values.rates.split(',').map(Number);
const targets = [OURS, ...PEERS].filter(({ name }) => name.toLowerCase().includes(values.only.toLowerCase()));

const postgres = await benchPostgres();
try {
  const found = new Map<string, Delivery[]>();
  for (let run = 0; run < Number(values.runs); run++) {
    // In turn, so that a busy minute of the machine is nobody's alone.
    for (const target of targets) {
      const measured = await measureDelivery(target, postgres, { rates, seconds: Number(values.seconds) });
      for (const one of measured) {
        const name = `${target.name} @ ${one.perSecond}/s`;
        found.set(name, [...(found.get(name) ?? []), one]);
        console.error(
          `${name}: p50 ${one.p50.toFixed(1)} p99 ${one.p99.toFixed(1)} ms, ${one.processor.toFixed(2)} s per 1,000, ${one.missing} missing`,
        );
      }
    }
  }
  console.log(
    '| server, messages a second | p50 ms | p99 ms | processor s per 1,000 messages | missing |\n| --- | --- | --- | --- | --- |',
  );
  for (const [name, runs] of found) {
    const cell = (of: (one: Delivery) => number, digits: number): string => {
      const sorted = runs.map(of).toSorted((a, b) => a - b);
      const [least, middle, most] = [sorted[0]!, sorted[Math.floor(sorted.length / 2)]!, sorted.at(-1)!];
      return `${middle.toFixed(digits)} (${least.toFixed(digits)}–${most.toFixed(digits)})`;
    };
    console.log(
      `| ${name} | ${cell((one) => one.p50, 1)} | ${cell((one) => one.p99, 1)} | ${cell((one) => one.processor, 2)} | ${Math.max(...runs.map((one) => one.missing))} |`,
    );
  }
} finally {
  await postgres.stop();
}
