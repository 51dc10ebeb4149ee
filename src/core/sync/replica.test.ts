import { afterEach, expect, it } from 'vitest';
import * as Y from 'yjs';

import { THREAD_ROOTS } from '#shared/documents.ts';

import { openStore, type Store } from '../storage/database.ts';
import { addToReplica, raiseServerN } from '../storage/documents.ts';
import { account, createThreadLog, DOCUMENT, message, type Row } from '../testing/fake-server.ts';
import { temporaryFolder } from '../testing/test-platform.ts';
import { compact } from './compact.ts';
import { loadClocks, loadReplica } from './replica.ts';

const closers: (() => void)[] = [];
afterEach(() => closers.splice(0).forEach((close) => close()));

function replicaOf(rows: readonly Row[]): Store {
  const folder = temporaryFolder();
  const store = openStore(folder.path);
  closers.push(() => {
    store.close();
    folder.remove();
  });
  store.transact(() => {
    raiseServerN(store, DOCUMENT, rows.length);
    for (const [index, row] of rows.entries()) addToReplica(store, DOCUMENT, { from: index, to: index + 1 }, row.bytes);
  });
  return store;
}

function thread(count: number): { rows: Row[]; next: Row } {
  const log = createThreadLog();
  const add = (index: number): Row => log.add(account(2 + (index % 3)), 100 + (index % 5), message(`message ${index}`));
  return { rows: Array.from({ length: count }, (_, index) => add(index)), next: add(count) };
}

const vector = (doc: Y.Doc): [number, number][] =>
  [...Y.decodeStateVector(Y.encodeStateVector(doc))].sort(([one], [other]) => one - other);
const loaded = async (load: typeof loadClocks | typeof loadReplica, store: Store): Promise<Y.Doc> => {
  const doc = new Y.Doc();
  await load(store, DOCUMENT, doc);
  return doc;
};

it.each([0, 1, 450])(
  '[SYNC-2] how far a replica of %i entries goes is known without what they say, also when it is one snapshot',
  async (count) => {
    const { rows, next } = thread(count);
    const store = replicaOf(rows);
    for (const isCompacted of [false, true]) {
      if (isCompacted) await compact(store, DOCUMENT);
      const [whole, clocks] = [await loaded(loadReplica, store), await loaded(loadClocks, store)];
      expect(vector(clocks)).toEqual(vector(whole));
      expect(Y.encodeStateAsUpdate(clocks).length).toBeLessThan(100);
      // What comes next, and what comes again, finds its place.
      for (const doc of [whole, clocks]) for (const row of [next, ...rows.slice(-1), next]) Y.applyUpdate(doc, row.bytes);
      expect(vector(clocks)).toEqual(vector(whole));
      expect([...clocks.getMap(THREAD_ROOTS.entries).keys()]).toEqual([next.key]);
    }
  },
);

it('[SYNC-2] behind a gap nothing counts as there, so that the server sends it again', async () => {
  const { rows } = thread(40);
  const store = replicaOf(rows.filter((_, index) => index !== 21));
  const [whole, clocks] = [await loaded(loadReplica, store), await loaded(loadClocks, store)];
  expect(vector(clocks)).toEqual(vector(whole));
  expect(vector(clocks).find(([client]) => client === 101)).toEqual([101, 4]);
});
