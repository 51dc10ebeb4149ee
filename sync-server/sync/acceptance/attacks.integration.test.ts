import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';

import { entryKey, newId } from '#shared/ids.ts';
import { LIMITS } from '#shared/limits.ts';
import { encodeUpdate, valueStruct } from '#shared/update-codec.ts';
import { CLOSE, type RefusalRule } from '#shared/wire.ts';

import { setLock } from '../../storage/change-conversation.ts';
import { renewLease } from '../../storage/sessions.ts';
import { serverInFile } from '../../testing/in-file.ts';
import type { RawClient } from '../../testing/raw-client.ts';
import { createWorld, fingerprint, type World } from '../../testing/world.ts';

let world: World;
/** Has the thread open all the time; nothing of an attack may reach it. */
let observer: RawClient;
let observed: { key: string; client: number; clock: number };
let outsider: string;

serverInFile(async (server) => {
  world = await createWorld(server);
  observer = await world.join(world.staff);
  const { key } = await observer.write(observer.message('what is here'));
  observed = { key, client: observer.lease, clock: 0 };
  outsider = (await world.server.fixture.account('client')).id;
});

/** An update that Yjs itself makes, under the attacker's lease. */
function madeByYjs(attacker: RawClient, write: (doc: Y.Doc) => void): Uint8Array {
  const doc = new Y.Doc();
  doc.clientID = attacker.lease;
  write(doc);
  return Y.encodeStateAsUpdate(doc);
}

const at = (attacker: RawClient, root: string, key: string, value: unknown, clock = 0): Uint8Array =>
  encodeUpdate([valueStruct({ client: attacker.lease, clock }, root, key, value)]);

const fact = (attacker: RawClient, value: Record<string, unknown>): Uint8Array =>
  attacker.factsUpdate([[attacker.key(), { sentAt: 1, ...value }]]);

type Attack = [name: string, rule: RefusalRule, make: (attacker: RawClient) => Uint8Array | Promise<Uint8Array>, code?: number];

const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);

