import { onBed, settled, type Bed } from '../bed.ts';
import { OURS } from '../ours.ts';
import { scaled, type Part, type Sample } from '../part.ts';
import { LATER, LEVELDB, MEMORY } from '../peers.ts';

const THREADS = [10, 100, 1_000];
const MESSAGES = 100;
const SETTLE_MS = 2_000;

/** What threads cost that somebody has open: memory of the server, their connections included. */
export const threads: Part = {
  name: 'threads',
  targets: [OURS, MEMORY, LEVELDB, LATER],
  together: true,
  repeatsItself: true,
  measure(target, postgres, chosen) {
    const sizes = scaled(THREADS, chosen);
    return onBed(target, postgres, { threads: sizes.at(-1)!, perThread: 2 }, async (bed) => {
      if (target.keeps) {
        await bed.start();
        await bed.connect(bed.clients);
        await bed.writeHistory(upTo(0, sizes.at(-1)!), MESSAGES);
        await settled(target.settleMs);
        await bed.stop();
      }
      const samples: Sample[] = [];
      for (let run = 0; run < chosen.runs; run++) samples.push(...(await oneRun(bed, sizes)));
      return samples;
    });
  },
};

async function oneRun(bed: Bed, sizes: readonly number[]): Promise<Sample[]> {
  await bed.start();
  await settled(SETTLE_MS);
  const empty = bed.memory();
  const samples: Sample[] = [];
  let open = 0;
  for (const at of sizes) {
    const within = bed.clients.filter(({ thread }) => thread >= open && thread < at);
    if (bed.target.keeps) {
      // One reader of each; without what it should have, it would not be loaded.
      const readers = within.slice(0, at - open).map((client) => ({ clients: [client], messages: MESSAGES }));
      const { missing } = await bed.open(readers);
      if (missing > 0) throw new Error(`${bed.target.name}: ${missing} threads were not there`);
    } else {
      await bed.connect(within);
      await bed.writeHistory(upTo(open, at), MESSAGES);
    }
    open = at;
    await settled(SETTLE_MS);
    samples.push({ measure: 'memory', at, value: bed.memory() - empty });
  }
  await bed.stop();
  return samples;
}

function upTo(from: number, to: number): { thread: number; messages: number }[] {
  return Array.from({ length: to - from }, (_, index) => ({ thread: from + index, messages: MESSAGES }));
}
