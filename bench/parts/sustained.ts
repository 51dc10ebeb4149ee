import { onBed, type Bed } from '../bed.ts';
import { OURS } from '../ours.ts';
import type { Part } from '../part.ts';
import { PEERS } from '../peers.ts';
import { PER_THREAD, THREADS } from './delivery.ts';

const FROM = 500;
const MOST = 32_000;
const WARM_UP = { perSecond: 500, seconds: 1 };
/** Clients that take so much longer to write than they should don't write at that rate. */
const LATE = 1.1;

/** The highest rate whose backlog is gone 2 s after the last message; as fine as half a doubling. */
export const sustained: Part = {
  name: 'sustained',
  targets: [OURS, ...PEERS],
  together: false,
  repeatsItself: false,
  measure: (target, postgres, { seconds }) =>
    onBed(target, postgres, { threads: THREADS, perThread: PER_THREAD }, async (bed) => {
      await bed.start();
      await bed.connect(bed.clients);
      await bed.write(WARM_UP.perSecond, WARM_UP.seconds);
      let [rate, held] = [FROM, 0];
      let limit: Outcome = 'kept up';
      for (; rate <= MOST; rate *= 2) {
        limit = await tryRate(bed, rate, seconds);
        if (limit !== 'kept up') break;
        held = rate;
      }
      const between = held * 1.5;
      if (held > 0 && rate <= MOST && (await tryRate(bed, between, seconds)) === 'kept up') held = between;
      return [
        { measure: 'rate', at: THREADS, value: held },
        { measure: 'clients were the limit', at: THREADS, value: limit === 'clients too slow' ? 1 : 0 },
      ];
    }),
};

type Outcome = 'kept up' | 'fell behind' | 'clients too slow';

async function tryRate(bed: Bed, perSecond: number, seconds: number): Promise<Outcome> {
  const told = await bed.write(perSecond, seconds);
  if (told.missing > 0) return 'fell behind';
  return told.tookMs > seconds * 1_000 * LATE ? 'clients too slow' : 'kept up';
}
