import fc from 'fast-check';
import * as encoding from 'lib0/encoding';
import { z } from 'zod';

import { teamFact } from '#shared/facts.ts';
import { newId } from '#shared/ids.ts';
import { encodeStateVector, encodeUpdate, valueStruct } from '#shared/update-codec.ts';
import { MESSAGE } from '#shared/wire.ts';

import type { JsonSchema } from '../../http/docs/schemas.ts';
import { oddText, oddValue, valueOf, wrongOf, type Json, type Shapes } from './values.ts';

/** A socket that somebody opens, and what is sent over it. `own`: stands for the account and the client id of who sends. */
export type BadSocket = { kind: 'chat' | 'feed' | 'document'; caller: string; target: string; frames: BadFrame[] };
export type Writer = { account: string; lease: number };
export type BadFrame = { text: string } | { bytes: Uint8Array } | { make: (writer: Writer) => Uint8Array };

const asText = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));
const inPath = (value: Json): string => encodeURIComponent(asText(value).toWellFormed()).replaceAll('%2F', '/').slice(0, 4_000);

export function chatSockets(callers: readonly string[], takes: JsonSchema, shapes: Shapes): fc.Arbitrary<BadSocket> {
  const number = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...shapes.pools.byField['conversation_id']!) },
    { weight: 1, arbitrary: oddText },
  );
  const frame: fc.Arbitrary<BadFrame> = fc.oneof(
    { weight: 6, arbitrary: wrongOf(takes, shapes).map((value) => ({ text: JSON.stringify(value) })) },
    { weight: 1, arbitrary: oddText.map((text) => ({ text })) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 100 }).map((bytes) => ({ bytes })) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('['.repeat(30_000), '{"type":"typing_start","type":"typing_stop"}').map((text) => ({ text })),
    },
  );
  return fc.record({
    kind: fc.constant('chat' as const),
    caller: fc.constantFrom(...callers),
    target: number.map((value) => `/ws/chat/${inPath(value)}/`),
    frames: fc.array(frame, { maxLength: 6 }),
  });
}

export function feedSockets(callers: readonly string[], shapes: Shapes): fc.Arbitrary<BadSocket> {
  const after = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...shapes.pools.byField['after']!) },
    { weight: 1, arbitrary: oddText },
    { weight: 1, arbitrary: oddValue.map((value) => Buffer.from(JSON.stringify(value)).toString('base64url').slice(0, 3_000)) },
  );
  const frame: fc.Arbitrary<BadFrame> = fc.oneof(
    oddText.map((text) => ({ text })),
    fc.uint8Array({ maxLength: 100 }).map((bytes) => ({ bytes })),
  );
  return fc.record({
    kind: fc.constant('feed' as const),
    caller: fc.constantFrom(...callers),
    target: after.map((value) => `/api/v1/feed?after=${encodeURIComponent(asText(value).toWellFormed()).slice(0, 4_000)}`),
    frames: fc.array(frame, { maxLength: 3 }),
  });
}

export function documentSockets(callers: readonly string[], shapes: Shapes): fc.Arbitrary<BadSocket> {
  const fact = z.toJSONSchema(teamFact, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  const document = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...shapes.pools.byField['document']!) },
    { weight: 1, arbitrary: oddText },
  );
  const frame: fc.Arbitrary<BadFrame> = fc.oneof(
    { weight: 8, arbitrary: updates(fact, shapes) },
    { weight: 2, arbitrary: awareness },
    { weight: 1, arbitrary: vectors },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }).map((bytes) => ({ bytes })) },
    { weight: 1, arbitrary: oddText.map((text) => ({ text })) },
  );
  return fc.record({
    kind: fc.constant('document' as const),
    caller: fc.constantFrom(...callers),
    target: document.map((name) => `/sync/${inPath(name)}`),
    frames: fc.array(frame, { maxLength: 5 }),
  });
}

