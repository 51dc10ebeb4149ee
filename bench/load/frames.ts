import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';

import { newId } from '../../src/shared/ids.ts';
import { encodeUpdate, valueStruct } from '../../src/shared/update-codec.ts';
import type { ClientOf } from './orders.ts';

/** Stands in each text before a number of 14 digits and its writer's, of 6. */
const MARK = '@@';
const MARKED = 22;

export type Marked = { number: number; writer: number };

function frame({ document }: ClientOf, syncType: number, bytes: Uint8Array): Uint8Array {
  const encoder = encoding.createEncoder();
  if (document !== null) encoding.writeVarString(encoder, document);
  encoding.writeVarUint(encoder, 0);
  encoding.writeVarUint(encoder, syncType);
  encoding.writeVarUint8Array(encoder, bytes);
  return encoding.toUint8Array(encoder);
}

/** What a client says first: it has nothing yet. Hocuspocus takes a client in after a token, whatever it is. */
export function greetings(client: ClientOf): Uint8Array[] {
  const step1 = frame(client, 0, new Uint8Array([0]));
  if (client.document === null) return [step1];
  const encoder = encoding.createEncoder();
  encoding.writeVarString(encoder, client.document);
  encoding.writeVarUint(encoder, 2);
  encoding.writeVarUint(encoder, 0);
  encoding.writeVarString(encoder, 'anybody');
  encoding.writeVarString(encoder, '4.7.0');
  return [encoding.toUint8Array(encoder), step1];
}

/** The answer to the first step: from then on what others write comes by itself. */
export function isSynced(client: ClientOf, data: Buffer): boolean {
  const decoder = decoding.createDecoder(data);
  if (client.document !== null) decoding.readVarString(decoder);
  return decoding.readVarUint(decoder) === 0 && decoding.readVarUint(decoder) === 1;
}

/** The messages that a frame holds, whatever else is in it. */
export function* marksOf(data: Buffer): Generator<Marked> {
  for (let at = data.indexOf(MARK); at >= 0; at = data.indexOf(MARK, at + MARK.length)) {
    const digits = data.toString('latin1', at + MARK.length, at + MARKED);
    // Bytes of something else may look like the mark.
    if (/^\d{20}$/.test(digits)) yield { number: Number(digits.slice(0, 14)), writer: Number(digits.slice(14)) };
  }
}

/** An update of new messages, as a client that writes under its own account sends it. */
export function messagesFrame(client: ClientOf, clock: number, marks: readonly Marked[], length: number): Uint8Array {
  const structs = marks.map(({ number, writer }, index) => {
    const mark = `${MARK}${String(number).padStart(14, '0')}${String(writer).padStart(6, '0')}`;
    const value = { kind: 'message', text: mark.padEnd(length, 'x'), sentAt: Date.now() };
    const key = `${client.account}/${newId()}`;
    return valueStruct({ client: client.lease, clock: clock + index }, 'entries', key, value);
  });
  return frame(client, 2, encodeUpdate(structs));
}
