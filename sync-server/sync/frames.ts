import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';

import { encodeStateVector } from '#shared/update-codec.ts';
import { MESSAGE, type Refusal } from '#shared/wire.ts';

import { EMPTY_UPDATE } from './raw-update.ts';

/** Messages within `MESSAGE.sync`, as y-protocols numbers them. */
const SYNC = { step1: 0, step2: 1, update: 2 } as const;

export type Incoming =
  | { kind: 'step1'; stateVector: Uint8Array }
  | { kind: 'update'; update: Uint8Array }
  | { kind: 'awareness'; update: Uint8Array }
  | { kind: 'query-awareness' }
  /** Of a type that we don't know: for later versions. */
  | { kind: 'unknown' };

/** @throws Error when it can't be read. */
export function readFrame(frame: Uint8Array): Incoming {
  const decoder = decoding.createDecoder(frame);
  switch (decoding.readVarUint(decoder)) {
    case MESSAGE.sync: {
      const type = decoding.readVarUint(decoder);
      const bytes = decoding.readVarUint8Array(decoder);
      if (type === SYNC.step1) return { kind: 'step1', stateVector: bytes };
      if (type === SYNC.step2 || type === SYNC.update) return { kind: 'update', update: bytes };
      throw new Error(`there is no sync message ${type}`);
    }
    case MESSAGE.awareness:
      return { kind: 'awareness', update: decoding.readVarUint8Array(decoder) };
    case MESSAGE.queryAwareness:
      return { kind: 'query-awareness' };
    default:
      return { kind: 'unknown' };
  }
}

function syncFrame(type: number, bytes: Uint8Array): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, MESSAGE.sync);
  encoding.writeVarUint(encoder, type);
  encoding.writeVarUint8Array(encoder, bytes);
  return encoding.toUint8Array(encoder);
}

export function step1Frame(clocks: ReadonlyMap<number, number>): Uint8Array {
  return syncFrame(SYNC.step1, encodeStateVector(clocks));
}

/** Tells a client that it has all there was: its content went before, in updates. */
export function syncedFrame(): Uint8Array {
  return syncFrame(SYNC.step2, EMPTY_UPDATE);
}

export function updateFrame(update: Uint8Array): Uint8Array {
  return syncFrame(SYNC.update, update);
}

/** One of our own messages: a JSON string. */
export function jsonFrame(type: number, payload: unknown): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, type);
  encoding.writeVarString(encoder, JSON.stringify(payload));
  return encoding.toUint8Array(encoder);
}

export function refusalFrame(refusal: Refusal): Uint8Array {
  return jsonFrame(MESSAGE.refusal, refusal);
}

export type AwarenessEntry = { client: number; clock: number; state: string };

/** @throws Error when it can't be read. States stay text: nobody but their owner's is parsed. */
export function readAwareness(update: Uint8Array): AwarenessEntry[] {
  const decoder = decoding.createDecoder(update);
  const count = decoding.readVarUint(decoder);
  const entries: AwarenessEntry[] = [];
  for (let index = 0; index < count; index++) {
    entries.push({
      client: decoding.readVarUint(decoder),
      clock: decoding.readVarUint(decoder),
      state: decoding.readVarString(decoder),
    });
  }
  return entries;
}

export function awarenessFrame(entries: readonly AwarenessEntry[]): Uint8Array {
  const body = encoding.createEncoder();
  encoding.writeVarUint(body, entries.length);
  for (const { client, clock, state } of entries) {
    encoding.writeVarUint(body, client);
    encoding.writeVarUint(body, clock);
    encoding.writeVarString(body, state);
  }
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, MESSAGE.awareness);
  encoding.writeVarUint8Array(encoder, encoding.toUint8Array(body));
  return encoding.toUint8Array(encoder);
}
