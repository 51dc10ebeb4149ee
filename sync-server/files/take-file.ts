import { createHash } from 'node:crypto';

import type { AttachmentFact } from '#shared/facts.ts';
import type { ThreadName } from '#shared/ids.ts';

import { isDuplicate, type Database } from '../storage/database.ts';
import { findFile, insertFile, type FileState } from '../storage/files.ts';
import { identify, isPhoto, mayBeKept, refusedFile } from './identify.ts';
import type { Images } from './images/images.ts';
import type { Thumbnail } from './images/picture.ts';
import { objectKey, type ObjectStore } from './object-store.ts';
import type { Scanning } from './scan/scanning.ts';

export type Incoming = { id: string; conversation: string; thread: ThreadName; account: string; name: string };
export type Taken = { fact: AttachmentFact; state: FileState };

/**
 * Makes a file of bytes that came whole: looks at what they are, takes away what an image tells besides what is seen, stores them and
 * their thumbnails. Doing it twice is doing it once. @throws AppError bad-request with `reason`
 */
export type TakeFile = (incoming: Incoming, bytes: Buffer) => Promise<Taken>;

type Parts = { db: Database; store: ObjectStore; images: Images; scanning: Scanning; types: readonly string[] };
type Prepared = { bytes: Buffer; type: string; size: { width: number; height: number } | null; thumbnails: Thumbnail[] };

export function createTakeFile({ db, store, images, scanning, types }: Parts): TakeFile {
  async function prepare(bytes: Buffer, name: string): Promise<Prepared> {
    const type = await identify(bytes);
    mayBeKept(type, name, types);
    if (!isPhoto(type)) return { bytes, type, size: null, thumbnails: [] };
    const result = await images.clean(bytes, type);
    if (result.kind === 'refused') throw refusedFile(result.reason);
    const { width, height, thumbnails, bytes: clean } = result.picture;
    return { bytes: Buffer.from(clean.buffer, clean.byteOffset, clean.byteLength), type, size: { width, height }, thumbnails };
  }

  async function keep(sha256: Buffer, { bytes, thumbnails }: Prepared): Promise<void> {
    const key = objectKey(sha256);
    for (const small of thumbnails) await store.put(thumbnailKey(key, small.width), Buffer.from(small.bytes));
    await store.put(key, bytes);
  }

  return async (incoming, given) => {
    const prepared = await prepare(given, incoming.name);
    const { bytes, type, size } = prepared;
    const sha256 = createHash('sha256').update(bytes).digest();
    await keep(sha256, prepared);
    const state = scanning.on ? 'held' : 'ready';
    const file = { ...incoming, type, bytes: bytes.length, size, sha256 };
    try {
      const fact = await db.transact((tx) => insertFile(tx, file, state));
      // Until the row stood there, whoever collects could have removed the same bytes of an earlier file.
      if ((await store.size(objectKey(sha256))) === null) await keep(sha256, prepared);
      scanning.wake();
      return { fact, state };
    } catch (error) {
      const known = isDuplicate(error) ? await db.read((reader) => findFile(reader, incoming.id)) : null;
      if (!known) throw error;
      return { fact: known.fact, state: known.state };
    }
  };
}

export function thumbnailKey(key: string, width: number): string {
  return `${key}.${width}.webp`;
}
