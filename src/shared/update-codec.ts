import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';

/**
 * Reads and writes Yjs updates (version 1) without loading a document. All that Trialogue's documents hold are flat
 * map entries of one plain JSON value, so an update is a list of such values and a delete set.
 * Format: https://github.com/yjs/yjs/blob/main/INTERNALS.md and `Item.write` in yjs 13.
 */

export type StructId = { client: number; clock: number };

/** One `Y.Map` entry with one JSON value. `origin`: the struct it replaces under the same key (then `root` and `key` aren't on the wire). */
export type ValueStruct = {
  kind: 'value';
  client: number;
  clock: number;
  root: string | null;
  key: string | null;
  origin: StructId | null;
  value: unknown;
};

export type PlainStruct =
  | ValueStruct
  /** A map entry whose content was deleted. */
  | {
      kind: 'emptied';
      client: number;
      clock: number;
      length: number;
      root: string | null;
      key: string | null;
      origin: StructId | null;
    }
  /** A struct that was collected as garbage: nothing but its place is left. */
  | { kind: 'collected'; client: number; clock: number; length: number }
  /** Anything else that Yjs knows and Trialogue does not use. */
  | { kind: 'other'; client: number; clock: number; length: number; what: string };

export type DeleteRange = { client: number; clock: number; length: number };

export type PlainUpdate = { structs: PlainStruct[]; deletes: DeleteRange[] };

/** The struct with the next clock of `client`, setting `key` in `root`; `origin` is what stands there now, if anything. */
export function valueStruct(
  id: StructId,
  root: string,
  key: string,
  value: unknown,
  origin: StructId | null = null,
): ValueStruct {
  return { kind: 'value', client: id.client, clock: id.clock, root, key, origin, value };
}

/**
 * Reads an update whole.
 * @throws Error when it can't be read to its end.
 */
export function decodeUpdate(update: Uint8Array): PlainUpdate {
  const { structs, ds } = Y.decodeUpdate(update);
  const deletes: DeleteRange[] = [];
  for (const [client, ranges] of ds.clients) {
    for (const range of ranges) deletes.push({ client, clock: range.clock, length: range.len });
  }
  return { structs: structs.map(toPlain), deletes };
}

function toPlain(struct: Y.Item | Y.GC | Y.Skip): PlainStruct {
  const { client, clock } = struct.id;
  if (struct instanceof Y.GC) return { kind: 'collected', client, clock, length: struct.length };
  if (!(struct instanceof Y.Item)) return { kind: 'other', client, clock, length: struct.length, what: 'skip' };
  // As decoded, a parent is a root's name, a struct's id, or null where an origin stands for it.
  const parent: unknown = struct.parent;
  if ((parent !== null && typeof parent !== 'string') || struct.rightOrigin !== null) {
    return { kind: 'other', client, clock, length: struct.length, what: 'nested' };
  }
  const place = { client, clock, root: parent, key: struct.parentSub, origin: struct.origin };
  if (struct.content instanceof Y.ContentDeleted) return { kind: 'emptied', length: struct.length, ...place };
  if (struct.content instanceof Y.ContentAny && struct.length === 1) {
    return { kind: 'value', ...place, value: struct.content.arr[0] as unknown };
  }
  return { kind: 'other', client, clock, length: struct.length, what: struct.content.constructor.name };
}

/** Writes values and deletions as one update. The structs of one client must have clocks without a gap, in order. */
export function encodeUpdate(structs: readonly ValueStruct[], deletes: readonly DeleteRange[] = []): Uint8Array {
  const encoder = encoding.createEncoder();
  const byClient = groupBy(structs, (struct) => struct.client);
  encoding.writeVarUint(encoder, byClient.size);
  for (const [client, own] of byClient) {
    encoding.writeVarUint(encoder, own.length);
    encoding.writeVarUint(encoder, client);
    encoding.writeVarUint(encoder, own[0]!.clock);
    for (const [index, struct] of own.entries()) {
      if (struct.clock !== own[0]!.clock + index) throw new Error('clocks of one client must follow each other');
      writeValue(encoder, struct);
    }
  }
  writeDeletes(encoder, deletes);
  return encoding.toUint8Array(encoder);
}

