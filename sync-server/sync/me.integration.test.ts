import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';

import { encodeUpdate } from '#shared/update-codec.ts';
import { CLOSE } from '#shared/wire.ts';

import { compactNow } from '../testing/compact-now.ts';
import { worldForEachTest } from '../testing/in-file.ts';
import { RawClient } from '../testing/raw-client.ts';
import type { TestServer } from '../testing/test-server.ts';
import type { World } from '../testing/world.ts';

let server: TestServer;
let world: World;

worldForEachTest((made) => ({ world, server } = made));

const until = (client: RawClient, what: string, ask: () => boolean): Promise<unknown> => client.watch.until(what, ask);

describe('a person’s own document', () => {
  it('[SYNC-ME] is the same on all devices of its owner, sets and deletes keys, and is nobody else’s', async () => {
    const [one, two] = [await openMe(await world.signIn(world.client)), await openMe(await world.signIn(world.client))];
    one.sendUpdate(change(one, (root) => root.set('pin/a', true)));
    await until(two, 'the pin', () => two.doc.getMap('private').get('pin/a') === true);
    two.sendUpdate(change(two, (root) => root.set('pin/a', false)));
    await until(one, 'the other value', () => one.doc.getMap('private').get('pin/a') === false);
    one.sendUpdate(change(one, (root) => root.delete('pin/a')));
    await until(two, 'the deletion', () => !two.doc.getMap('private').has('pin/a'));
    await until(one, 'the third position', () => committed(one) === 3);
    one.sendUpdate(Y.encodeStateAsUpdate(one.doc));
    one.sendUpdate(change(one, (root) => root.set('draft/x', 'words')));
    await until(two, 'the draft', () => two.doc.getMap('private').get('draft/x') === 'words');
    expect(committed(two)).toBe(4);
    const [row] = await world.rows<{ id: number }>('SELECT id FROM documents WHERE account_id = $1', [world.client.id]);
    await compactNow(server.db, row!.id);
    const third = await openMe(await world.signIn(world.client));
    expect(third.doc.getMap('private').toJSON()).toEqual({ 'draft/x': 'words' });
    const stranger = await openMe(await world.signIn(world.worker));
    expect(stranger.doc.getMap('private').toJSON()).toEqual({});
  });

  it.each(['in the log', 'in a snapshot'])(
    '[SYNC-ME] takes what is sent again, and refuses other content under its clocks, when it is %s',
    async (where) => {
      const session = await world.signIn(world.client);
      const [one, two] = [await openMe(session), await openMe(await world.signIn(world.client))];
      const first = change(one, (root) => root.set('draft/x', { text: 'first', n: 1 }));
      const second = change(one, (root) => root.set('draft/y', 'kept'));
      const third = change(one, (root) => root.set('draft/y', 'newer'));
      for (const bytes of [first, second, third]) one.sendUpdate(bytes);
      await until(two, 'all three', () => two.doc.getMap('private').get('draft/y') === 'newer');
      if (where === 'in a snapshot') {
        const [row] = await world.rows<{ id: number }>('SELECT id FROM documents WHERE account_id = $1', [world.client.id]);
        await compactNow(server.db, row!.id);
      }
      const kept = await world.rows(
        'SELECT FROM document_log l JOIN documents d ON d.id = l.document_id WHERE d.account_id = $1',
        [world.client.id],
      );
      expect(kept).toHaveLength(where === 'in the log' ? 3 : 0);
      // Again as it was, with what was deleted since, and all that the replica holds; then something new, which goes through.
      for (const bytes of [first, second, Y.encodeStateAsUpdate(one.doc)]) one.sendUpdate(bytes);
      one.sendUpdate(change(one, (root) => root.set('draft/z', 'new')));
      await until(two, 'the new one', () => two.doc.getMap('private').get('draft/z') === 'new');
      const before = two.doc.getMap('private').toJSON();
      const copy = await openMe(session);
      const fork = new Y.Doc();
      fork.clientID = copy.lease;
      fork.getMap('private').set('draft/x', { text: 'another', n: 1 });
      copy.sendUpdate(Y.encodeStateAsUpdate(fork));
      expect(await copy.closed()).toBe(CLOSE.replicaRefused);
      expect(copy.refusal?.rule).toBe('fork');
      expect((await openMe(session)).doc.getMap('private').toJSON()).toEqual(before);
    },
  );

  it('[SYNC-ME] refuses other content that comes in the same batch', async () => {
    const client = await openMe(await world.signIn(world.client));
    client.sendUpdate(update(client, (doc) => doc.getMap('private').set('draft/x', 'one')));
    client.sendUpdate(update(client, (doc) => doc.getMap('private').set('draft/x', 'two')));
    expect(await client.closed()).toBe(CLOSE.replicaRefused);
    expect(client.refusal?.rule).toBe('fork');
    const again = await openMe(await world.signIn(world.client));
    expect(again.doc.getMap('private').toJSON()).toEqual({ 'draft/x': 'one' });
  });

  it.each([
    ['another root', 'root', (client: RawClient) => update(client, (doc) => doc.getMap('committed').set('n', 9))],
    ['a key that is none', 'root', (client: RawClient) => update(client, (doc) => doc.getMap('private').set('other/a', 1))],
    [
      'a nested type',
      'structure',
      (client: RawClient) => update(client, (doc) => doc.getMap('private').set('pin/a', new Y.Map())),
    ],
    [
      'a value that is too large',
      'schema',
      (client: RawClient) => update(client, (doc) => doc.getMap('private').set('draft/a', 'x'.repeat(21_000))),
    ],
    ['a deletion of what is not there', 'deletion', () => encodeUpdate([], [{ client: 1, clock: 0, length: 5 }])],
  ])('[SYNC-ME] takes no %s: %s', async (_, rule, make) => {
    const client = await openMe(await world.signIn(world.worker));
    client.sendUpdate(make(client));
    expect(await client.closed()).toBe(CLOSE.replicaRefused);
    expect(client.refusal?.rule).toBe(rule);
  });
});

const openMe = (session: Parameters<typeof RawClient.open>[2]): Promise<RawClient> =>
  RawClient.open(server.running.url, 'me', session);

/** Writes as Yjs does, under the lease. */
function change(client: RawClient, write: (root: Y.Map<unknown>) => void): Uint8Array {
  client.doc.clientID = client.lease;
  const before = Y.encodeStateVector(client.doc);
  client.doc.transact(() => write(client.doc.getMap('private')));
  return Y.encodeStateAsUpdate(client.doc, before);
}
const committed = (client: RawClient): number => (client.doc.getMap('committed').get('n') as number | undefined) ?? 0;

function update(client: RawClient, write: (doc: Y.Doc) => void): Uint8Array {
  const doc = new Y.Doc();
  doc.clientID = client.lease;
  write(doc);
  return Y.encodeStateAsUpdate(doc);
}
