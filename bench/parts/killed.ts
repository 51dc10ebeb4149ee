import { onBed } from '../bed.ts';
import { OURS } from '../ours.ts';
import type { Part } from '../part.ts';
import { PEERS } from '../peers.ts';

const THREADS = 20;
const PER_THREAD = 3;
const PER_SECOND = 50;
const SECONDS = 3;
const PATIENCE_MS = 4_000;

/** Killed in the moment in which the last message was acknowledged: how many of the acknowledged ones are gone. */
export const killed: Part = {
  name: 'killed',
  targets: [OURS, ...PEERS],
  together: true,
  repeatsItself: false,
  measure: (target, postgres) =>
    onBed(target, postgres, { threads: THREADS, perThread: PER_THREAD }, async (bed) => {
      await bed.start();
      await bed.connect(bed.clients);
      const { sent, missing } = await bed.write(PER_SECOND, SECONDS, { killWhenDone: bed.server.pid });
      if (missing > 0) throw new Error(`${target.name}: ${missing} messages were not acknowledged before it was killed`);
      await bed.load.order({ kind: 'close' }, 'done');
      await bed.start();
      const readers = bed.clients.slice(0, THREADS).map((client) => {
        const messages = Math.floor(sent / THREADS) + (client.thread < sent % THREADS ? 1 : 0);
        return { clients: [client], messages };
      });
      const { found } = await bed.open(readers, { patienceMs: PATIENCE_MS });
      return [
        { measure: 'acknowledged', at: PER_SECOND, value: sent },
        { measure: 'lost', at: PER_SECOND, value: sent - found },
      ];
    }),
};
