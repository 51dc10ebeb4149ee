import { onBed, settled } from '../bed.ts';
import { OURS } from '../ours.ts';
import { scaled, type Part, type Sample } from '../part.ts';
import { LATER, LEVELDB, MEMORY } from '../peers.ts';

const CONNECTIONS = [100, 1_000, 5_000];
const THREADS = 100;
const SETTLE_MS = 2_000;

/** What connections cost on which nothing happens: memory of the server at several numbers of them, processor time at the most. */
export const idle: Part = {
  name: 'idle',
  targets: [OURS, MEMORY, LEVELDB, LATER],
  together: true,
  repeatsItself: false,
  measure(target, postgres, chosen) {
    const sizes = scaled(CONNECTIONS, chosen);
    const threads = Math.min(THREADS, sizes[0]!);
    const perThread = Math.ceil(sizes.at(-1)! / threads);
    return onBed(target, postgres, { threads, perThread, shared: true }, async (bed) => {
      await bed.start();
      await settled(SETTLE_MS);
      const empty = bed.memory();
      const samples: Sample[] = [{ measure: 'empty', at: 0, value: empty }];
      let open = 0;
      for (const at of sizes) {
        await bed.connect(bed.clients.slice(open, at));
        open = at;
        await settled(SETTLE_MS);
        samples.push({ measure: 'memory', at, value: bed.memory() - empty });
      }
      const before = bed.processor();
      await settled(chosen.idleSeconds * 1_000);
      // ms of processor time in each second, for 1,000 of them.
      const used = ((bed.processor() - before) * 1_000) / chosen.idleSeconds;
      samples.push({ measure: 'processor', at: open, value: (used / open) * 1_000 });
      return samples;
    });
  },
};
