import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

import type { FileState } from '#shared/api/files.ts';
import { AppError } from '#shared/errors.ts';
import type { AttachmentFact } from '#shared/facts.ts';
import type { UploadView } from '#shared/file-views.ts';
import { newId } from '#shared/ids.ts';

import { createFiles, type Files } from '../files.ts';
import { queueMessage } from '../outgoing.ts';
import { putConversation } from '../storage/conversations.ts';
import { openStore, type Store } from '../storage/database.ts';
import { waitingEntries } from '../storage/outbox.ts';
import { writeSession } from '../storage/session.ts';
import { readUpload } from '../storage/upload-rows.ts';
import type { Transfer } from '../uploads/transfer.ts';
import { createUploads, withUploads, type Uploads } from '../uploads/uploads.ts';
import { CONVERSATION, ME, NOW, record, session } from './fake-server.ts';
import { silentLog, temporaryFolder } from './test-platform.ts';

export const PLACE = { conversation: CONVERSATION, thread: 'all' } as const;

/** A server in memory, whose answers a test chooses. */
export class FakeTransfer implements Transfer {
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

type Running = { uploads: Uploads; files: Files };

/** A profile with one conversation, its uploads, and a server that takes them. */
export class UploadsProfile {
  readonly server = new FakeTransfer();
  /** Keys of messages that were told not to be sent. */
  readonly notSent: string[] = [];
  readonly folder = temporaryFolder();
  readonly store: Store = openStore(this.folder.path);
  online = true;
  now = NOW;
  private readonly opened: Uploads[] = [];

  constructor() {
    this.store.transact(() => {
      writeSession(this.store, session());
      putConversation(this.store, record(), ME);
    });
  }

  /** Again: as after a new start of the app. */
  start(): Running {
    const { store, folder, server } = this;
    const uploads = createUploads({
      store,
      dataDir: folder.path,
      log: silentLog,
      now: () => this.now,
      random: () => 0.5,
      allowed: true,
      server: () =>
        this.online ? { transfer: server, limits: async () => ({ mostBytes: 1_000_000, types: ['text/*'] }) } : null,
      onChanged: () => undefined,
      onDraft: () => undefined,
      onReady: () => undefined,
      onNotSent: (_place, message) => void this.notSent.push(message),
    });
    this.opened.push(uploads);
    const files = withUploads(
      createFiles(folder.path, store, () => null),
      uploads,
      store,
    );
    return { uploads, files };
  }

  add(name: string, text: string, bytes = Buffer.byteLength(text), type = 'text/plain'): Promise<UploadView> {
    return this.opened.at(-1)!.add({ ...PLACE, name, type, bytes }, bodyOf(text));
  }

  send(text: string, ids: string[] = []): string {
    const draft = { text, mentions: [], attachments: [], files: ids };
    return this.store.transact(() => queueMessage(this.store, PLACE, draft, this.now));
  }

  state(id: string): string | undefined {
    return readUpload(this.store, id)?.state;
  }

  /** The keys of what may go out, in its order. */
  going(): string[] {
    return waitingEntries(this.store, CONVERSATION, 'all', 10).map((row) => row.key);
  }

  outgoing(): string[] {
    const folder = path.join(this.folder.path, 'outgoing');
    return existsSync(folder) ? readdirSync(folder) : [];
  }

  close(): void {
    for (const one of this.opened) one.close();
    this.store.close();
    this.folder.remove();
  }
}

async function* bodyOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
