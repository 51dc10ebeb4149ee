import { onBed, settled, type Bed } from '../bed.ts';
import { OURS } from '../ours.ts';
import { scaled, type Part, type Sample } from '../part.ts';

const STAFF = [2, 20, 200];
const THREADS = 20;
const PER_THREAD = 3;
const PER_SECOND = 50;
const SETTLE_MS = 1_000;

/** What it costs to tell the staff of an agency, by their feeds, that somebody wrote. */
export const feed: Part = {
  name: 'feed',
  targets: [OURS],
  together: false,
  repeatsItself: false,
  measure(target, postgres, chosen) {
    const sizes = scaled(STAFF, chosen);
    const layout = { threads: THREADS, perThread: PER_THREAD, feeds: sizes.at(-1)! };
    return onBed(target, postgres, layout, async (bed) => {
      await bed.start();
      const writers = THREADS * PER_THREAD;
      await bed.connect(bed.clients.slice(0, writers));
      await bed.write(PER_SECOND, 1);
      const without = await secondsOf(bed, chosen.seconds);
      const samples: Sample[] = [];
      let open = 0;
      for (const at of sizes) {
        await bed.connect(bed.clients.slice(writers + open, writers + at));
        open = at;
        const more = Math.max(0, (await secondsOf(bed, chosen.seconds)) - without);
        samples.push({ measure: 'processor', at, value: (more / (PER_SECOND * chosen.seconds * at)) * 1_000 });
      }
      return samples;
    });
  },
};

async function secondsOf(bed: Bed, seconds: number): Promise<number> {
  const before = bed.processor();
  await bed.write(PER_SECOND, seconds);
  await settled(SETTLE_MS);
  return bed.processor() - before;
}
