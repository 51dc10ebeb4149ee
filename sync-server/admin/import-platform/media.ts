import { createHash } from 'node:crypto';
import { readFile, realpath, stat } from 'node:fs/promises';
import { basename, join, sep } from 'node:path';

import { AppError } from '#shared/errors.ts';

import { identify, isPhoto, mayBeKept } from '../../files/identify.ts';
import type { Images } from '../../files/images/images.ts';
import { objectKey, type ObjectStore } from '../../files/object-store.ts';

/** The store's bucket, as it stands in addresses of files. */
const BUCKET = 'iayos_files';

/** Where files of messages are, and what becomes of them here. */
export type Media = {
  /** `null`: they are left behind. */
  folder: string | null;
  /** `null`: nothing is kept. */
  store: ObjectStore | null;
  images: Images;
  /** Whether they are held back until they were looked through for viruses. */
  held: boolean;
  mostBytes: number;
  /** `image/png`, `image/*`, `*` */
  types: readonly string[];
};
export type MediaFile = {
  name: string;
  type: string;
  bytes: number;
  sha256: Buffer;
  size: { width: number; height: number } | null;
};

/**
 * The key in the store, of any of the three forms that addresses have: the key itself, a path below `/media/`, and a whole (signed)
 * URL. `null` where there is none in it.
 */
export function storageKey(url: string): string | null {
  const path = (URL.canParse(url) ? new URL(url).pathname : url.split(/[?#]/)[0]!).replace(/^\/+/, '');
  const decoded = decodedPath(path);
  const parts = decoded.split('/').filter((part) => part !== '');
  const bucket = parts.indexOf(BUCKET);
  const key = bucket >= 0 ? parts.slice(bucket + 1) : parts[0] === 'media' ? parts.slice(1) : parts;
  return key.length === 0 || key.some((part) => part === '..' || part === '.' || part.includes('\0')) ? null : key.join('/');
}

function decodedPath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path; // a percent sign that is meant as such
  }
}

/**
 * Takes a file into the server's own store, as an upload would be: a photo without what else stands in its file, such as its place;
 * no program. Gives why it can't, in words that follow "its file".
 */
export async function takeFile(media: Media, url: string, name: string | null): Promise<MediaFile | string> {
  const key = storageKey(url);
  if (key === null) return 'has no proper address';
  if (media.folder === null) return 'was not to be brought along';
  const path = await findIn(media.folder, key);
  if (path === null) return 'is not in the media folder';
  const { size } = await stat(path);
  if (size > media.mostBytes) return `is larger than ${media.mostBytes / 1024 / 1024} MB`;
  const given = await readFile(path);
  if (given.length === 0) return 'is empty';
  const shown = ((name ?? '').trim() === '' ? basename(key) : name!.trim()).slice(-255);
  const type = await identify(given);
  const refused = refusalOf(type, shown, media.types);
  if (refused !== null) return refused;
  const cleaned = await cleanedImage(media.images, given, type);
  if (cleaned === null) return 'calls itself an image and is none that can be read';
  const sha256 = createHash('sha256').update(cleaned.bytes).digest();
  await media.store?.put(objectKey(sha256), cleaned.bytes);
  return { name: shown, type, bytes: cleaned.bytes.length, sha256, size: cleaned.size };
}

function refusalOf(type: string, name: string, types: readonly string[]): string | null {
  try {
    mayBeKept(type, name, types);
    return null;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return error.details?.reason === 'executable' ? 'is a program' : 'is of a kind that is not taken here';
  }
}

/** What is no picture (plans and icons neither) stays as it is. `null`: a picture that can't be decoded. */
async function cleanedImage(
  images: Images,
  bytes: Buffer,
  type: string,
): Promise<(Pick<MediaFile, 'size'> & { bytes: Buffer }) | null> {
  if (!isPhoto(type)) return { bytes, size: null };
  const result = await images.clean(bytes, type);
  if (result.kind === 'refused') return null;
  const { bytes: clean, width, height } = result.picture;
  return { bytes: Buffer.from(clean.buffer, clean.byteOffset, clean.byteLength), size: { width, height } };
}

/** Below the folder, or below the bucket's in it; never outside, by a link neither. */
async function findIn(folder: string, key: string): Promise<string | null> {
  const root = await realpath(folder);
  for (const candidate of [join(root, key), join(root, BUCKET, key)]) {
    try {
      const path = await realpath(candidate);
      if (path.startsWith(`${root}${sep}`) && (await stat(path)).isFile()) return path;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT' && code !== 'ENOTDIR' && code !== 'ENAMETOOLONG') throw error;
    }
  }
  return null;
}
