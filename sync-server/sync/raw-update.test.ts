import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';

import { decodeUpdate, encodeUpdate, valueStruct } from '#shared/update-codec.ts';

import { covers } from '../storage/entries.ts';
import { merge } from './merge.ts';
import { Rate } from './rate.ts';
import { emptyStructs, sliceUpdates } from './raw-update.ts';

/** The rows of a log: two writers in turn, each entry with its stamp. */
function logOf(entries: number, text = 'words'): Uint8Array[] {
  return Array.from({ length: entries }, (_, index) => {
    const [client, clock] = [1_000 + (index % 2), Math.floor(index / 2)];
    return encodeUpdate([
      valueStruct({ client, clock }, 'entries', `key-${index}`, { text: `${text}-${index}` }),
      valueStruct({ client: 1, clock: index }, 'accepted', `key-${index}`, [index + 1, 5]),
    ]);
  });
}

function replica(updates: readonly Uint8Array[]): unknown {
  const doc = new Y.Doc();
  for (const update of updates) Y.applyUpdate(doc, update);
  return ['entries', 'accepted'].map((root) => doc.getMap(root).toJSON());
}

describe('slices of a log', () => {
  it.each([
    ['rows', logOf(40)],
    ['a snapshot', [merge(logOf(40))]],
    ['a snapshot and rows after it', [merge(logOf(20)), ...logOf(40).slice(20)]],
  ])('[SYNC-FRAMES] of %s are small, whole, and each leads on from the one before', (_, updates) => {
    const slices = sliceUpdates(updates, 400);
    expect(slices.length).toBeGreaterThan(5);
    expect(Math.max(...slices.map((slice) => slice.length))).toBeLessThanOrEqual(400);
    expect(replica(slices)).toEqual(replica(updates));
    const doc = new Y.Doc();
    for (const slice of slices) {
      const clocks = decodeUpdate(slice).structs.flatMap(({ client, clock }) => (client === 1 ? [clock] : []));
      expect(Math.min(...clocks)).toBe(Y.getState(doc.store, 1));
      Y.applyUpdate(doc, slice);
      expect(doc.store.pendingStructs).toBeNull();
      expect([...doc.getMap('accepted').keys()].every((key) => doc.getMap('entries').has(key))).toBe(true);
    }
  });

  it('[SYNC-FRAMES] have what is deleted with its row’s stamp or before it, so that a broken catch-up never leaves out a deletion', () => {
    const removal = encodeUpdate(
      [valueStruct({ client: 1, clock: 40 }, 'accepted', 'removal', [41, 5])],
      [{ client: 1_000, clock: 3, length: 1 }],
    );
    const deleted = [{ client: 1_000, clock: 3, length: 1 }];
    const ofSnapshot = sliceUpdates([merge([...logOf(40), removal])], 400);
    expect(decodeUpdate(ofSnapshot[0]!).deletes).toEqual(deleted);
    const ofRows = sliceUpdates([...logOf(40).slice(20), removal], 400).map((slice) => decodeUpdate(slice));
    expect(ofRows.find(({ deletes }) => deletes.length > 0)).toBe(ofRows.at(-1));
    expect(ofRows.at(-1)!.deletes).toEqual(deleted);
    expect(ofRows.at(-1)!.structs).toContainEqual(expect.objectContaining({ client: 1, clock: 40 }));
  });

  it('[SYNC-REMOVE] content is taken out of the bytes, and nothing else', () => {
    const snapshot = merge(logOf(10, 'secret'));
    const emptied = emptyStructs(snapshot, [{ client: 1_001, clock: 2 }])!;
    expect(Buffer.from(emptied).includes('secret-5')).toBe(false);
    expect(Buffer.from(emptied).includes('secret-4')).toBe(true);
    const [entries, stamps] = replica([emptied]) as [object, object];
    expect(Object.keys(entries)).toHaveLength(9);
    expect(Object.keys(stamps)).toHaveLength(10);
    expect(emptyStructs(snapshot, [{ client: 77, clock: 0 }])).toBeNull();
  });
});

describe('known deletions', () => {
  it('[SYNC-ACCEPT] cover a range only when they hold each clock of it', () => {
    const known = [2, 3, 4, 9];
    expect(covers(known, 2, 3)).toBe(true);
    expect(covers(known, 9, 1)).toBe(true);
    for (const [from, length] of [
      [1, 1],
      [2, 4],
      [4, 2],
      [9, 2 ** 40],
      [10, 1],
      [2, 0],
    ] as const) {
      expect(covers(known, from, length)).toBe(false);
    }
  });
});

describe('a rate', () => {
  it('[SYNC-LIMITS] lets a burst through, then so many a second', () => {
    const rate = new Rate(10, 3, 0);
    expect([1, 2, 3, 4].map(() => rate.take(0))).toEqual([true, true, true, false]);
    expect([rate.take(50), rate.take(100), rate.take(101)]).toEqual([false, true, false]);
  });
});