const ATTACKS: Attack[] = [
  ['an update cut short', 'unreadable', (a) => a.factsUpdate([[a.key(), a.message('x')]]).subarray(0, -3), CLOSE.unreadable],
  ['bytes that are no update', 'unreadable', () => new Uint8Array([9, 9, 9, 9, 9]), CLOSE.unreadable],
  [
    'more structs than the limit',
    'unreadable',
    (a) => a.factsUpdate(Array.from({ length: LIMITS.updateStructs + 1 }, () => [a.key(), a.message('x')] as const)),
    CLOSE.unreadable,
  ],
  ['more bytes than the limit', 'unreadable', () => new Uint8Array(LIMITS.updateBytes + 1), CLOSE.tooLarge],
  ['a nested type', 'structure', (a) => madeByYjs(a, (doc) => doc.getMap('entries').set(a.key(), new Y.Map()))],
  ['a text', 'structure', (a) => madeByYjs(a, (doc) => doc.getText('entries').insert(0, 'x'))],
  ['an element of an array', 'root', (a) => madeByYjs(a, (doc) => doc.getArray('entries').push([{ kind: 'message' }]))],
  ['bytes as a value', 'structure', (a) => madeByYjs(a, (doc) => doc.getMap('entries').set(a.key(), new Uint8Array(3)))],
  ['a subdocument', 'structure', (a) => madeByYjs(a, (doc) => doc.getMap('entries').set(a.key(), new Y.Doc()))],
  [
    'an own struct that was emptied before it was sent',
    'structure',
    (a) =>
      madeByYjs(a, (doc) => {
        const key = a.key();
        doc.getMap('entries').set(key, a.message('x'));
        doc.getMap('entries').delete(key);
      }),
  ],
  [
    "a struct under another's client id",
    'foreign-client',
    () =>
      encodeUpdate([
        valueStruct({ client: observed.client, clock: 1 }, 'entries', entryKey(world.staff.id, newId()), { kind: 'message' }),
      ]),
  ],
  [
    "a struct under the server's client id",
    'foreign-client',
    (a) => encodeUpdate([valueStruct({ client: 1, clock: 500 }, 'accepted', a.key(), [1, 1])]),
  ],
  [
    'a lease that the device gave up',
    'foreign-client',
    async (a) => {
      await world.server.db.transact((tx) => renewLease(tx, a.session.device.id));
      return fact(a, { kind: 'message', text: 'x' });
    },
  ],
  [
    'other content under a clock that is committed',
    'fork',
    async (a) => {
      const { key } = await a.write(a.message('the first'));
      return at(a, 'entries', key, a.message('another'));
    },
  ],
  ['a clock above the next one', 'gap', (a) => at(a, 'entries', a.key(), a.message('x'), 3)],
  ['a root of the server', 'root', (a) => at(a, 'accepted', a.key(), [1, 1])],
  ['a root that is not there', 'root', (a) => at(a, 'other', a.key(), a.message('x'))],
  ["another's key", 'root', (a) => at(a, 'entries', entryKey(world.staff.id, newId()), a.message('x'))],
  ['a key that is none', 'root', (a) => at(a, 'entries', `${a.account}/1`, a.message('x'))],
  ['an upper-case key', 'root', (a) => at(a, 'entries', a.key().toUpperCase(), a.message('x'))],
  [
    'a key that exists',
    'duplicate-key',
    async (a) => {
      const { key } = await a.write(a.message('there'));
      return at(a, 'entries', key, a.message('again'), 1);
    },
  ],
  [
    'a key twice in one update',
    'duplicate-key',
    (a) => {
      const key = a.key();
      return a.factsUpdate([
        [key, a.message('x')],
        [key, a.message('y')],
      ]);
    },
  ],
  [
    "an origin that is another's struct",
    'origin',
    (a) => encodeUpdate([valueStruct({ client: a.lease, clock: 0 }, 'entries', a.key(), a.message('x'), observed)]),
  ],
  ["a deletion of another's entry", 'deletion', () => encodeUpdate([], [{ ...observed, length: 1 }])],
  [
    'a deletion of an own entry',
    'deletion',
    async (a) => {
      await a.write(a.message('mine'));
      return encodeUpdate([], [{ client: a.lease, clock: 0, length: 1 }]);
    },
  ],
  ['a deletion of a stamp', 'deletion', () => encodeUpdate([], [{ client: 1, clock: 0, length: 1 }])],
  ['a deletion of very much', 'deletion', () => encodeUpdate([], [{ ...observed, length: 2 ** 40 }])],
  ['an unknown kind', 'schema', (a) => fact(a, { kind: 'shout', text: 'x' })],
  ['an unknown field', 'schema', (a) => fact(a, { kind: 'message', text: 'x', admin: true })],
  ['a text that is too long', 'schema', (a) => fact(a, { kind: 'message', text: 'x'.repeat(LIMITS.textLength + 1) })],
  ['a message without anything in it', 'schema', (a) => fact(a, { kind: 'message', text: ' ' })],
  ['a character that no database holds', 'schema', (a) => fact(a, { kind: 'message', text: 'a\0b' })],
  [
    'a prototype',
    'schema',
    (a) => a.factsUpdate([[a.key(), JSON.parse('{"__proto__": {"kind": "message", "text": "x", "sentAt": 1}}')]]),
  ],
  ['deep nesting', 'schema', (a) => fact(a, { kind: 'message', text: 'x', mentions: nested(40) })],
  ['a kind of the team in the thread of all', 'schema', (a) => fact(a, { kind: 'assign', to: null })],
  ['a mention of someone outside', 'mention', (a) => fact(a, { kind: 'message', text: 'x', mentions: [outsider] })],
  [
    'an attachment that nobody uploaded',
    'attachment',
    (a) => fact(a, { kind: 'message', text: 'x', attachments: [{ id: newId(), name: 'a', type: 'text/plain', bytes: 1 }] }),
  ],
  ['an edit of what is not there', 'target', (a) => fact(a, { kind: 'edit', of: a.key(), text: 'x' })],
  ['a reaction to what is not there', 'target', (a) => fact(a, { kind: 'react', to: a.key(), emoji: '👍', on: true })],
  ['a reply to what is not there', 'target', (a) => fact(a, { kind: 'message', text: 'x', replyTo: a.key() })],
  [
    'an edit of an edit',
    'target',
    async (a) => {
      const { key } = await a.write(a.message('x'));
      const edit = await a.write({ kind: 'edit', of: key, text: 'y', sentAt: 1 });
      return fact(a, { kind: 'edit', of: edit.key, text: 'z' });
    },
  ],
  [
    'a removal of what is removed',
    'target',
    async (a) => {
      const { key } = await a.write(a.message('x'));
      await a.write({ kind: 'remove', of: key, sentAt: 1 });
      return fact(a, { kind: 'remove', of: key });
    },
  ],
  ["an edit of another's message", 'not-author', (a) => fact(a, { kind: 'edit', of: observed.key, text: 'x' })],
  ["a removal of another's message", 'not-author', (a) => fact(a, { kind: 'remove', of: observed.key })],
  [
    "an edit after the agency's limit",
    'too-late',
    async (a) => {
      const { key } = await a.write(a.message('x'));
      await world.server.db.transact((tx) =>
        tx.rows(
          "UPDATE entries SET accepted_at = accepted_at - interval '25 hours' WHERE account_id = $1 AND id = $2",
          key.split('/'),
        ),
      );
      return fact(a, { kind: 'edit', of: key, text: 'y' });
    },
  ],
  [
    'a good entry beside a bad one',
    'schema',
    (a) =>
      a.factsUpdate([
        [a.key(), a.message('good')],
        [a.key(), { kind: 'message' }],
      ]),
  ],
];

