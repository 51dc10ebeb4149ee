import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';

import type { Account, SessionResponse } from '#shared/api/accounts.ts';
import { entryKey, newId } from '#shared/ids.ts';
import { LIMITS } from '#shared/limits.ts';
import { CLOSE } from '#shared/wire.ts';

import { serverInFile } from '../testing/in-file.ts';
import { FeedClient, RawClient } from '../testing/raw-client.ts';
import { openStockClient } from '../testing/stock-client.ts';
import type { TestServer } from '../testing/test-server.ts';

let server: TestServer;
let conversation: string;
let people: { staff: Account; client: Account };
let staff: SessionResponse;
let client: SessionResponse;

serverInFile(async (started) => {
  server = started;
  const agency = await server.fixture.agency();
  people = {
    staff: await server.fixture.account('staff', { agency }),
    client: await server.fixture.account('client'),
  };
  conversation = await server.fixture.conversation({ agency, people: [people.client] });
  staff = await server.http.signIn(people.staff);
  client = await server.http.signIn(people.client);
});

const open = (session: SessionResponse): Promise<RawClient> =>
  RawClient.open(server.running.url, `${conversation}/all/1`, session);

describe('a thread', () => {
  it('[SYNC-PROTOCOL] two stock providers with their leased ids write, read and converge', async () => {
    const name = `${conversation}/all/1`;
    const sides = await Promise.all([staff, client].map((session) => openStockClient(server.running.url, name, session)));
    const keys = sides.map(({ session, doc }) => {
      const key = entryKey(session.account.id, newId());
      doc.getMap('entries').set(key, { kind: 'message', text: `from ${session.account.name}`, sentAt: Date.now() });
      return key;
    });
    await Promise.all(sides.map(({ doc }) => settled(doc, keys)));
    expect(sides[0]!.doc.getMap('entries').toJSON()).toEqual(sides[1]!.doc.getMap('entries').toJSON());
    expect(sides[0]!.doc.getMap('accepted').toJSON()).toEqual(sides[1]!.doc.getMap('accepted').toJSON());
    for (const { provider } of sides) provider.destroy();
  });

  it('[SYNC-ORDER] seq rises with each entry, and a resend gives nothing new', async () => {
    const [a, b] = [await open(staff), await open(client)];
    const first = await a.write(a.message('one'));
    const second = await b.write(b.message('two'));
    expect(second.seq).toBe(first.seq + 1);
    a.sendUpdate(Y.encodeStateAsUpdate(a.doc));
    const third = await a.write(a.message('three'));
    expect(third.seq).toBe(second.seq + 1);
    expect(a.refusal).toBeNull();
    const rows = await server.db.read((db) =>
      db.rows<{ seq: number; text: string }>(
        'SELECT seq, text FROM messages WHERE conversation_id = $1 AND seq >= $2 ORDER BY seq',
        [conversation, first.seq],
      ),
    );
    expect(rows.map(({ text }) => text)).toEqual(['one', 'two', 'three']);
    a.terminate();
    b.terminate();
  });

  it('[SYNC-LIMITS] a frame larger than any may be is answered with 4413, whatever is in it', async () => {
    const writer = await open(client);
    writer.bytes(new Uint8Array(2 * LIMITS.updateBytes + 1));
    expect(await writer.closed()).toBe(CLOSE.tooLarge);
    const feed = await FeedClient.open(server.running.url, client);
    feed.bytes(new Uint8Array(2 * LIMITS.updateBytes + 1));
    expect(await feed.closed()).toBe(CLOSE.tooLarge);
  });

  it('[SYNC-FEED] what is committed is told in order, and a feed goes on where it stopped', async () => {
    const feed = await FeedClient.open(server.running.url, client);
    const writer = await open(staff);
    const first = await writer.write(writer.message('told'));
    await feed.watch.until('the entry', () => feed.items.find((item) => item.kind === 'entry' && item.seq === first.seq));
    const { cursor } = feed;
    feed.terminate();
    const second = await writer.write(writer.message('told later'));
    const resumed = await FeedClient.open(server.running.url, client, cursor);
    const items = resumed.items.filter((item) => item.kind === 'entry');
    expect(items).toMatchObject([{ seq: second.seq, document: `${conversation}/all/1`, message: { text: 'told later' } }]);
    resumed.terminate();
    writer.terminate();
  });
});

function settled(doc: Y.Doc, keys: string[]): Promise<void> {
  return new Promise((resolve) => {
    const check = (): void => {
      if (keys.every((key) => doc.getMap('accepted').has(key))) resolve();
    };
    doc.on('update', check);
    check();
  });
}
