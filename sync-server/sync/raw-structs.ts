import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';

import { writeDeletes, type DeleteRange } from '#shared/update-codec.ts';

/**
 * Structs of a Yjs update (version 1) as bytes: it is read where each begins and ends, and not what it says, which is most of what
 * decoding costs. Format: https://github.com/yjs/yjs/blob/main/INTERNALS.md and `Item.write` in yjs 13.
 */
export type RawStruct = {
  client: number;
  clock: number;
  /** How many clocks it takes. */
  length: number;
  /** Where it is: `bytes` from `from` to `to`; its content begins at `content`, `null` for what has none. */
  bytes: Buffer;
  from: number;
  content: number | null;
  to: number;
};

const CONTENT = 0x1f;
const COLLECTED = 0;
const SKIP = 10;
const DELETED = 1;
const HAS_KEY = 0x20;
const HAS_RIGHT_ORIGIN = 0x40;
const HAS_ORIGIN = 0x80;
/** Its parent is a root, by name. */
const OF_ROOT = 1;

/** @throws Error when it can't be read to its end. */
export function readRaw(update: Uint8Array): { structs: RawStruct[]; deletes: DeleteRange[] } {
  const bytes = Buffer.from(update.buffer, update.byteOffset, update.length);
  const decoder = decoding.createDecoder(bytes);
  const structs: RawStruct[] = [];
  for (let clients = decoding.readVarUint(decoder); clients > 0; clients--) {
    let count = decoding.readVarUint(decoder);
    const client = decoding.readVarUint(decoder);
    for (let clock = decoding.readVarUint(decoder); count > 0; count--) {
      const struct = readStruct(decoder, bytes, client, clock);
      structs.push(struct);
      clock += struct.length;
    }
  }
  const deletes: DeleteRange[] = [];
  for (let clients = decoding.readVarUint(decoder); clients > 0; clients--) {
    const client = decoding.readVarUint(decoder);
    for (let count = decoding.readVarUint(decoder); count > 0; count--)
      deletes.push({ client, clock: decoding.readVarUint(decoder), length: decoding.readVarUint(decoder) });
  }
  return { structs, deletes };
}

/** The structs of one client must have clocks without a gap. */
export function writeRaw(structs: readonly RawStruct[], deletes: readonly DeleteRange[]): Uint8Array {
  const encoder = encoding.createEncoder();
  const byClient = Map.groupBy(structs, ({ client }) => client);
  encoding.writeVarUint(encoder, byClient.size);
  for (const [client, own] of [...byClient].sort((a, b) => b[0] - a[0])) {
    own.sort((a, b) => a.clock - b.clock);
    encoding.writeVarUint(encoder, own.length);
    encoding.writeVarUint(encoder, client);
    encoding.writeVarUint(encoder, own[0]!.clock);
    for (const { bytes, from, to } of own) encoding.writeUint8Array(encoder, bytes.subarray(from, to));
  }
  writeDeletes(encoder, deletes);
  return encoding.toUint8Array(encoder);
}

/** The same struct in the same place, as one whose content was deleted. */
export function emptied(struct: RawStruct): RawStruct {
  const { bytes, from, content, length } = struct;
  if (content === null) return struct;
  const encoder = encoding.createEncoder();
  encoding.writeUint8(encoder, (bytes[from]! & ~CONTENT) | DELETED);
  encoding.writeUint8Array(encoder, bytes.subarray(from + 1, content));
  const at = encoding.length(encoder);
  encoding.writeVarUint(encoder, length);
  const written = Buffer.from(encoding.toUint8Array(encoder));
  return { ...struct, bytes: written, from: 0, content: at, to: written.length };
}

/** The root and the key under which it stands, each byte as one character; `null` where an origin stands for them. */
export function placeOf({ bytes, from, content }: RawStruct): { root: string; key: string } | null {
  const info = bytes[from]!;
  if (content === null || info & (HAS_ORIGIN | HAS_RIGHT_ORIGIN) || !(info & HAS_KEY)) return null;
  const decoder = decoding.createDecoder(bytes);
  decoder.pos = from + 1;
  if (decoding.readVarUint(decoder) !== OF_ROOT) return null;
  const name = (): string => bytes.toString('latin1', skipBytes(decoder), decoder.pos);
  return { root: name(), key: name() };
}

