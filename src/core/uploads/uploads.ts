import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { AppError } from '#shared/errors.ts';
import { errorOf, problemOf } from '#shared/file-rules.ts';
import type { FileLimits, GivenFile, UploadView } from '#shared/file-views.ts';
import { newId } from '#shared/ids.ts';
import { LIMITS } from '#shared/limits.ts';

import type { Files, KeptFile } from '../files.ts';
import type { Log } from '../platform.ts';
import { readConversation } from '../storage/conversations.ts';
import type { Store } from '../storage/database.ts';
import { readFileLimits, type ToldLimits } from '../storage/file-limits.ts';
import { goneFiles } from '../storage/file-rows.ts';
import type { Place } from '../storage/items.ts';
import { readSession } from '../storage/session.ts';
import { mayReadTeam } from '../storage/team-rows.ts';
import {
  acceptedUploads,
  allUploadIds,
  ANEW,
  changeUpload,
  deleteUpload,
  draftUploads,
  findUpload,
  forgetSent,
  putUpload,
  readUpload,
  settleUpload,
  viewOfUpload,
  type UploadRow,
} from '../storage/upload-rows.ts';
import { createOutgoingFolder } from './outgoing-folder.ts';
import type { Transfer } from './transfer.ts';
import { createUploader, type Uploader } from './uploader.ts';

/** The files that somebody gave to be sent, from then until the server has their message. */
export type Uploads = {
  limits(): FileLimits;
  /**
   * Copies a file and puts it into the draft of its thread; durable when it answers.
   * @throws AppError too-large, bad-request (its kind, empty, too many), forbidden, not-found, storage-full, storage-failed
   */
  add(file: GivenFile, body: AsyncIterable<Uint8Array>): Promise<UploadView>;
  /** Takes it out of its draft. */
  remove(id: string): void;
  /** Tries one that was refused again. */
  retry(id: string): void;
  /** Into the draft of another thread of the same conversation. */
  move(ids: readonly string[], to: Place): void;
  /** Something may be there to do: a network, new files. */
  look(): void;
  /** Files of messages were dropped, or are gone with their conversation. */
  settle(): void;
  /** The server has messages of this account: the bytes of their files go to those that were opened, which may be cleared. */
  accepted(): void;
  wipe(): void;
  close(): void;
  /** The bytes, as long as they lie here. */
  kept(id: string): KeptFile | null;
};

export type UploadsDeps = {
  store: Store;
  dataDir: string;
  log: Log;
  now: () => number;
  random: () => number;
  allowed: boolean;
  /** `null` while there is no network. */
  server: () => { transfer: Transfer; limits(): Promise<ToldLimits | null> } | null;
  /** A file of this thread is in another state; `message`: the one that waits for it. */
  onChanged: (place: Place, message: string | null) => void;
  /** A draft has other files. */
  onDraft: (place: Place) => void;
  /** A message may go out now. */
  onReady: () => void;
  /** Its files can't be sent, and so it can't. */
  onNotSent: (place: Place, message: string) => void;
};

