import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { newId } from '#shared/ids.ts';

import type { Files } from '../files.ts';
import { putConversation } from '../storage/conversations.ts';
import type { Store } from '../storage/database.ts';
import { readFileLimits } from '../storage/file-limits.ts';
import { quietConversations } from '../storage/quiet-rows.ts';
import { draftUploads, readUpload } from '../storage/upload-rows.ts';
import { CONVERSATION, ME, NOW, record } from '../testing/fake-server.ts';
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

async function* failing(error: Error): AsyncGenerator<Uint8Array> {
  yield Buffer.from('half');
  throw error;
}

describe('a file that is given', () => {
  it('[THREAD-5] is on the disk and in the draft when that is answered, without a network, and opens at once', async () => {
    profile.online = false;
    const file = await profile.add('plan.txt', 'hello');
    expect(file).toMatchObject({ name: 'plan.txt', bytes: 5, url: `/files/${file.id}`, state: { kind: 'waiting' } });
    expect(draftUploads(store, PLACE).map((row) => row.id)).toEqual([file.id]);
    expect(profile.outgoing()).toEqual([file.id]);
    expect(await files.get(file.id)).toMatchObject({
      name: 'plan.txt',
      path: path.join(profile.folder.path, 'outgoing', file.id),
    });
    expect(quietConversations(store, Infinity, 5)).toEqual([]);
  });

  it('[THREAD-5] is refused before it is copied when it is too large, empty, a program, or of a kind that isn’t taken', async () => {
    uploads.look();
    await expect.poll(() => readFileLimits(store)).toEqual({ mostBytes: 1_000_000, types: ['text/*'] });
    await expect(profile.add('a.txt', 'x', 1_000_001)).rejects.toMatchObject({ code: 'too-large' });
    await expect(profile.add('a.txt', '')).rejects.toMatchObject({ code: 'bad-request' });
    await expect(profile.add('run.EXE', 'x')).rejects.toMatchObject({ message: expect.stringContaining('Programs') as string });
    await expect(profile.add('a.png', 'x', 1, 'image/png')).rejects.toMatchObject({
      message: expect.stringContaining('kind') as string,
    });
    // One that comes otherwise than was said leaves nothing.
    await expect(profile.add('a.txt', 'x', 2)).rejects.toMatchObject({ code: 'bad-request' });
    await expect(profile.add('a.txt', 'xyz', 2)).rejects.toMatchObject({ code: 'bad-request' });
    expect([profile.outgoing(), draftUploads(store, PLACE)]).toEqual([[], []]);
  });

  it('[THREAD-5] that the disk doesn’t take, or that ends too soon, is said in words and leaves nothing', async () => {
    const given = { ...PLACE, name: 'a.txt', type: 'text/plain', bytes: 10 };
    const full = Object.assign(new Error('write'), { code: 'ENOSPC' });
    await expect(uploads.add(given, failing(full))).rejects.toMatchObject({
      code: 'storage-full',
      message: expect.stringContaining('free some space') as string,
    });
    const gone = Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
    await expect(uploads.add(given, failing(gone))).rejects.toMatchObject({ code: 'bad-request' });
    expect([profile.outgoing(), draftUploads(store, PLACE)]).toEqual([[], []]);
  });

  it('[THREAD-5] is refused where nobody can write, and beyond what one message takes', async () => {
    profile.online = false;
    for (let number = 0; number < 20; number++) await profile.add(`${number}.txt`, 'x');
    await expect(profile.add('one-more.txt', 'x')).rejects.toMatchObject({ code: 'bad-request' });
    store.transact(() => putConversation(store, record(CONVERSATION, { locks: ['closed'] }), ME));
    await expect(profile.add('a.txt', 'x')).rejects.toMatchObject({ code: 'forbidden' });
    expect(profile.outgoing()).toHaveLength(20);
  });

  it('[THREAD-5] that a crash left half copied, or without its row, is swept at the next start, and none else', async () => {
    profile.online = false;
    const kept = await profile.add('a.txt', 'a');
    writeFileSync(path.join(profile.folder.path, 'outgoing', `${newId(NOW)}.part`), 'ha');
    writeFileSync(path.join(profile.folder.path, 'outgoing', newId(NOW)), 'orphan');
    ({ uploads, files } = profile.start());
    expect(profile.outgoing()).toEqual([kept.id]);
  });
});

