import { expect, it } from 'vitest';

import type { Account } from '#shared/api/accounts.ts';
import type { FeedItem } from '#shared/api/feed.ts';
import type { AttachmentFact } from '#shared/facts.ts';
import { newId } from '#shared/ids.ts';

import { changeRole } from '../storage/accounts.ts';
import { refuseFile } from '../storage/files.ts';
import { insertUpload, setUploadState } from '../storage/uploads.ts';
import { worldForEachTest } from '../testing/in-file.ts';
import { connectJson } from '../testing/json-client.ts';
import { FeedClient } from '../testing/raw-client.ts';
import type { TestServer } from '../testing/test-server.ts';
import type { World } from '../testing/world.ts';

let server: TestServer;
let world: World;

worldForEachTest((made) => ({ world, server } = made));

const feedOf = async (account: Account): Promise<FeedClient> => FeedClient.open(server.running.url, await world.signIn(account));

function ofKind<K extends FeedItem['kind']>(feed: FeedClient, kind: K): Extract<FeedItem, { kind: K }>[] {
  return feed.items.filter((item): item is Extract<FeedItem, { kind: K }> => item.kind === kind);
}

it('[FEED-1] tells of notifications, each to its account alone, as they are when it asks', async () => {
  const [worker, staff] = [await feedOf(world.worker), await feedOf(world.staff)];
  const client = await world.join(world.client);
  const { key, seq } = await client.write(client.message('The tap drips', { mentions: [world.worker.id] }));
  const told = await worker.watch.until('the mention', () => {
    return ofKind(worker, 'notification').find(({ notification }) => notification.kind === 'MENTION');
  });
  expect(told.notification).toMatchObject({ text: 'The tap drips', seq, conversation: { id: world.conversation } });
  expect(ofKind(staff, 'notification')).toEqual([]);
  const { cursor } = await feedOf(world.worker);
  await client.write({ kind: 'remove', of: key, sentAt: 1 });
  await client.write(client.message('Never mind', { mentions: [world.worker.id] }));
  const later = new FeedClient(server.running.url, await world.signIn(world.worker), cursor);
  await later.watch.until('the other', () => ofKind(later, 'notification').length > 0);
  expect(ofKind(later, 'notification').map(({ notification }) => notification.text)).toEqual(['Never mind']);
});

it('[FILE-5] tells who sent a file that it was refused, and nobody else', async () => {
  const [client, worker] = [await feedOf(world.client), await feedOf(world.worker)];
  const [sender, other] = [await connectJson(world, world.client), await connectJson(world, world.worker)];
  const { accessToken: token } = await world.signIn(world.client);
  const { body: file } = await server.http.call<AttachmentFact>(
    'POST',
    `/api/v1/conversations/${world.conversation}/files?name=plan.txt`,
    { token, body: Buffer.from('a plan') },
  );
  await world.rows("UPDATE files SET state = 'held' WHERE id = $1", [file.id]);
  await server.db.transact((tx) => refuseFile(tx, file.id, 'infected'));
  const told = await client.watch.until('the file', () => ofKind(client, 'file')[0]);
  expect(told.file).toMatchObject({ id: file.id, conversation: world.conversation, thread: 'all', reason: 'infected' });
  expect(told.file.message).toContain('virus');
  expect(await sender.next('notice', 0)).toEqual({
    type: 'notice',
    code: 'attachment',
    message: `plan.txt: ${told.file.message}`,
  });
  const writer = await world.join(world.client);
  const { seq } = await writer.write(writer.message('after it'));
  await worker.watch.until('the message', () => ofKind(worker, 'entry').some((item) => item.seq === seq));
  expect(ofKind(worker, 'file')).toEqual([]);
  await other.next('new_message', 0);
  expect(other.of('notice')).toEqual([]);
});

it('[FILE-5] tells of an upload that was refused once it was whole', async () => {
  const client = await feedOf(world.client);
  const upload = { id: newId(), conversation: world.conversation, thread: 'all' as const, account: world.client.id };
  await server.db.transact((tx) => insertUpload(tx, { ...upload, name: 'tap.jpg', bytes: 3 }));
  await server.db.transact((tx) => setUploadState(tx, upload.id, 'refused', 'image'));
  const told = await client.watch.until('the upload', () => ofKind(client, 'file')[0]);
  expect(told.file).toMatchObject({ id: upload.id, name: 'tap.jpg', reason: 'image' });
});

it('[FEED-1] whoever has to list again is told what their account is now', async () => {
  const feed = await feedOf(world.staff);
  await server.db.transact((tx) => changeRole(tx, world.staff.id, 'employee'));
  await feed.closed();
  const session = await world.signIn(world.staff);
  const again = await server.http.call('GET', `/api/v1/feed?after=${feed.cursor}`, { token: session.accessToken });
  expect(again.status).toBe(410);
  const list = await server.http.call('GET', '/api/v1/conversations', { token: session.accessToken });
  expect(list.body).toMatchObject({ account: { id: world.staff.id, role: 'employee' }, conversations: [] });
});
