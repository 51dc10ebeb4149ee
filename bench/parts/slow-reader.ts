import { onBed } from '../bed.ts';
import { OURS } from '../ours.ts';
import type { Part, Sample } from '../part.ts';
import { LATER, LEVELDB, MEMORY } from '../peers.ts';

const PER_SECOND = 400;
const LENGTH = 7_900;
const STEPS = 3;
/** All of it is over before the log is merged for the first time, which takes memory of its own. */
const STEP_SECONDS = 2;
const SAMPLE_MS = 200;

/** One of three in a thread reads no more while the others write: how the server's memory grows, its highest so far. */
export const slowReader: Part = {
  name: 'slow-reader',
  targets: [OURS, MEMORY, LEVELDB, LATER],
  together: false,
  repeatsItself: false,
  measure: (target, postgres, { scale }) =>
    onBed(target, postgres, { threads: 1, perThread: 3 }, async (bed) => {
      await bed.start();
      await bed.connect(bed.clients);
      // Memory that a server takes for anybody's messages of this size.
      await bed.write(PER_SECOND, STEP_SECONDS * scale, { length: LENGTH });
      await bed.load.order({ kind: 'stop-reading' }, 'done');
      const before = bed.memory();
      const samples: Sample[] = [];
      let most = 0;
      let open = 0;
      const timer = setInterval(() => (most = Math.max(most, bed.memory() - before)), SAMPLE_MS);
      try {
        for (let step = 1; step <= STEPS; step++) {
          ({ open } = await bed.write(PER_SECOND, STEP_SECONDS * scale, { length: LENGTH }));
          most = Math.max(most, bed.memory() - before);
          const at = Math.round((PER_SECOND * STEP_SECONDS * scale * step * LENGTH) / 1_000_000);
          samples.push({ measure: 'grown', at, value: most });
        }
      } finally {
        clearInterval(timer);
      }
      return [...samples, { measure: 'closed', at: 1, value: bed.clients.length - open }];
    }),
};
