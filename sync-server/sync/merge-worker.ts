import { parentPort } from 'node:worker_threads';

import { merge } from './merge.ts';

/** The thread behind `createMerger`: a list of updates comes in, one update goes out, in the same order. */
parentPort!.on('message', (updates: Uint8Array[]) => {
  const merged = merge(updates);
  parentPort!.postMessage(merged, [merged.buffer as ArrayBuffer]);
});