/** Facts under all kinds of clocks, keys and roots; some of them such as a decent client writes. */
function updates(fact: JsonSchema, shapes: Shapes): fc.Arbitrary<BadFrame> {
  const valid = valueOf(fact, shapes);
  return fc
    .record({
      value: fc.oneof(wrongOf(fact, shapes), valid, oddValue),
      root: fc.oneof(
        { weight: 6, arbitrary: fc.constant('entries') },
        { weight: 1, arbitrary: fc.constantFrom('accepted', 'context', 'private', '__proto__', '') },
      ),
      key: fc.oneof(
        { weight: 6, arbitrary: fc.constant(null) },
        { weight: 1, arbitrary: oddText },
        { weight: 1, arbitrary: fc.constant('draft/y') },
      ),
      owner: fc.oneof(
        { weight: 5, arbitrary: fc.constant(null) },
        { weight: 1, arbitrary: fc.constantFrom(...shapes.pools.uuids) },
      ),
      client: fc.oneof(
        { weight: 6, arbitrary: fc.constant(null) },
        { weight: 1, arbitrary: fc.constantFrom(0, 1, 1_000, 1_001, 2 ** 32 - 1, 2 ** 53 - 1) },
      ),
      clock: fc.oneof(
        { weight: 6, arbitrary: fc.nat(3) },
        { weight: 1, arbitrary: fc.constantFrom(2 ** 31, 2 ** 32, 2 ** 53 - 1) },
      ),
      cut: fc.oneof({ weight: 6, arbitrary: fc.constant(100) }, { weight: 1, arbitrary: fc.nat(100) }),
    })
    .map(({ value, root, key, owner, client, clock, cut }) => ({
      make({ account, lease }: Writer): Uint8Array {
        const named = key ?? `${owner ?? account}/${newId()}`;
        const update = encodeUpdate([valueStruct({ client: client ?? lease, clock }, root, named, value)], []);
        return syncFrame(2, update.subarray(0, Math.ceil((update.length * cut) / 100)));
      },
    }));
}

const awareness: fc.Arbitrary<BadFrame> = fc
  .record({
    count: fc.constantFrom(0, 1, 2, 2 ** 31, 2 ** 52),
    client: fc.constantFrom(null, 0, 1, 1_000, 2 ** 53 - 1),
    clock: fc.constantFrom(0, 1, 2 ** 53 - 1),
    state: fc.oneof(
      fc.constantFrom('{"typing":true}', 'null', '{"typing":', ''),
      oddValue.map((value) => JSON.stringify(value)),
      oddText,
    ),
  })
  .map(({ count, client, clock, state }) => ({
    make({ lease }: Writer): Uint8Array {
      const body = encoding.createEncoder();
      encoding.writeVarUint(body, count);
      encoding.writeVarUint(body, client ?? lease);
      encoding.writeVarUint(body, clock);
      encoding.writeVarString(body, state);
      const encoder = encoding.createEncoder();
      encoding.writeVarUint(encoder, MESSAGE.awareness);
      encoding.writeVarUint8Array(encoder, encoding.toUint8Array(body));
      return encoding.toUint8Array(encoder);
    },
  }));

const vectors: fc.Arbitrary<BadFrame> = fc
  .array(fc.tuple(fc.constantFrom(0, 1, 1_000, 2 ** 53 - 1), fc.constantFrom(0, 1, 5, 2 ** 31, 2 ** 32, 2 ** 53 - 1)), {
    maxLength: 3,
  })
  .map((pairs) => ({ bytes: syncFrame(0, encodeStateVector(new Map(pairs))) }));

function syncFrame(type: number, bytes: Uint8Array): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, MESSAGE.sync);
  encoding.writeVarUint(encoder, type);
  encoding.writeVarUint8Array(encoder, bytes);
  return encoding.toUint8Array(encoder);
}

/** Asks for all there is; what was sent before it is read by the time it is answered. */
export const ASK_ALL = syncFrame(0, encodeStateVector(new Map()));
