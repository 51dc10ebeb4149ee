import { onBed, settled } from '../bed.ts';
import { OURS } from '../ours.ts';
import { scaled, type Part, type Sample } from '../part.ts';
import { LATER, LEVELDB, MEMORY } from '../peers.ts';

const CLIENTS = [30, 300, 3_000];
const PER_THREAD = 3;
const MESSAGES = 20;
const PATIENCE_MS = 20_000;

/** The server is killed and started again, and everybody comes back at once with nothing: until the last has its thread. */
export const storm: Part = {
  name: 'storm',
  targets: [OURS, MEMORY, LEVELDB, LATER],
  together: false,
  repeatsItself: true,
  measure(target, postgres, chosen) {
    const sizes = scaled(CLIENTS, chosen);
    const count = Math.ceil(sizes.at(-1)! / PER_THREAD);
    return onBed(target, postgres, { threads: count, perThread: PER_THREAD }, async (bed) => {
      await bed.start();
      await bed.connect(bed.clients);
      await bed.writeHistory(
        Array.from({ length: count }, (_, thread) => ({ thread, messages: MESSAGES })),
        MESSAGES,
      );
      await settled(target.settleMs);
      const samples: Sample[] = [];
      for (let run = 0; run < chosen.runs; run++) {
        for (const at of sizes) {
          await bed.server.kill();
          await bed.load.order({ kind: 'close' }, 'done');
          // One that kept nothing has nothing to give.
          const messages = target.keeps ? MESSAGES : 0;
          const back = bed.clients
            .filter(({ thread }) => thread < Math.ceil(at / PER_THREAD))
            .map((client) => ({ clients: [client], messages }));
          const told = bed.open(back, { again: true, atOnce: back.length, patienceMs: PATIENCE_MS });
          await bed.start();
          const { allMs, missing } = await told;
          samples.push({ measure: 'ms', at, value: allMs }, { measure: 'missing', at, value: missing });
        }
      }
      return samples;
    });
  },
};