describe('an upload', () => {
  it('[THREAD-5] goes on from where it was cut off, after a new start too', async () => {
    server.cutAfter = 100_000;
    const file = await profile.add('a.txt', 'x'.repeat(300_000));
    await expect.poll(() => server.calls).toContain('append');
    await expect.poll(() => profile.state(file.id)).toBe('uploading');
    uploads.close();
    ({ uploads, files } = profile.start());
    uploads.look();
    await expect.poll(() => profile.state(file.id)).toBe('ready');
    expect(server.calls.filter((call) => call === 'begin')).toHaveLength(1);
    expect(server.calls).toContain('offset');
    expect([...server.files.values()].map((one) => one.bytes.length)).toEqual([300_000]);
  });

  it('[THREAD-5] whose last answer was lost is asked for, and not sent twice', async () => {
    const file = await profile.add('a.txt', 'hello');
    await expect.poll(() => profile.state(file.id)).toBe('ready');
    store.transact(() => store.run(`UPDATE uploads SET state = 'uploading', fact = NULL`));
    uploads.close();
    ({ uploads, files } = profile.start());
    uploads.look();
    await expect.poll(() => profile.state(file.id)).toBe('ready');
    expect(server.calls.filter((call) => call === 'append')).toHaveLength(1);
  });

  it('[THREAD-5] that the server forgot begins anew', async () => {
    server.cutAfter = 10;
    const file = await profile.add('a.txt', 'x'.repeat(50));
    await expect.poll(() => server.calls).toContain('append');
    server.files.clear();
    uploads.close();
    ({ uploads, files } = profile.start());
    uploads.look();
    await expect.poll(() => profile.state(file.id)).toBe('ready');
    expect(server.calls.filter((call) => call === 'begin')).toHaveLength(2);
  });

  it('[THREAD-5] that was there for most of a day is sent anew before its message goes out', async () => {
    const file = await profile.add('a.txt', 'hello');
    await expect.poll(() => profile.state(file.id)).toBe('ready');
    const key = profile.send('look', [file.id]);
    expect(profile.going()).toEqual([key]);
    profile.now += 21 * 60 * 60_000;
    uploads.look();
    expect(profile.going()).toEqual([]);
    await expect.poll(() => profile.going()).toEqual([key]);
    expect(server.calls.filter((call) => call === 'begin')).toHaveLength(2);
  });

  it('[THREAD-5] that is cancelled leaves neither row nor bytes, here or there', async () => {
    const file = await profile.add('a.txt', 'hello');
    await expect.poll(() => profile.state(file.id)).toBe('ready');
    uploads.remove(file.id);
    expect([readUpload(store, file.id), profile.outgoing()]).toEqual([undefined, []]);
    await expect.poll(() => server.files.size).toBe(0);
  });

  it('[THREAD-5] moves with the draft into the notes, and is sent for them anew', async () => {
    const file = await profile.add('a.txt', 'hello');
    await expect.poll(() => profile.state(file.id)).toBe('ready');
    store.transact(() =>
      putConversation(store, record(CONVERSATION, { team: { assignee: null, labels: [], resolved: null } as never }), ME),
    );
    uploads.move([file.id], { conversation: CONVERSATION, thread: 'team' });
    await expect.poll(() => profile.state(file.id)).toBe('ready');
    expect(draftUploads(store, { conversation: CONVERSATION, thread: 'team' })).toHaveLength(1);
    expect(server.calls.filter((call) => call === 'begin')).toHaveLength(2);
  });
});
