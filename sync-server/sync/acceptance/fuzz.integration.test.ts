import { expect, it } from 'vitest';
import * as Y from 'yjs';

import { decodeUpdate, encodeUpdate, type ValueStruct } from '#shared/update-codec.ts';

import { serverInFile } from '../../testing/in-file.ts';
import type { RawClient } from '../../testing/raw-client.ts';
import { createWorld, type World } from '../../testing/world.ts';

const CASES = Number(process.env['FUZZ_CASES']);
const SEED = Number(process.env['FUZZ_SEED'] ?? (process.env['OTHER_DICE'] ? Math.floor(Math.random() * 2 ** 31) : 283343968));

let world: World;

serverInFile(async (server) => {
  world = await createWorld(server);
});

/** mulberry32 */
function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

type Mutation = (update: Uint8Array, client: RawClient, random: (below: number) => number) => Uint8Array;

const restructured =
  (change: (structs: ValueStruct[], client: RawClient, random: (below: number) => number) => ValueStruct[]): Mutation =>
  (update, client, random) => {
    const { structs, deletes } = decodeUpdate(update);
    const values = structs.filter((struct) => struct.kind === 'value');
    try {
      return encodeUpdate(change(values, client, random), deletes);
    } catch {
      return update; // what can't even be written
    }
  };

const MUTATIONS: Mutation[] = [
  (update) => update,
  (update, _, random) => update.subarray(0, random(update.length)),
  (update, _, random) => {
    const copy = update.slice();
    for (let count = 1 + random(3); count > 0; count--) copy[random(copy.length)] = random(256);
    return copy;
  },
  (update, _, random) => {
    const from = random(update.length);
    return Buffer.concat([update.subarray(0, from), Buffer.from([random(256), random(256)]), update.subarray(from)]);
  },
  (update, client, random) => {
    const whole = Y.encodeStateAsUpdate(client.doc);
    return Buffer.concat([update.subarray(0, random(update.length)), whole.subarray(random(whole.length))]);
  },
  (update, client) => Y.mergeUpdates([Y.encodeStateAsUpdate(client.doc), update]),
  (_, client, random) => encodeUpdate([], [{ client: random(2) ? client.lease : 1, clock: random(20), length: 1 + random(4) }]),
  restructured((structs, _, random) => structs.map((struct) => ({ ...struct, clock: struct.clock + random(3) - 1 }))),
  restructured((structs, client, random) => structs.map((struct) => ({ ...struct, client: random(2) ? 1 : client.lease + 1 }))),
  restructured((structs, _, random) => structs.map((struct) => ({ ...struct, key: `${struct.key}`.slice(0, random(80)) }))),
  restructured((structs, _, random) => structs.map((struct) => ({ ...struct, value: [null, 1, 'x', {}, []][random(5)] }))),
  restructured((structs, client) => structs.map((struct) => ({ ...struct, origin: { client: client.lease, clock: 0 } }))),
];

async function replicaFromLog(): Promise<Y.Doc> {
  const rows = await world.rows<{ update: Buffer }>(
    `WITH d AS (SELECT * FROM documents WHERE conversation_id = $1 AND thread = 'all' AND epoch = 1)
     SELECT update FROM (
       SELECT snapshot_n AS n, snapshot AS update FROM d WHERE snapshot IS NOT NULL
       UNION ALL SELECT n_to, update FROM document_log WHERE document_id = (SELECT id FROM d)
     ) parts ORDER BY n`,
    [world.conversation],
  );
  const doc = new Y.Doc();
  for (const { update } of rows) Y.applyUpdate(doc, update);
  return doc;
}

it(`[SYNC-FUZZ] updates that were mangled crash nothing, and documents and rows always agree (seed ${SEED})`, async () => {
  const random = createRandom(SEED);
  const observer = await world.join(world.staff);
  let client = await world.join(world.client);
  let refused = 0;
  for (let index = 0; index < CASES; index++) {
    const facts = Array.from({ length: 1 + random(3) }, () => [client.key(), client.message(`case ${index}`)] as const);
    const mutation = MUTATIONS[random(MUTATIONS.length)]!;
    const update = mutation(client.factsUpdate(facts), client, random);
    client.sendUpdate(update);
    const { session } = client;
    if (await isRefused(client, observer)) refused++;
    else client.terminate();
    client = await world.open(session);
  }
  const fromLog = await replicaFromLog();
  await observer.watch.until('all', () => Y.getState(observer.doc.store, 1) === Y.getState(fromLog.store, 1));
  for (const root of ['entries', 'accepted', 'context']) {
    expect(observer.doc.getMap(root).toJSON()).toEqual(fromLog.getMap(root).toJSON());
    expect(client.doc.getMap(root).toJSON()).toEqual(fromLog.getMap(root).toJSON());
  }
  expect([...fromLog.share.keys()].sort()).toEqual(['accepted', 'context', 'entries']);
  const rows = await world.rows<{ key: string; seq: number; text: string }>(
    `SELECT e.account_id || '/' || e.id AS key, e.seq, m.text FROM entries e JOIN messages m USING (conversation_id, thread, seq)
     WHERE e.conversation_id = $1`,
    [world.conversation],
  );
  const accepted = fromLog.getMap('accepted').toJSON() as Record<string, [number, number]>;
  const entries = fromLog.getMap('entries').toJSON() as Record<string, { text: string }>;
  expect(rows.length).toBe(Object.keys(entries).length);
  for (const { key, seq, text } of rows) {
    expect(accepted[key]?.[0]).toBe(seq);
    expect(entries[key]?.text).toBe(text);
  }
  expect(refused).toBeGreaterThan(CASES / 4);
  expect(rows.filter(({ key }) => key.startsWith(client.account)).length).toBeGreaterThan(CASES / 20);
}, 600_000);

/**
 * Whether the server ended the connection over what was sent. Updates are decided in the order in which they are read: once this
 * one was read, a good message of somebody else is decided after it, and an answer after that comes after the refusal.
 */
async function isRefused(client: RawClient, other: RawClient): Promise<boolean> {
  await answered(client);
  await other.write(other.message('and on'));
  await answered(client);
  return client.close !== null;
}

/** The server has read all that this client sent: it answers what is asked after it, or has closed. */
async function answered(client: RawClient): Promise<void> {
  if (client.close !== null) return;
  client.synced = false;
  client.sync();
  await client.watch.until('an answer', () => client.synced || client.close !== null);
}
