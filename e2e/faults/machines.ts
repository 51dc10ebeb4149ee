import { expect } from 'vitest';

import { noVolumes } from '../harness/volume.ts';
import type { Fault } from './fault.ts';
import type { Floor } from './floor.ts';

const HOUR = 3_600_000;
const JUMPS = [-3 * 24 * HOUR, -5 * HOUR, -10_000, 10_000, 5 * HOUR, 3 * 24 * HOUR];

/** Disks that are full, and clocks that jump. */
export const MACHINES: Fault[] = [
  {
    name: 'the disk of an app is full: it says so, keeps nothing that it can’t, and goes on',
    touches: ['ana'],
    missing: noVolumes,
    async strike(floor) {
      const before = floor.refused.length;
      const { folder } = floor.desk('ana');
      const said = (): string[] => floor.refused.slice(before).flatMap((one) => (one.folder === folder ? [one.code] : []));
      floor.disks.app.fill(floor.between(0, 64));
      // What it writes first still finds room in files that are there.
      for (let left = 800; left > 0 && said().length === 0; left--) await floor.pause(50);
      await floor.pause(100, 1_000);
      floor.disks.app.free();
      expect(new Set(said())).toEqual(new Set(['storage-full']));
      await floor.pause(100, 300);
    },
  },
  {
    name: 'the disk of Postgres is full',
    touches: ['postgres'],
    missing: noVolumes,
    async strike(floor) {
      floor.postgres.disk.fill();
      await floor.pause(500, 3_000);
      floor.postgres.disk.free();
      // One that could not write its log has ended.
      await floor.postgres.start();
      await floor.pause(100, 300);
    },
  },
  {
    name: 'the disk of the nodes’ files is full: a message waits for its file, and no other for it',
    touches: ['files', 'maria'],
    missing: noVolumes,
    async strike(floor) {
      const app = floor.desk('maria').app!;
      const bytes = Buffer.from(Array.from({ length: 300_000 }, () => floor.random() * 256));
      const conversation = floor.conversations[1]!;
      const file = await app.core.addFile(
        { conversation, thread: 'all', name: `plan ${floor.newText()}.txt`, type: 'text/plain', bytes: bytes.length },
        once(bytes),
      );
      floor.disks.nodes.fill(64);
      await floor.write(app, [file.id], conversation);
      await floor.pause(500, 2_000);
      const { items } = await app.client.send('queue.list', {});
      const isWaiting = items.some(({ work }) => work.kind === 'message' && work.files.length > 0);
      expect(isWaiting, 'the message waits for its file').toBe(true);
      floor.disks.nodes.free();
      app.core.wake();
      await floor.pause(100, 300);
    },
  },
  {
    name: 'the clocks of apps jump',
    touches: ['clocks'],
    async strike(floor) {
      for (const app of floor.apps) app.clock.offMs = jump(floor);
      await floor.pause(300, 1_000);
      for (const app of floor.apps) app.clock.offMs = jump(floor);
      await floor.pause(300, 1_000);
      for (const app of floor.apps) app.clock.offMs = 0;
    },
  },
  {
    name: 'the clocks of the nodes jump',
    touches: ['clocks'],
    async strike(floor) {
      for (let left = 2; left > 0; left--) {
        await floor.setNodesClock(jump(floor));
        await floor.pause(500, 1_500);
        // Who comes back is let in by that clock.
        floor.networks.maria.reset();
        await floor.pause(100, 300);
      }
      await floor.setNodesClock(0);
      await floor.pause(200, 400);
    },
  },
];

function jump(floor: Floor): number {
  return JUMPS[Math.floor(floor.random() * JUMPS.length)]!;
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