describe('an update that breaks a rule', () => {
  it.each(ATTACKS)(
    '[SYNC-ACCEPT] %s is refused as %s, and nothing of it is kept or shown',
    async (_, rule, make, code = CLOSE.replicaRefused) => {
      const attacker = await world.join(world.client);
      const update = await make(attacker);
      const settled = await lastShown();
      const before = await fingerprint(world);
      attacker.sendUpdate(update);
      expect(await attacker.closed()).toBe(code);
      expect(attacker.refusal?.rule).toBe(rule);
      expect(await fingerprint(world)).toBe(before);
      expect(Y.encodeStateAsUpdate(observer.doc)).toEqual(settled);
    },
  );

  it('[SYNC-ACCEPT] names the entries at fault', async () => {
    const attacker = await world.join(world.client);
    const bad = attacker.key();
    attacker.sendUpdate(
      attacker.factsUpdate([
        [attacker.key(), attacker.message('good')],
        [bad, { kind: 'message' }],
      ]),
    );
    await attacker.closed();
    expect(attacker.refusal).toEqual({ rule: 'schema', keys: [bad] });
  });

  it('[SYNC-ACCEPT] sending that is closed is refused in the thread of all, and open again afterwards', async () => {
    const lock = (on: boolean): Promise<boolean> =>
      world.server.db.transact((tx) => setLock(tx, { conversation: world.conversation, reason: 'dispute', on, by: null }));
    const [attacker, team] = [await world.join(world.client), await world.join(world.staff, 'team')];
    await lock(true);
    const key = attacker.send(attacker.message('x'));
    expect(await attacker.closed()).toBe(CLOSE.replicaRefused);
    expect(attacker.refusal).toEqual({ rule: 'closed', keys: [key] });
    await team.write(team.message('a note about it'));
    await lock(false);
    const again = await world.join(world.client);
    await again.write(again.message('y'));
  });

  it('[SYNC-ACCEPT] the commit itself asks who takes part, whatever was true when the socket was opened', async () => {
    const worker = await world.join(world.worker);
    const set = (left: boolean): Promise<unknown> =>
      world.server.db.transact((tx) =>
        tx.rows('UPDATE participants SET left_at = CASE WHEN $2 THEN now() END WHERE account_id = $1', [world.worker.id, left]),
      );
    await set(true);
    worker.send(worker.message('x'));
    expect(await worker.closed()).toBe(CLOSE.notParticipant);
    expect(worker.refusal?.rule).toBe('not-participant');
    await set(false);
  });

  it('[SYNC-ACCEPT] a frame that is no message closes the socket', async () => {
    const attacker = await world.join(world.client);
    attacker.bytes(new Uint8Array([0, 7, 200]));
    expect(await attacker.closed()).toBe(CLOSE.unreadable);
  });
});

async function lastShown(): Promise<Uint8Array> {
  const [row] = await world.rows<{ n: number }>(
    "SELECT n FROM documents WHERE conversation_id = $1 AND thread = 'all' AND epoch = 1",
    [world.conversation],
  );
  await observer.watch.until('all that is committed', () => Y.getState(observer.doc.store, 1) === row!.n);
  return Y.encodeStateAsUpdate(observer.doc);
}
