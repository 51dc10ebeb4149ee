import { onBed } from '../bed.ts';
import { OURS } from '../ours.ts';
import type { Part, Sample } from '../part.ts';
import { PEERS } from '../peers.ts';

export const THREADS = 100;
export const PER_THREAD = 3;
/** So long until what is compiled is compiled. */
const WARM_UP = { perSecond: 500, seconds: 5 };

/** How soon the others have a message at each rate, and what it costs. */
export const delivery: Part = {
  name: 'delivery',
  targets: [OURS, ...PEERS],
  together: false,
  repeatsItself: false,
  measure: (target, postgres, { rates, seconds }) =>
    onBed(target, postgres, { threads: THREADS, perThread: PER_THREAD }, async (bed) => {
      await bed.start();
      await bed.connect(bed.clients);
      await bed.write(WARM_UP.perSecond, WARM_UP.seconds);
      const samples: Sample[] = [];
      for (const at of rates) {
        const before = { all: bed.processor(), server: bed.serverProcessor() };
        const told = await bed.write(at, seconds);
        const sorted = told.delays.toSorted((a, b) => a - b);
        const share = (part: number): number =>
          sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
        samples.push(
          { measure: 'p50', at, value: share(0.5) },
          { measure: 'p99', at, value: share(0.99) },
          { measure: 'processor', at, value: ((bed.processor() - before.all) / told.sent) * 1_000 },
          { measure: 'server processor', at, value: ((bed.serverProcessor() - before.server) / told.sent) * 1_000 },
          { measure: 'missing', at, value: told.missing },
        );
      }
      return samples;
    }),
};
