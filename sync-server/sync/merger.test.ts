import { threadId, type Worker } from 'node:worker_threads';

import { afterEach, beforeEach, expect, it } from 'vitest';
import * as Y from 'yjs';

import { merge } from './merge.ts';
import { createMerger, type Merger } from './merger.ts';

let merger: Merger;
/** The threads that this process started. */
let workers: Worker[];
/** What these threads answered. */
let answered: Uint8Array[];

function onWorker(worker: Worker): void {
  workers.push(worker);
  worker.on('message', (merged: Uint8Array) => answered.push(merged));
}

beforeEach(() => {
  workers = [];
  answered = [];
  process.on('worker', onWorker);
  merger = createMerger();
});
afterEach(async () => {
  process.off('worker', onWorker);
  await merger.stop();
});

function updatesOf(texts: string[]): Uint8Array[] {
  const doc = new Y.Doc();
  const updates: Uint8Array[] = [];
  doc.on('update', (update: Uint8Array) => updates.push(update));
  for (const text of texts) doc.getMap('entries').set(text, { text });
  return updates;
}

it('[SYNC-COMPACT] merges on one thread that is not this one, begun with the first merge and gone with the stop', async () => {
  expect(workers).toEqual([]);
  const [one, two] = [updatesOf(['a', 'b', 'c']), updatesOf(['d'])];
  const merged = await Promise.all([merger.merge(one), merger.merge(two)]);
  expect(workers).toHaveLength(1);
  const worker = workers[0]!;
  expect(worker.threadId).not.toBe(threadId);
  // What is given is what came from there, in order.
  expect(answered).toEqual(merged);
  expect(merged).toEqual([merge(one), merge(two)]);
  expect(one[0]!.length).toBeGreaterThan(0);
  await merger.stop();
  expect(worker.threadId).toBe(-1);
});

it('[SYNC-COMPACT] an update that can’t be merged fails alone: the next merge has a new thread', async () => {
  await expect(merger.merge([new Uint8Array([9, 9, 9])])).rejects.toThrow('Unexpected end of array');
  const updates = updatesOf(['a']);
  expect(await merger.merge(updates)).toEqual(merge(updates));
  expect(workers).toHaveLength(2);
});

it('[SYNC-COMPACT] what is being merged when it stops is rejected, not forgotten', async () => {
  const merging = merger.merge(updatesOf(['a'])).catch((error: Error) => error.message);
  await merger.stop();
  expect(await merging).toBe('the thread that merges ended');
});