export function createUploads(deps: UploadsDeps): Uploads {
  const { store } = deps;
  const folder = createOutgoingFolder(deps.dataDir);
  const uploader: Uploader = createUploader({ ...deps, folder });

  const limits = (): FileLimits => ({ allowed: deps.allowed, ...readFileLimits(store), mostFiles: LIMITS.attachments });

  const mayWrite = ({ conversation, thread }: Place): void => {
    const session = readSession(store);
    const record = readConversation(store, conversation);
    if (!session?.signedIn) throw new AppError('sign-in-required', 'Sign in first.');
    if (!record) throw new AppError('not-found', 'This conversation isn’t on this computer any more. The file was not added.');
    if (thread === 'team' && !mayReadTeam(record, session.account.role)) {
      throw new AppError('forbidden', 'Only the agency’s staff can write notes.');
    }
    if (thread === 'all' && record.locks.length > 0) {
      throw new AppError('forbidden', 'Nobody can write here now. The file was not added.');
    }
  };
  const hasRoom = (place: Place): void => {
    if (draftUploads(store, place).length < LIMITS.attachments) return;
    throw new AppError('bad-request', `A message has at most ${LIMITS.attachments} files. Send these first.`);
  };
  const drop = (row: UploadRow): void => {
    uploader.stop(row);
    store.transact(() => deleteUpload(store, row.id));
    folder.remove(row.id);
  };

  const accepted = (): void => {
    const gone = new Set(goneFiles(store));
    for (const row of acceptedUploads(store)) {
      const target = row.remote === null ? null : path.join(deps.dataDir, 'files', row.remote);
      if (target !== null && row.fact !== null && !gone.has(row.remote!)) {
        const { name, type } = JSON.parse(row.fact) as KeptFile;
        folder.moveTo(row.id, target);
        writeFileSync(`${target}.json`, JSON.stringify({ name, type }), { mode: 0o600 });
      }
      store.transact(() => settleUpload(store, row.id));
    }
  };
  const settle = (): void => {
    accepted();
    folder.keepOnly(new Set(allUploadIds(store)));
    uploader.stopGone();
  };

  // Of a run that ended: what was accepted meanwhile, copies without a row. Pages load anew, and need the old ids no more.
  settle();
  store.transact(() => forgetSent(store));

  return {
    limits,
    async add(given, body) {
      const place: Place = { conversation: given.conversation, thread: given.thread };
      const problem = problemOf(given, limits());
      if (problem) throw errorOf(problem);
      mayWrite(place);
      hasRoom(place);
      const id = newId(deps.now());
      await folder.keep(id, given.bytes, body);
      try {
        store.transact(() => {
          mayWrite(place);
          hasRoom(place);
          const { bytes, type, width = null, height = null } = given;
          const mediaType = /^[\w.+-]+\/[\w.+-]+$/.test(type) ? type.toLowerCase() : 'application/octet-stream';
          putUpload(store, { ...place, id, name: fileName(given.name), type: mediaType, bytes, width, height });
        });
      } catch (error) {
        folder.remove(id);
        throw error;
      }
      deps.onChanged(place, null);
      deps.onDraft(place);
      uploader.look();
      return viewOfUpload(readUpload(store, id)!);
    },
    remove(id) {
      const row = readUpload(store, id);
      if (!row) return;
      if (row.message !== null) throw new AppError('conflict', 'This file is in a message already. You can remove the message.');
      drop(row);
      deps.onChanged(row, null);
      deps.onDraft(row);
    },
    retry(id) {
      const row = readUpload(store, id);
      if (row?.state !== 'refused' || row.message !== null) return;
      store.transact(() => changeUpload(store, id, ANEW));
      deps.onChanged(row, null);
      uploader.look();
    },
    move(ids, to) {
      mayWrite(to);
      const rows = ids.flatMap((id) => readUpload(store, id) ?? []);
      const movable = rows.filter((row) => row.message === null && row.conversation === to.conversation);
      for (const row of movable) uploader.stop(row);
      // The server has it for the other thread, where others read.
      store.transact(() => {
        for (const row of movable) changeUpload(store, row.id, { ...ANEW, thread: to.thread });
      });
      for (const row of movable) deps.onChanged(row, null);
      if (movable.length > 0) deps.onChanged(to, null);
      deps.onDraft(to);
      uploader.look();
    },
    look() {
      uploader.look();
    },
    settle,
    accepted,
    wipe() {
      uploader.stopAll();
      folder.wipe();
    },
    close: () => uploader.close(),
    kept(id) {
      const row = findUpload(store, id);
      return row && folder.has(row.id) ? { path: folder.path(row.id), name: row.name, type: row.type } : null;
    },
  };
}

/** A name that the server takes, from what the system calls the file. */
function fileName(given: string): string {
  const plain = given
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ')
    .split(/[\\/]/)
    .at(-1)!
    .trim();
  if (plain.length <= LIMITS.fileNameLength) return plain || 'file';
  const ending = /\.[^.]{1,16}$/.exec(plain)?.[0] ?? '';
  return plain.slice(0, LIMITS.fileNameLength - ending.length).toWellFormed() + ending;
}

/** The files of messages, of which the own ones are here before the server has them. */
export function withUploads(files: Files, uploads: Uploads, store: Store): Files {
  return {
    ...files,
    async get(id) {
      return uploads.kept(id) ?? files.get(findUpload(store, id)?.remote ?? id);
    },
    sweep() {
      store.transact(() => {
        for (const id of goneFiles(store)) {
          const row = findUpload(store, id);
          if (row) deleteUpload(store, row.id);
        }
      });
      uploads.settle();
      files.sweep();
    },
    wipe() {
      uploads.wipe();
      files.wipe();
    },
  };
}
