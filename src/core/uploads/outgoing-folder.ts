import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';

import { AppError } from '#shared/errors.ts';

/** The bytes of own files, from when they were given until the server has their message. */
export type OutgoingFolder = {
  /**
   * Copies them; on the disk when it answers. @throws AppError storage-full, storage-failed, bad-request when they aren't as many as was said
   */
  keep(id: string, bytes: number, body: AsyncIterable<Uint8Array>): Promise<void>;
  path(id: string): string;
  has(id: string): boolean;
  /** A part of it; fewer bytes at its end. */
  read(id: string, from: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Hands the bytes on to another place of this disk. */
  moveTo(id: string, target: string): void;
  remove(id: string): void;
  /** Removes all but these, and what a crash left half copied. */
  keepOnly(ids: ReadonlySet<string>): void;
  wipe(): void;
};

export function createOutgoingFolder(dataDir: string): OutgoingFolder {
  const folder = path.join(dataDir, 'outgoing');
  /** Being copied: not to be swept. */
  const copying = new Set<string>();
  const pathOf = (id: string): string => path.join(folder, id);

  return {
    async keep(id, bytes, body) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const part = `${pathOf(id)}.part`;
      copying.add(`${id}.part`).add(id);
      try {
        await copy(part, bytes, body);
        renameSync(part, pathOf(id));
        await syncFolder(folder);
      } catch (error) {
        rmSync(part, { force: true });
        rmSync(pathOf(id), { force: true });
        throw inWords(error);
      } finally {
        copying.delete(`${id}.part`);
        copying.delete(id);
      }
    },
    path: pathOf,
    has: (id) => existsSync(pathOf(id)),
    async read(id, from, length) {
      const file = await open(pathOf(id), 'r');
      try {
        const { bytesRead, buffer } = await file.read(new Uint8Array(length), 0, length, from);
        return buffer.subarray(0, bytesRead);
      } finally {
        await file.close();
      }
    },
    moveTo(id, target) {
      if (!existsSync(pathOf(id))) return;
      mkdirSync(path.dirname(target), { recursive: true, mode: 0o700 });
      renameSync(pathOf(id), target);
    },
    remove: (id) => rmSync(pathOf(id), { force: true }),
    keepOnly(ids) {
      if (!existsSync(folder)) return;
      for (const name of readdirSync(folder)) {
        if (!ids.has(name) && !copying.has(name)) rmSync(path.join(folder, name), { force: true });
      }
    },
    wipe: () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function copy(part: string, bytes: number, body: AsyncIterable<Uint8Array>): Promise<void> {
  const file = await open(part, 'wx', 0o600);
  try {
    let written = 0;
    for await (const chunk of body) {
      written += chunk.byteLength;
      if (written > bytes) break;
      await file.writeFile(chunk);
    }
    if (written !== bytes) throw new AppError('bad-request', 'The file changed while it was read. Nothing was added; try again.');
    await file.sync();
  } finally {
    await file.close();
  }
}

/** So that its name is on the disk as well; Windows opens no folder for that, and needs it not. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function inWords(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (error instanceof AppError) return error;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new AppError(
      'storage-full',
      'The disk is full: the file can’t be kept. Nothing was added; free some space, then try again.',
    );
  }
  if (code === 'EIO' || code === 'EACCES' || code === 'EROFS' || code === 'EPERM') {
    return new AppError(
      'storage-failed',
      'This computer’s disk does not take the file. Nothing was added; check the disk, then try again.',
    );
  }
  // Whoever gave it went away in the middle.
  return new AppError('bad-request', 'The file could not be read to its end. Nothing was added; try again.');
}
