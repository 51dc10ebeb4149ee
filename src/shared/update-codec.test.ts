import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';

import { decodeStateVector, decodeUpdate, encodeStateVector, encodeUpdate, isPlainJson, valueStruct } from './update-codec.ts';

describe('update codec', () => {
  it('[SYNC-CODEC] writes what Yjs itself writes for a map entry', () => {
    const doc = new Y.Doc();
    doc.clientID = 1234;
    doc.getMap('entries').set('a/b', { kind: 'message', text: 'héllo 你好', n: 1.5, big: 1_790_000_000_000 });
    const own = encodeUpdate([
      valueStruct({ client: 1234, clock: 0 }, 'entries', 'a/b', {
        kind: 'message',
        text: 'héllo 你好',
        n: 1.5,
        big: 1_790_000_000_000,
      }),
    ]);
    expect(own).toEqual(Y.encodeStateAsUpdate(doc));
  });

  it('[SYNC-CODEC] an overwrite with its origin replaces the value in every replica, and the delete set empties', () => {
    const first = encodeUpdate([valueStruct({ client: 1, clock: 0 }, 'context', 'job', { title: 'a' })]);
    const second = encodeUpdate([
      valueStruct({ client: 1, clock: 1 }, 'context', 'job', { title: 'b' }, { client: 1, clock: 0 }),
    ]);
    const doc = new Y.Doc();
    Y.applyUpdate(doc, first);
    Y.applyUpdate(doc, second);
    expect(doc.getMap('context').toJSON()).toEqual({ job: { title: 'b' } });
    const plain = decodeUpdate(Y.encodeStateAsUpdate(doc));
    expect(plain.deletes).toEqual([{ client: 1, clock: 0, length: 1 }]);
    expect(plain.structs.map((struct) => struct.kind)).toEqual(['emptied', 'value']);
    Y.applyUpdate(doc, encodeUpdate([], [{ client: 1, clock: 1, length: 1 }]));
    expect(doc.getMap('context').toJSON()).toEqual({});
  });

  it('[SYNC-CODEC] reads back what it wrote, and refuses what is cut short', () => {
    const update = encodeUpdate(
      [
        valueStruct({ client: 1000, clock: 7 }, 'entries', 'k', { text: 'x' }),
        valueStruct({ client: 1, clock: 3 }, 'accepted', 'k', [9, 12]),
      ],
      [{ client: 1000, clock: 2, length: 1 }],
    );
    const plain = decodeUpdate(update);
    expect(plain.structs).toContainEqual(valueStruct({ client: 1000, clock: 7 }, 'entries', 'k', { text: 'x' }));
    expect(plain.deletes).toEqual([{ client: 1000, clock: 2, length: 1 }]);
    for (let length = 0; length < update.length; length++) {
      expect(() => decodeUpdate(update.subarray(0, length)), `cut at ${length}`).toThrow(Error);
    }
  });

  it('[SYNC-CODEC] state vectors are those of Yjs', () => {
    const clocks = new Map([
      [1, 5],
      [1000, 2],
    ]);
    expect(Y.decodeStateVector(encodeStateVector(clocks))).toEqual(clocks);
    expect(decodeStateVector(encodeStateVector(clocks))).toEqual(clocks);
  });

  it('[SYNC-CODEC] a value with a foreign prototype, bytes, deep nesting or no finite number is not plain JSON', () => {
    expect(isPlainJson({ a: [1, 'x', null, { b: true }] })).toBe(true);
    expect(isPlainJson(Object.create({ kind: 'message' }))).toBe(false);
    expect(isPlainJson(JSON.parse('{"__proto__": {"a": 1}}'))).toBe(false);
    expect(isPlainJson(new Uint8Array(1))).toBe(false);
    expect(isPlainJson(undefined)).toBe(false);
    expect(isPlainJson(Number.NaN)).toBe(false);
    expect(isPlainJson([[[[[[[1]]]]]]])).toBe(false);
  });
});
