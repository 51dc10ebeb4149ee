/** Measures the server against what else there is, on the same workload. `npm run bench`; see docs/benchmarks.md. */
import { parseArgs } from 'node:util';

import { measure } from './measure.ts';
import type { Part } from './part.ts';
import { delivery } from './parts/delivery.ts';
import { feed } from './parts/feed.ts';
import { idle } from './parts/idle.ts';
import { killed } from './parts/killed.ts';
import { opening } from './parts/opening.ts';
import { slowReader } from './parts/slow-reader.ts';
import { storage } from './parts/storage.ts';
import { storm } from './parts/storm.ts';
import { sustained } from './parts/sustained.ts';
import { threads } from './parts/threads.ts';
import { report } from './report/report.ts';
import { readResults, RESULTS_FILE, writeResults } from './results.ts';

const PARTS: readonly Part[] = [opening, threads, storage, storm, delivery, sustained, killed, slowReader, feed, idle];

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '10' },
    rates: { type: 'string', default: '200,500,2000' },
    'idle-seconds': { type: 'string', default: '30' },
    minutes: { type: 'string', default: '1000' },
    scale: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    parts: { type: 'string', default: '' },
    out: { type: 'string', default: RESULTS_FILE },
    report: { type: 'boolean', default: false },
  },
});

if (values.report) await report(await readResults(values.out), console.log);
else {
  const names = values.parts.split(',').filter(Boolean);
  const unknown = names.find((name) => !PARTS.some((part) => part.name === name));
  if (unknown) throw new Error(`there is no part "${unknown}"; there are ${PARTS.map(({ name }) => name).join(', ')}`);
  const results = await measure(
    {
      parts: PARTS.filter(({ name }) => names.length === 0 || names.includes(name)),
      only: values.only,
      minutes: Number(values.minutes),
      chosen: {
        runs: Number(values.runs),
        seconds: Number(values.seconds),
        rates: values.rates.split(',').map(Number),
        idleSeconds: Number(values['idle-seconds']),
        scale: Number(values.scale),
      },
    },
    (line) => console.error(line),
  );
  await writeResults(results, values.out);
  console.error(`written to ${values.out}`);
  // The documents tell of whole runs alone.
  if (values.out === RESULTS_FILE) await report(results, console.log);
}