/** An update that says nothing but how far each client goes: its structs up to there as one that was collected. */
export function encodeClocks(clocks: ReadonlyMap<number, number>): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, clocks.size);
  for (const [client, clock] of clocks) {
    encoding.writeVarUint(encoder, 1);
    encoding.writeVarUint(encoder, client);
    encoding.writeVarUint(encoder, 0);
    encoding.writeUint8(encoder, COLLECTED);
    encoding.writeVarUint(encoder, clock);
  }
  writeDeletes(encoder, []);
  return encoding.toUint8Array(encoder);
}

const COLLECTED = 0;
const CONTENT_ANY = 8;
const HAS_ORIGIN = 0x80;
const HAS_KEY = 0x20;

function writeValue(encoder: encoding.Encoder, struct: ValueStruct): void {
  encoding.writeUint8(encoder, CONTENT_ANY | HAS_KEY | (struct.origin ? HAS_ORIGIN : 0));
  if (struct.origin) {
    encoding.writeVarUint(encoder, struct.origin.client);
    encoding.writeVarUint(encoder, struct.origin.clock);
  } else {
    if (struct.root === null || struct.key === null) throw new Error('a value without an origin needs its root and key');
    encoding.writeVarUint(encoder, 1); // the parent is a root, by name
    encoding.writeVarString(encoder, struct.root);
    encoding.writeVarString(encoder, struct.key);
  }
  encoding.writeVarUint(encoder, 1); // one value
  encoding.writeAny(encoder, struct.value as Parameters<typeof encoding.writeAny>[1]);
}

/** The delete set at the end of an update. */
export function writeDeletes(encoder: encoding.Encoder, deletes: readonly DeleteRange[]): void {
  const byClient = groupBy(deletes, (range) => range.client);
  encoding.writeVarUint(encoder, byClient.size);
  for (const [client, ranges] of byClient) {
    encoding.writeVarUint(encoder, client);
    encoding.writeVarUint(encoder, ranges.length);
    for (const range of ranges) {
      encoding.writeVarUint(encoder, range.clock);
      encoding.writeVarUint(encoder, range.length);
    }
  }
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => number): Map<number, T[]> {
  const groups = new Map<number, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}

/** A state vector (client → next clock) as Yjs writes it. */
export function encodeStateVector(clocks: ReadonlyMap<number, number>): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, clocks.size);
  for (const [client, clock] of clocks) {
    encoding.writeVarUint(encoder, client);
    encoding.writeVarUint(encoder, clock);
  }
  return encoding.toUint8Array(encoder);
}

/** @throws Error when it can't be read. */
export function decodeStateVector(bytes: Uint8Array): Map<number, number> {
  const decoder = decoding.createDecoder(bytes);
  const size = decoding.readVarUint(decoder);
  const clocks = new Map<number, number>();
  for (let index = 0; index < size; index++) {
    const client = decoding.readVarUint(decoder);
    clocks.set(client, decoding.readVarUint(decoder));
  }
  return clocks;
}

/**
 * Whether a decoded value is plain JSON: own keys only (lib0 decodes a field `__proto__` into the prototype, where a
 * schema does not see it), finite numbers, no bytes, at most `depth` levels.
 */
export function isPlainJson(value: unknown, depth = 6): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || depth === 0) return false;
  if (Array.isArray(value)) return value.every((item) => isPlainJson(item, depth - 1));
  if (Object.getPrototypeOf(value) !== Object.prototype) return false;
  return Object.entries(value).every(([key, item]) => key !== '__proto__' && isPlainJson(item, depth - 1));
}
