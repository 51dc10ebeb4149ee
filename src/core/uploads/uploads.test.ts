import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { FileState } from '#shared/api.ts';
import { AppError } from '#shared/errors.ts';
import type { AttachmentFact } from '#shared/facts.ts';
import { newId } from '#shared/ids.ts';

import { queueRemoval, takeBack } from '../changing.ts';
import { createFiles, type Files } from '../files.ts';
import { discardMessage, queueMessage, retryMessage } from '../outgoing.ts';
import { purgeConversation, putConversation } from '../storage/conversations.ts';
import { openStore, type Store } from '../storage/database.ts';
import { readFileLimits } from '../storage/file-limits.ts';
import { assignDocument, readOutboxEntry, removeFromOutbox, waitingEntries, waitingThreads } from '../storage/outbox.ts';
import { quietConversations } from '../storage/quiet-rows.ts';
import { writeSession } from '../storage/session.ts';
import { draftUploads, readUpload, withUploaded } from '../storage/upload-rows.ts';
import { CONVERSATION, ME, NOW, record, session } from '../testing/fake-server.ts';
import { silentLog, temporaryFolder } from '../testing/test-platform.ts';
import type { Transfer } from './transfer.ts';
import { createUploads, withUploads, type Uploads } from './uploads.ts';

const PLACE = { conversation: CONVERSATION, thread: 'all' } as const;

/** A server in memory, whose answers a test chooses. */
class FakeServer implements Transfer {
  readonly files = new Map<string, { length: number; bytes: Buffer; name: string; state: FileState['state'] }>();
  readonly calls: string[] = [];
  /** Thrown by the next call of a name. */
  readonly failures = new Map<string, AppError>();
  /** Bytes after which the line is cut, once. */
  cutAfter = Infinity;
  scans = false;

  async begin({ name, bytes }: { name: string; bytes: number }): Promise<string> {
    this.note('begin');
    const id = newId(NOW + this.files.size);
    this.files.set(id, { length: bytes, bytes: Buffer.alloc(0), name, state: 'uploading' });
    return id;
  }
  async state(remote: string): Promise<FileState | null> {
    this.note('state');
    const file = this.files.get(remote);
    if (!file) return null;
    const { state } = file;
    return { id: remote, state, file: state === 'ready' || state === 'held' ? this.fact(remote) : null };
  }
  async offset(remote: string): Promise<number | null> {
    this.note('offset');
    return this.files.get(remote)?.bytes.length ?? null;
  }
  async append(remote: string, offset: number, bytes: Uint8Array): ReturnType<Transfer['append']> {
    this.note('append');
    const file = this.files.get(remote);
    if (!file) throw new AppError('not-found', 'no such upload');
    if (offset !== file.bytes.length) throw new AppError('conflict', 'another offset');
    const taken = bytes.subarray(0, this.cutAfter);
    file.bytes = Buffer.concat([file.bytes, taken]);
    if (taken.length < bytes.length) {
      this.cutAfter = Infinity;
      throw new AppError('offline', 'cut');
    }
    if (file.bytes.length < file.length) return { kind: 'more', offset: file.bytes.length };
    file.state = this.scans ? 'held' : 'ready';
    return { kind: 'whole', file: this.fact(remote), held: this.scans };
  }
  async giveUp(remote: string): Promise<void> {
    this.note('giveUp');
    this.files.delete(remote);
  }
  private fact(id: string): AttachmentFact {
    const { name, bytes } = this.files.get(id)!;
    return { id, name, type: 'text/plain', bytes: bytes.length };
  }
  private note(call: string): void {
    this.calls.push(call);
    const failure = this.failures.get(call);
    this.failures.delete(call);
    if (failure) throw failure;
  }
}

let folder: ReturnType<typeof temporaryFolder>;
let store: Store;
let server: FakeServer;
let online: boolean;
let now: number;
let uploads: Uploads;
let files: Files;
let notSent: string[];
const open: Uploads[] = [];

function start(): void {
  uploads = createUploads({
    store,
    dataDir: folder.path,
    log: silentLog,
    now: () => now,
    random: () => 0.5,
    allowed: true,
    server: () => (online ? { transfer: server, limits: async () => ({ mostBytes: 1_000_000, types: ['text/*'] }) } : null),
    onChanged: () => undefined,
    onDraft: () => undefined,
    onReady: () => undefined,
    onNotSent: (_place, message) => void notSent.push(message),
  });
  open.push(uploads);
  files = withUploads(
    createFiles(folder.path, store, () => null),
    uploads,
    store,
  );
}

