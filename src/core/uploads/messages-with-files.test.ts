import { readdirSync } from 'node:fs';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { AppError } from '#shared/errors.ts';

import { queueRemoval, takeBack, withoutFile } from '../changing.ts';
import type { Files } from '../files.ts';
import { discardMessage, queueMessage, retryMessage } from '../outgoing.ts';
import { purgeConversation } from '../storage/conversations.ts';
import type { Store } from '../storage/database.ts';
import { assignDocument, readOutboxEntry, removeFromOutbox, waitingThreads } from '../storage/outbox.ts';
import { draftUploads, readUpload, withUploaded } from '../storage/upload-rows.ts';
import { storageUsage } from '../storage/usage.ts';
import { CONVERSATION } from '../testing/fake-server.ts';
import { PLACE, UploadsProfile, type FakeTransfer } from '../testing/uploads-profile.ts';
import type { Uploads } from './uploads.ts';

let profile: UploadsProfile;
let store: Store;
let server: FakeTransfer;
let uploads: Uploads;
let files: Files;

beforeEach(() => {
  profile = new UploadsProfile();
  ({ store, server } = profile);
  ({ uploads, files } = profile.start());
});
afterEach(() => profile.close());

describe('a message with files', () => {
  it('[THREAD-5] waits for them, nothing of its thread overtakes it, and it names what the server has', async () => {
    profile.online = false;
    const file = await profile.add('a.txt', 'hello');
    const before = profile.send('before');
    const key = profile.send('', [file.id]);
    const after = profile.send('after');
    expect(profile.going()).toEqual([before]);
    removeFromOutbox(store, before);
    expect(waitingThreads(store)).toEqual([]);
    profile.online = true;
    uploads.look();
    await expect.poll(() => profile.going()).toEqual([key, after]);
    const fact = withUploaded(store, JSON.parse(readOutboxEntry(store, key)!.fact));
    const [[remote]] = [...server.files] as [[string, unknown]];
    expect(fact).toMatchObject({ attachments: [{ id: remote, name: 'a.txt', type: 'text/plain', bytes: 5 }] });
  });

  it('[THREAD-5] goes on without a file that is taken out, in its place, and is gone when that was all it had', async () => {
    profile.online = false;
    const [good, slow, only] = [
      await profile.add('good.txt', 'a'),
      await profile.add('slow.txt', 'b'),
      await profile.add('c.txt', 'c'),
    ];
    const key = profile.send('both', [good.id, slow.id]);
    const alone = profile.send('', [only.id]);
    const after = profile.send('after');
    expect(storageUsage(store, profile.folder.path)).toMatchObject({ waitingFiles: 3, waitingBytes: 3 });
    expect(withoutFile(store, key, slow.id)).toMatchObject({ left: 'message' });
    expect(withoutFile(store, alone, only.id)).toMatchObject({ left: 'nothing' });
    uploads.settle();
    expect([profile.outgoing(), readOutboxEntry(store, alone)]).toEqual([[good.id], undefined]);
    profile.online = true;
    uploads.look();
    await expect.poll(() => profile.going()).toEqual([key, after]);
    expect(JSON.parse(readOutboxEntry(store, key)!.fact)).toMatchObject({ text: 'both', attachments: [{ name: 'good.txt' }] });
    assignDocument(store, [key], 'somewhere');
    expect(() => withoutFile(store, key, good.id)).toThrow('on its way');
  });

  it('[THREAD-5] is sent with a file that is still looked through', async () => {
    server.scans = true;
    const file = await profile.add('a.txt', 'hello');
    await expect.poll(() => profile.state(file.id)).toBe('held');
    expect(profile.going()).toEqual([]);
    const key = profile.send('', [file.id]);
    expect(profile.going()).toEqual([key]);
  });

  it('[THREAD-5] leaves the bytes among the opened files once it is accepted, and the id they were shown by', async () => {
    const file = await profile.add('a.txt', 'hello');
    await expect.poll(() => profile.state(file.id)).toBe('ready');
    const key = profile.send('', [file.id]);
    const { remote } = readUpload(store, file.id)!;
    removeFromOutbox(store, key);
    uploads.accepted();
    expect(profile.outgoing()).toEqual([]);
    expect(new Set(readdirSync(path.join(profile.folder.path, 'files')))).toEqual(new Set([remote, `${remote}.json`]));
    for (const id of [file.id, remote!]) expect(await files.get(id)).toMatchObject({ name: 'a.txt', type: 'text/plain' });
    expect(JSON.stringify(readUpload(store, file.id))).not.toContain('a.txt');
  });

  it('[THREAD-5] one of whose files is refused is not sent, lets others go, and can be tried again without it', async () => {
    profile.online = false;
    const [good, bad] = [await profile.add('good.txt', 'a'), await profile.add('bad.txt', 'b')];
    const key = profile.send('both', [good.id, bad.id]);
    const after = profile.send('after');
    server.failures.set('append', new AppError('bad-request', 'A virus was found.', { reason: 'infected' }));
    profile.online = true;
    uploads.look();
    await expect.poll(() => profile.notSent).toEqual([key]);
    expect(readOutboxEntry(store, key)?.rule).toBe('attachment');
    expect(profile.going()).toEqual([after]);
    const refused = [good, bad].find((file) => profile.state(file.id) === 'refused')!;
    retryMessage(store, key, undefined, profile.now, [refused.id]);
    uploads.settle();
    uploads.look();
    await expect.poll(() => profile.going()).toEqual([after, key]);
    expect((JSON.parse(readOutboxEntry(store, key)!.fact) as { attachments: unknown[] }).attachments).toHaveLength(1);
    expect(profile.outgoing()).toHaveLength(1);
  });

  it('[THREAD-5] that was refused for files the server no longer has is tried again with new uploads', async () => {
    const file = await profile.add('a.txt', 'hello');
    await expect.poll(() => profile.state(file.id)).toBe('ready');
    const key = profile.send('', [file.id]);
    store.transact(() => store.run(`UPDATE outbox SET rule = 'attachment' WHERE key = ?`, key));
    retryMessage(store, key, undefined, profile.now);
    expect(profile.going()).toEqual([]);
    uploads.look();
    await expect.poll(() => profile.going()).toEqual([key]);
  });

  it('[THREAD-5] gives its files back to the draft when it is taken back, and drops them when it is discarded', async () => {
    const file = await profile.add('a.txt', 'hello');
    const first = profile.send('', [file.id]);
    store.transact(() => store.run(`UPDATE outbox SET held = 1`));
    takeBack(store, first);
    expect(draftUploads(store, PLACE).map((row) => row.id)).toEqual([file.id]);
    const second = profile.send('', [file.id]);
    discardMessage(store, second);
    uploads.settle();
    expect([draftUploads(store, PLACE), profile.outgoing()]).toEqual([[], []]);
    const other = await profile.add('b.txt', 'hello');
    const third = profile.send('', [other.id]);
    expect(queueRemoval(store, PLACE, third, profile.now)).toBeNull();
    uploads.settle();
    expect(profile.outgoing()).toEqual([]);
  });

  it('[THREAD-5] takes no file twice, and none that was refused or is another thread’s', async () => {
    profile.online = false;
    const file = await profile.add('a.txt', 'hello');
    expect(() =>
      queueMessage(store, { ...PLACE, thread: 'all' }, { text: '', mentions: [], attachments: [], files: ['x'] }, profile.now),
    ).toThrow(expect.objectContaining({ code: 'conflict' }) as Error);
    profile.send('', [file.id]);
    expect(() => profile.send('', [file.id])).toThrow(expect.objectContaining({ code: 'conflict' }) as Error);
  });

  it('[THREAD-5] that may be on the wire keeps its files as they were said to be', async () => {
    const file = await profile.add('a.txt', 'hello');
    await expect.poll(() => profile.state(file.id)).toBe('ready');
    const key = profile.send('', [file.id]);
    assignDocument(store, [key], `${CONVERSATION}/all/1`);
    profile.online = false;
    uploads.look();
    profile.now += 30 * 60 * 60_000;
    profile.online = true;
    uploads.look();
    expect(profile.state(file.id)).toBe('ready');
  });

  it('[SYNC-6] goes with its conversation, bytes and all', async () => {
    const file = await profile.add('a.txt', 'hello');
    purgeConversation(store, CONVERSATION);
    files.sweep();
    expect([readUpload(store, file.id), profile.outgoing()]).toEqual([undefined, []]);
  });
});
