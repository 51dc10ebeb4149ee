import { expect, it } from 'vitest';
import * as Y from 'yjs';

import { encodeUpdate, valueStruct } from '#shared/update-codec.ts';

import { emptied, placeOf, readRaw, writeRaw } from './raw-structs.ts';

/** A document with one of all that Yjs can hold, written by two. */
function everything(): Uint8Array {
  const one = new Y.Doc();
  one.clientID = 1_000;
  const text = one.getText('text');
  text.insert(0, 'words 👩‍👩‍👧 and more', { bold: true });
  text.insertEmbed(3, { image: 'a.png' });
  text.delete(1, 2);
  const map = one.getMap('entries');
  for (const value of [undefined, null, 7, -5, 2 ** 40, 1.5, Math.PI, true, false, 'ö', 12n, new Uint8Array([1, 2]), [1, ['a']]])
    map.set(`key-${String(value)}`, value);
  map.set('ключ', { text: 'deep', more: [{ a: 1 }, null], empty: {} });
  map.set('ключ', { text: 'again' });
  map.set('document', new Y.Doc({ guid: 'g', meta: { a: 1 } }));
  const other = new Y.Doc();
  other.clientID = 2 ** 32 - 1;
  Y.applyUpdate(other, Y.encodeStateAsUpdate(one));
  const list = other.getArray<unknown>('list');
  list.insert(0, [1, 'two', { three: 3 }, new Y.Map(), new Y.XmlText()]);
  list.delete(1, 3);
  const xml = other.getXmlFragment('xml');
  const element = new Y.XmlElement('p');
  xml.insert(0, [element, new Y.XmlHook('hook') as unknown as Y.XmlText, new Y.XmlText()]);
  element.setAttribute('class', 'x');
  other.getText('text').delete(0, 4);
  return Y.encodeStateAsUpdate(other);
}

it('[SYNC-FRAMES] all that Yjs writes is read past as Yjs reads it, and written again byte for byte', () => {
  const update = everything();
  const read = readRaw(update);
  const { structs, ds } = Y.decodeUpdate(update);
  expect(read.structs.map(({ client, clock, length }) => ({ client, clock, length }))).toEqual(
    structs.map(({ id, length }) => ({ client: id.client, clock: id.clock, length })),
  );
  expect(read.structs.filter(({ content }) => content === null)).toHaveLength(
    structs.filter((struct) => !(struct instanceof Y.Item)).length,
  );
  expect(read.deletes).toEqual(
    [...ds.clients].flatMap(([client, ranges]) => ranges.map(({ clock, len }) => ({ client, clock, length: len }))),
  );
  expect(Buffer.from(writeRaw(read.structs, read.deletes)).equals(update)).toBe(true);
});

it('[SYNC-FRAMES] so is what skips clocks', () => {
  const doc = new Y.Doc();
  const updates: Uint8Array[] = [];
  doc.on('update', (update: Uint8Array) => updates.push(update));
  for (const key of ['a', 'b', 'c']) doc.getMap('entries').set(key, key);
  const gap = Y.mergeUpdates([updates[0]!, updates[2]!]);
  const { structs, deletes } = readRaw(gap);
  expect(structs.map(({ clock, length, content }) => [clock, length, content === null])).toEqual([
    [0, 1, false],
    [1, 1, true],
    [2, 1, false],
  ]);
  expect(Buffer.from(writeRaw(structs, deletes)).equals(gap)).toBe(true);
});

it('[SYNC-FRAMES] where an entry stands is read, and not made up', () => {
  const update = encodeUpdate([
    valueStruct({ client: 5, clock: 0 }, 'entries', 'ключ', 1),
    valueStruct({ client: 5, clock: 1 }, '', '', 2, { client: 5, clock: 0 }),
  ]);
  const [first, second] = readRaw(update).structs;
  expect(placeOf(first!)).toEqual({ root: 'entries', key: Buffer.from('ключ').toString('latin1') });
  expect(placeOf(second!)).toBeNull();
});

it('[SYNC-REMOVE] a struct without its content stands where it stood', () => {
  const { structs, deletes } = readRaw(everything());
  for (const struct of structs) {
    const gone = readRaw(writeRaw([emptied(struct)], deletes)).structs[0]!;
    expect([gone.client, gone.clock, gone.length, placeOf(gone)]).toEqual([
      struct.client,
      struct.clock,
      struct.length,
      placeOf(struct),
    ]);
    expect(gone.content === null).toBe(struct.content === null);
  }
  expect(Y.decodeUpdate(writeRaw(structs.map(emptied), deletes)).structs).toHaveLength(structs.length);
});

it('[SYNC-FRAMES] what ends too early, or is of a kind that nobody knows, is an error', () => {
  const update = everything();
  for (let length = 0; length < update.length; length++)
    expect(() => readRaw(update.subarray(0, length))).toThrow(/ends within|of array|unknown kind/i);
  const value = encodeUpdate([valueStruct({ client: 5, clock: 0 }, 'entries', 'key', true)]);
  const [struct] = readRaw(value).structs;
  const unknown = Uint8Array.from(value);
  unknown[struct!.from]! |= 0x1f;
  expect(() => readRaw(unknown)).toThrow('unknown kind');
  const untold = Uint8Array.from(value);
  untold[struct!.to - 1] = 3;
  expect(() => readRaw(untold)).toThrow('unknown kind');
});
