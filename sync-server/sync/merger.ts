import { Worker } from 'node:worker_threads';

import type { Merge } from '../storage/compact.ts';

/** Merges on a thread of its own: that of a full epoch takes longer than sockets should wait. */
export type Merger = {
  /** Rejects when the thread ends over it; the next one gets a new thread. */
  merge: Merge;
  /** Ends the thread; what it was merging is rejected. */
  stop(): Promise<void>;
};

type Running = { worker: Worker; waiting: PromiseWithResolvers<Uint8Array>[] };

/** The thread starts with the first merge. */
export function createMerger(): Merger {
  let running: Running | null = null;

  function start(): Running {
    const worker = new Worker(new URL('./merge-worker.ts', import.meta.url), { name: 'merge' });
    const started: Running = { worker, waiting: [] };
    const failed = (error: Error): void => {
      if (running === started) running = null;
      for (const { reject } of started.waiting.splice(0)) reject(error);
    };
    // One at a time and in order: an answer is for whoever has waited longest.
    worker.on('message', (merged: Uint8Array) => started.waiting.shift()?.resolve(merged));
    worker.on('error', failed);
    worker.on('exit', () => failed(new Error('the thread that merges ended')));
    return started;
  }

  return {
    merge(updates) {
      running ??= start();
      const answer = Promise.withResolvers<Uint8Array>();
      running.waiting.push(answer);
      // Copies: what Postgres gave us are pieces of larger buffers, which would go along.
      const own = updates.map((update) => Uint8Array.from(update));
      running.worker.postMessage(
        own,
        own.map(({ buffer }) => buffer),
      );
      return answer.promise;
    },
    async stop() {
      await running?.worker.terminate();
    },
  };
}