beforeEach(() => {
  folder = temporaryFolder();
  store = openStore(folder.path);
  store.transact(() => {
    writeSession(store, session());
    putConversation(store, record(), ME);
  });
  server = new FakeServer();
  online = true;
  now = NOW;
  notSent = [];
  start();
});
afterEach(() => {
  for (const one of open.splice(0)) one.close();
  store.close();
  folder.remove();
});

async function* body(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
const add = (name: string, text: string, bytes = Buffer.byteLength(text)) =>
  uploads.add({ ...PLACE, name, type: 'text/plain', bytes }, body(text));
const send = (text: string, ids: string[] = []): string =>
  store.transact(() => queueMessage(store, PLACE, { text, mentions: [], attachments: [], files: ids }, now));
const state = (id: string) => readUpload(store, id)?.state;
const going = (): string[] => waitingEntries(store, CONVERSATION, 'all', 10).map((row) => row.key);
const outgoing = (): string[] =>
  existsSync(path.join(folder.path, 'outgoing')) ? readdirSync(path.join(folder.path, 'outgoing')) : [];

describe('a file that is given', () => {
  it('[THREAD-5] is on the disk and in the draft when that is answered, without a network, and opens at once', async () => {
    online = false;
    const file = await add('plan.txt', 'hello');
    expect(file).toMatchObject({ name: 'plan.txt', bytes: 5, url: `/files/${file.id}`, state: { kind: 'waiting' } });
    expect(draftUploads(store, PLACE).map((row) => row.id)).toEqual([file.id]);
    expect(outgoing()).toEqual([file.id]);
    expect(await files.get(file.id)).toMatchObject({ name: 'plan.txt', path: path.join(folder.path, 'outgoing', file.id) });
    expect(quietConversations(store, Infinity, 5)).toEqual([]);
  });

  it('[THREAD-5] is refused before it is copied when it is too large, empty, a program, or of a kind that isn’t taken', async () => {
    uploads.look();
    await expect.poll(() => readFileLimits(store)).toEqual({ mostBytes: 1_000_000, types: ['text/*'] });
    await expect(add('a.txt', 'x', 1_000_001)).rejects.toMatchObject({ code: 'too-large' });
    await expect(add('a.txt', '')).rejects.toMatchObject({ code: 'bad-request' });
    await expect(add('run.EXE', 'x')).rejects.toMatchObject({ message: expect.stringContaining('Programs') as string });
    await expect(uploads.add({ ...PLACE, name: 'a.png', type: 'image/png', bytes: 1 }, body('x'))).rejects.toMatchObject({
      message: expect.stringContaining('kind') as string,
    });
    // One that comes otherwise than was said leaves nothing.
    await expect(add('a.txt', 'x', 2)).rejects.toMatchObject({ code: 'bad-request' });
    await expect(add('a.txt', 'xyz', 2)).rejects.toMatchObject({ code: 'bad-request' });
    expect([outgoing(), draftUploads(store, PLACE)]).toEqual([[], []]);
  });

  it('[THREAD-5] is refused where nobody can write, and beyond what one message takes', async () => {
    online = false;
    for (let number = 0; number < 20; number++) await add(`${number}.txt`, 'x');
    await expect(add('one-more.txt', 'x')).rejects.toMatchObject({ code: 'bad-request' });
    store.transact(() => putConversation(store, record(CONVERSATION, { locks: ['closed'] }), ME));
    await expect(add('a.txt', 'x')).rejects.toMatchObject({ code: 'forbidden' });
    expect(outgoing()).toHaveLength(20);
  });

  it('[THREAD-5] that a crash left half copied, or without its row, is swept at the next start, and none else', async () => {
    online = false;
    const kept = await add('a.txt', 'a');
    writeFileSync(path.join(folder.path, 'outgoing', `${newId(NOW)}.part`), 'ha');
    writeFileSync(path.join(folder.path, 'outgoing', newId(NOW)), 'orphan');
    start();
    expect(outgoing()).toEqual([kept.id]);
  });
});

describe('an upload', () => {
  it('[THREAD-5] goes on from where it was cut off, after a new start too', async () => {
    server.cutAfter = 100_000;
    const file = await add('a.txt', 'x'.repeat(300_000));
    await expect.poll(() => server.calls).toContain('append');
    await expect.poll(() => state(file.id)).toBe('uploading');
    uploads.close();
    start();
    uploads.look();
    await expect.poll(() => state(file.id)).toBe('ready');
    expect(server.calls.filter((call) => call === 'begin')).toHaveLength(1);
    expect(server.calls).toContain('offset');
    expect([...server.files.values()].map((one) => one.bytes.length)).toEqual([300_000]);
  });

  it('[THREAD-5] whose last answer was lost is asked for, and not sent twice', async () => {
    const file = await add('a.txt', 'hello');
    await expect.poll(() => state(file.id)).toBe('ready');
    store.transact(() => store.run(`UPDATE uploads SET state = 'uploading', fact = NULL`));
    uploads.close();
    start();
    uploads.look();
    await expect.poll(() => state(file.id)).toBe('ready');
    expect(server.calls.filter((call) => call === 'append')).toHaveLength(1);
  });

  it('[THREAD-5] that the server forgot begins anew', async () => {
    server.cutAfter = 10;
    const file = await add('a.txt', 'x'.repeat(50));
    await expect.poll(() => server.calls).toContain('append');
    server.files.clear();
    uploads.close();
    start();
    uploads.look();
    await expect.poll(() => state(file.id)).toBe('ready');
    expect(server.calls.filter((call) => call === 'begin')).toHaveLength(2);
  });

  it('[THREAD-5] that was there for most of a day is sent anew before its message goes out', async () => {
    const file = await add('a.txt', 'hello');
    await expect.poll(() => state(file.id)).toBe('ready');
    const key = send('look', [file.id]);
    expect(going()).toEqual([key]);
    now += 21 * 60 * 60_000;
    uploads.look();
    expect(going()).toEqual([]);
    await expect.poll(() => going()).toEqual([key]);
    expect(server.calls.filter((call) => call === 'begin')).toHaveLength(2);
  });

  it('[THREAD-5] that is cancelled leaves neither row nor bytes, here or there', async () => {
    const file = await add('a.txt', 'hello');
    await expect.poll(() => state(file.id)).toBe('ready');
    uploads.remove(file.id);
    expect([readUpload(store, file.id), outgoing()]).toEqual([undefined, []]);
    await expect.poll(() => server.files.size).toBe(0);
  });

  it('[THREAD-5] moves with the draft into the notes, and is sent for them anew', async () => {
    const file = await add('a.txt', 'hello');
    await expect.poll(() => state(file.id)).toBe('ready');
    store.transact(() =>
      putConversation(store, record(CONVERSATION, { team: { assignee: null, labels: [], resolved: null } as never }), ME),
    );
    uploads.move([file.id], { conversation: CONVERSATION, thread: 'team' });
    await expect.poll(() => state(file.id)).toBe('ready');
    expect(draftUploads(store, { conversation: CONVERSATION, thread: 'team' })).toHaveLength(1);
    expect(server.calls.filter((call) => call === 'begin')).toHaveLength(2);
  });
});

describe('a message with files', () => {
  it('[THREAD-5] waits for them, nothing of its thread overtakes it, and it names what the server has', async () => {
    online = false;
    const file = await add('a.txt', 'hello');
    const before = send('before');
    const key = send('', [file.id]);
    const after = send('after');
    expect(going()).toEqual([before]);
    removeFromOutbox(store, before);
    expect(waitingThreads(store)).toEqual([]);
    online = true;
    uploads.look();
    await expect.poll(() => going()).toEqual([key, after]);
    const fact = withUploaded(store, JSON.parse(readOutboxEntry(store, key)!.fact));
    const [[remote]] = [...server.files] as [[string, unknown]];
    expect(fact).toMatchObject({ attachments: [{ id: remote, name: 'a.txt', type: 'text/plain', bytes: 5 }] });
  });

  it('[THREAD-5] is sent with a file that is still looked through', async () => {
    server.scans = true;
    const file = await add('a.txt', 'hello');
    await expect.poll(() => state(file.id)).toBe('held');
    expect(going()).toEqual([]);
    const key = send('', [file.id]);
    expect(going()).toEqual([key]);
  });

  it('[THREAD-5] leaves the bytes among the opened files once it is accepted, and the id they were shown by', async () => {
    const file = await add('a.txt', 'hello');
    await expect.poll(() => state(file.id)).toBe('ready');
    const key = send('', [file.id]);
    const { remote } = readUpload(store, file.id)!;
    removeFromOutbox(store, key);
    uploads.accepted();
    expect(outgoing()).toEqual([]);
    expect(new Set(readdirSync(path.join(folder.path, 'files')))).toEqual(new Set([remote, `${remote}.json`]));
    for (const id of [file.id, remote!]) expect(await files.get(id)).toMatchObject({ name: 'a.txt', type: 'text/plain' });
    expect(JSON.stringify(readUpload(store, file.id))).not.toContain('a.txt');
  });

  it('[THREAD-5] one of whose files is refused is not sent, lets others go, and can be tried again without it', async () => {
    online = false;
    const [good, bad] = [await add('good.txt', 'a'), await add('bad.txt', 'b')];
    const key = send('both', [good.id, bad.id]);
    const after = send('after');
    server.failures.set('append', new AppError('bad-request', 'A virus was found.', { reason: 'infected' }));
    online = true;
    uploads.look();
    await expect.poll(() => notSent).toEqual([key]);
    expect(readOutboxEntry(store, key)?.rule).toBe('attachment');
    expect(going()).toEqual([after]);
    const refused = [good, bad].find((file) => state(file.id) === 'refused')!;
    retryMessage(store, key, undefined, now, [refused.id]);
    uploads.settle();
    uploads.look();
    await expect.poll(() => going()).toEqual([after, key]);
    expect((JSON.parse(readOutboxEntry(store, key)!.fact) as { attachments: unknown[] }).attachments).toHaveLength(1);
    expect(outgoing()).toHaveLength(1);
  });

  it('[THREAD-5] that was refused for files the server no longer has is tried again with new uploads', async () => {
    const file = await add('a.txt', 'hello');
    await expect.poll(() => state(file.id)).toBe('ready');
    const key = send('', [file.id]);
    store.transact(() => store.run(`UPDATE outbox SET rule = 'attachment' WHERE key = ?`, key));
    retryMessage(store, key, undefined, now);
    expect(going()).toEqual([]);
    uploads.look();
    await expect.poll(() => going()).toEqual([key]);
  });

  it('[THREAD-5] gives its files back to the draft when it is taken back, and drops them when it is discarded', async () => {
    const file = await add('a.txt', 'hello');
    const first = send('', [file.id]);
    store.transact(() => store.run(`UPDATE outbox SET held = 1`));
    takeBack(store, first);
    expect(draftUploads(store, PLACE).map((row) => row.id)).toEqual([file.id]);
    const second = send('', [file.id]);
    discardMessage(store, second);
    uploads.settle();
    expect([draftUploads(store, PLACE), outgoing()]).toEqual([[], []]);
    const other = await add('b.txt', 'hello');
    const third = send('', [other.id]);
    expect(queueRemoval(store, PLACE, third, now)).toBeNull();
    uploads.settle();
    expect(outgoing()).toEqual([]);
  });

  it('[THREAD-5] takes no file twice, and none that was refused or is another thread’s', async () => {
    online = false;
    const file = await add('a.txt', 'hello');
    expect(() =>
      queueMessage(store, { ...PLACE, thread: 'all' }, { text: '', mentions: [], attachments: [], files: ['x'] }, now),
    ).toThrow(expect.objectContaining({ code: 'conflict' }) as Error);
    send('', [file.id]);
    expect(() => send('', [file.id])).toThrow(expect.objectContaining({ code: 'conflict' }) as Error);
  });

  it('[THREAD-5] that may be on the wire keeps its files as they were said to be', async () => {
    const file = await add('a.txt', 'hello');
    await expect.poll(() => state(file.id)).toBe('ready');
    const key = send('', [file.id]);
    assignDocument(store, [key], `${CONVERSATION}/all/1`);
    online = false;
    uploads.look();
    now += 30 * 60 * 60_000;
    online = true;
    uploads.look();
    expect(state(file.id)).toBe('ready');
  });

  it('[SYNC-6] goes with its conversation, bytes and all', async () => {
    const file = await add('a.txt', 'hello');
    purgeConversation(store, CONVERSATION);
    files.sweep();
    expect([readUpload(store, file.id), outgoing()]).toEqual([undefined, []]);
  });
});
