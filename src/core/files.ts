import {
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { z } from 'zod';

import { AppError } from '#shared/errors.ts';
import { UUID } from '#shared/ids.ts';

import type { Store } from './storage/database.ts';
import { forgetGoneFiles, goneFiles, isFileGone } from './storage/file-rows.ts';
import { findAttachment } from './storage/thread-rows.ts';
import type { ApiClient } from './sync/api-client.ts';

const about = z.object({ type: z.string(), name: z.string() });
export type KeptFile = z.infer<typeof about> & { path: string };

/** The bytes of attachments, kept in the profile's folder once they were opened. */
export type Files = {
  get(id: string): Promise<KeptFile>;
  /** Removes the bytes of files whose messages were taken away. */
  sweep(): void;
  /** Removes the bytes of files that were fetched before that time, in ms since 1970; they can be fetched again. */
  expire(before: number): void;
  /** How many bytes lie here. */
  usage(): { files: number; fileBytes: number };
  wipe(): void;
};

export function createFiles(dataDir: string, store: Store, api: () => ApiClient | null): Files {
  const folder = path.join(dataDir, 'files');
  const underWay = new Map<string, Promise<KeptFile>>();

  const fetchFile = async (id: string): Promise<KeptFile> => {
    const target = path.join(folder, id);
    const known = findAttachment(store, id);
    const client = api();
    if (!client) throw new AppError('offline', 'This file isn’t on this computer yet. Connect to open it.');
    const answer = await client.file(id);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const kept = {
      type: known?.type ?? answer.headers.get('content-type') ?? 'application/octet-stream',
      name: known?.name ?? id,
    };
    // Under another name until it is whole: a crash must not leave half a photo.
    const part = `${target}.part`;
    try {
      if (answer.body) await pipeline(Readable.fromWeb(answer.body), createWriteStream(part, { mode: 0o600 }));
      else writeFileSync(part, '', { mode: 0o600 });
      writeFileSync(`${target}.json`, JSON.stringify(kept), { mode: 0o600 });
      renameSync(part, target);
    } catch (error) {
      rmSync(part, { force: true });
      if ((error as NodeJS.ErrnoException).code === 'ENOSPC') {
        throw new AppError('storage-full', 'The disk is full: the file can’t be kept. Free some space, then try again.');
      }
      throw new AppError('offline', 'The file could not be fetched. Try again when you are connected.');
    }
    // Its message was taken away while it was on its way.
    if (known && !findAttachment(store, id)) {
      remove(id);
      throw new AppError('not-found', 'There is no such file.');
    }
    return { path: target, ...kept };
  };

  const remove = (id: string): void => {
    for (const name of [id, `${id}.json`, `${id}.part`]) rmSync(path.join(folder, name), { force: true });
  };

  return {
    async get(id) {
      if (!UUID.test(id) || isFileGone(store, id)) throw new AppError('not-found', 'There is no such file.');
      const target = path.join(folder, id);
      if (existsSync(target)) {
        return { path: target, ...about.parse(JSON.parse(readFileSync(`${target}.json`, 'utf8'))) };
      }
      const fetching = underWay.get(id) ?? fetchFile(id).finally(() => underWay.delete(id));
      underWay.set(id, fetching);
      return fetching;
    },
    sweep() {
      const ids = goneFiles(store);
      if (ids.length === 0) return;
      for (const id of ids) if (UUID.test(id)) remove(id);
      forgetGoneFiles(store, ids);
    },
    expire(before) {
      if (!existsSync(folder)) return;
      for (const name of readdirSync(folder)) {
        if (UUID.test(name) && statSync(path.join(folder, name)).mtimeMs < before) remove(name);
      }
    },
    usage() {
      const kept = existsSync(folder) ? readdirSync(folder).filter((name) => UUID.test(name)) : [];
      return { files: kept.length, fileBytes: kept.reduce((sum, name) => sum + statSync(path.join(folder, name)).size, 0) };
    },
    wipe: () => rmSync(folder, { recursive: true, force: true }),
  };
}
