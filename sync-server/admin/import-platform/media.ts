import { createHash } from 'node:crypto';
import { readFile, realpath, stat } from 'node:fs/promises';
import { basename, join, sep } from 'node:path';

import { LIMITS } from '#shared/limits.ts';

import { keepFile } from '../../files/file-store.ts';
import { sniff, type Sniffed } from '../../files/sniff.ts';

/** The store's bucket, as it stands in addresses of files. */
const BUCKET = 'iayos_files';

/** Where files of messages are; `null`: nowhere. */
export type Media = { folder: string | null; dataDir: string; keep: boolean };
export type MediaFile = { name: string; bytes: number; sha256: Buffer } & Sniffed;

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

/** Takes a file into the server's own store. Gives why it can't, in words that follow "its file". */
export async function takeFile(media: Media, url: string, name: string | null): Promise<MediaFile | string> {
  const key = storageKey(url);
  if (key === null) return 'has no proper address';
  if (media.folder === null) return 'was not to be brought along';
  const path = await findIn(media.folder, key);
  if (path === null) return 'is not in the media folder';
  const { size } = await stat(path);
  if (size > LIMITS.attachmentBytes) return `is larger than ${LIMITS.attachmentBytes / 1024 / 1024} MB`;
  const bytes = await readFile(path);
  if (bytes.length === 0) return 'is empty';
  const sha256 = createHash('sha256').update(bytes).digest();
  if (media.keep) await keepFile(media.dataDir, sha256, bytes);
  const shown = (name ?? '').trim() === '' ? basename(key) : name!.trim();
  return { name: shown.slice(-255), bytes: bytes.length, sha256, ...sniff(bytes) };
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
