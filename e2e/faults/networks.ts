import type { Treatment } from '../harness/frames.ts';
import type { Network } from '../harness/proxy.ts';
import { until } from '../harness/seeded.ts';
import type { Fault } from './fault.ts';
import type { Floor } from './floor.ts';

/** What happens between apps and nodes. */
export const NETWORKS: Fault[] = [
  {
    name: 'the network is cut',
    touches: ['maria', 'luis'],
    async strike(floor) {
      const network = either(floor);
      await floor.pause(100, 400);
      await network.cut();
      await floor.pause(200, 1_500);
      await network.mend();
      await floor.pause(100, 300);
    },
  },
  {
    name: 'the network is half open: what is sent goes nowhere, and nobody is told',
    touches: ['maria', 'luis'],
    async strike(floor) {
      const network = either(floor);
      await floor.pause(100, 400);
      network.silence();
      await floor.pause(400, 2_000);
      network.hear();
      // The machine notices, as after sleep; else it takes two pings without an answer.
      if (floor.random() < 0.7) for (const app of floor.apps) app.core.wake();
      await floor.pause(100, 300);
    },
  },
  {
    name: 'the network is slow',
    touches: ['maria', 'luis'],
    async strike(floor) {
      const network = either(floor);
      network.slow({ delayMs: floor.between(50, 400), bytesPerSecond: floor.between(4_000, 40_000) });
      await floor.pause(800, 4_000);
      network.slow(null);
      await floor.pause(100, 200);
    },
  },
  {
    name: 'frames come twice, and old ones again',
    touches: ['ana'],
    strike: (floor) => treated(floor, ['twice', 'late', 'slow']),
  },
  {
    name: 'frames come out of order',
    touches: ['ana'],
    strike: (floor) => treated(floor, ['swap', 'swap', 'slow']),
  },
];

function either(floor: Floor): Network {
  return floor.random() < 0.5 ? floor.networks.maria : floor.networks.luis;
}

async function treated(floor: Floor, treatments: readonly Treatment[]): Promise<void> {
  const { frames } = floor;
  const before = { ...frames.done };
  frames.treat(() => (floor.random() < 0.5 ? 'pass' : treatments[Math.floor(floor.random() * treatments.length)]!));
  // On until each was done.
  const isDone = (): boolean => treatments.every((one) => frames.done[one] > before[one]);
  await floor.pause(800, 3_000);
  try {
    // Whoever was cut off meanwhile comes back after a quarter of a minute at most.
    await until('each was done to a frame', isDone, 60_000, 200);
  } finally {
    frames.treat(null);
  }
}