function readStruct(decoder: decoding.Decoder, bytes: Buffer, client: number, clock: number): RawStruct {
  const from = decoder.pos;
  const info = decoding.readUint8(decoder);
  let content: number | null = null;
  let length: number;
  if (info === SKIP || (info & CONTENT) === COLLECTED) {
    length = decoding.readVarUint(decoder);
  } else {
    if (info & HAS_ORIGIN) skipId(decoder);
    if (info & HAS_RIGHT_ORIGIN) skipId(decoder);
    if (!(info & (HAS_ORIGIN | HAS_RIGHT_ORIGIN))) {
      if (decoding.readVarUint(decoder) === OF_ROOT) skipBytes(decoder);
      else skipId(decoder);
      if (info & HAS_KEY) skipBytes(decoder);
    }
    content = decoder.pos;
    length = readContent(decoder, info & CONTENT);
  }
  if (decoder.pos > bytes.length) throw new Error('an update ends within a struct');
  return { client, clock, length, bytes, from, content, to: decoder.pos };
}

function skipId(decoder: decoding.Decoder): void {
  decoding.readVarUint(decoder);
  decoding.readVarUint(decoder);
}

/** A string, or bytes: their number comes first. Answers where they begin. */
function skipBytes(decoder: decoding.Decoder): number {
  const bytes = decoding.readVarUint(decoder);
  const from = decoder.pos;
  decoder.pos += bytes;
  if (decoder.pos > decoder.arr.length) throw new Error('an update ends within a text');
  return from;
}

/** The kinds of shared types that have a name. */
const NAMED_TYPES = new Set([3, 5]);

/** Reads past content of a kind that Yjs knows; its length in clocks. */
function readContent(decoder: decoding.Decoder, kind: number): number {
  switch (kind) {
    case DELETED:
      return decoding.readVarUint(decoder);
    case 2: {
      const count = decoding.readVarUint(decoder);
      for (let left = count; left > 0; left--) skipBytes(decoder); // JSON
      return count;
    }
    case 3: // bytes
    case 5: // embedded JSON
      skipBytes(decoder);
      return 1;
    case 4:
      return decoding.readVarString(decoder).length;
    case 6: // a format: its key and its value
      skipBytes(decoder);
      skipBytes(decoder);
      return 1;
    case 7:
      if (NAMED_TYPES.has(decoding.readVarUint(decoder))) skipBytes(decoder);
      return 1;
    case 8: {
      const count = decoding.readVarUint(decoder);
      for (let left = count; left > 0; left--) skipAny(decoder);
      return count;
    }
    case 9: // a document: its id and its options
      skipBytes(decoder);
      skipAny(decoder);
      return 1;
    default:
      throw new Error(`an update holds content of an unknown kind (${kind})`);
  }
}

const MORE = 0x80;

/** One value as `lib0` writes it (`encoding.writeAny`). */
function skipAny(decoder: decoding.Decoder): void {
  switch (decoding.readUint8(decoder)) {
    case 127: // undefined
    case 126: // null
    case 121: // false
    case 120: // true
      return;
    case 125: // an integer
      while (decoding.readUint8(decoder) >= MORE);
      return;
    case 124: // a float of 32 bits
      decoder.pos += 4;
      return;
    case 123: // … of 64
    case 122: // a bigint
      decoder.pos += 8;
      return;
    case 119: // a string
    case 116: // bytes
      skipBytes(decoder);
      return;
    case 118:
      for (let left = decoding.readVarUint(decoder); left > 0; left--) {
        skipBytes(decoder);
        skipAny(decoder);
      }
      return;
    case 117:
      for (let left = decoding.readVarUint(decoder); left > 0; left--) skipAny(decoder);
      return;
    default:
      throw new Error('an update holds a value of an unknown kind');
  }
}
