import { inDocument, onBed, settled, type Bed } from '../bed.ts';
import { OURS } from '../ours.ts';
import { scaled, type Part, type Sample } from '../part.ts';
import { LATER, LEVELDB } from '../peers.ts';

const MESSAGES = [100, 1_000, 10_000];
const PER_THREAD = 3;
const SETTLE_MS = 1_000;

/** Somebody who has nothing opens a thread whole, as the first after the server started. */
export const opening: Part = {
  name: 'opening',
  targets: [OURS, LEVELDB, LATER],
  together: false,
  repeatsItself: true,
  measure(target, postgres, chosen) {
    const sizes = scaled(MESSAGES, chosen);
    return onBed(target, postgres, { threads: sizes.length, perThread: PER_THREAD }, async (bed) => {
      await bed.start();
      for (const [thread, messages] of sizes.entries()) await fillThread(bed, thread, messages);
      await settled(target.settleMs);
      await bed.stop();
      const samples: Sample[] = [];
      for (let run = 0; run < chosen.runs; run++) {
        for (const [thread, messages] of sizes.entries()) samples.push(...(await openCold(bed, thread, messages)));
      }
      return samples;
    });
  },
};

async function fillThread(bed: Bed, thread: number, messages: number): Promise<void> {
  const writers = bed.clients.filter((client) => client.thread === thread);
  for (const [number, count] of bed.target.documents(messages).entries()) {
    await bed.connect(writers.map((client) => inDocument(client, number)));
    await bed.writeHistory([{ thread, messages: count }], 1);
    await bed.load.order({ kind: 'close' }, 'done');
  }
}

async function openCold(bed: Bed, thread: number, messages: number): Promise<Sample[]> {
  await bed.start();
  await settled(SETTLE_MS);
  const reader = bed.clients.find((client) => client.thread === thread)!;
  const sockets = bed.target.documents(messages).map((_, number) => inDocument(reader, number));
  const before = bed.processor();
  const told = await bed.open([{ clients: sockets, messages }]);
  const processor = bed.processor() - before;
  if (told.missing > 0) throw new Error(`${bed.target.name}: only ${told.found} of ${messages} messages came`);
  await bed.stop();
  return [
    { measure: 'ms', at: messages, value: told.allMs },
    { measure: 'bytes', at: messages, value: told.bytes },
    { measure: 'processor', at: messages, value: processor * 1_000 },
  ];
}
