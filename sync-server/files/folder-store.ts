import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { ObjectStore } from './object-store.ts';

export function folderStore(folder: string): ObjectStore {
  async function size(key: string): Promise<number | null> {
    try {
      return (await stat(join(folder, key))).size;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  return {
    size,
    async put(key, bytes) {
      const path = join(folder, key);
      if ((await size(key)) !== null) return;
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      // Under another name until it is whole.
      const fresh = `${path}.${randomBytes(6).toString('hex')}`;
      const file = await open(fresh, 'wx', 0o600);
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(fresh, path);
    },
    // Opened before it answers: what can't be read is known before the answer's head is sent.
    async read(key, range) {
      const file = await open(join(folder, key));
      return createReadStream('', { fd: file, ...(range ? { start: range.from, end: range.to } : {}) });
    },
    delete: (key) => rm(join(folder, key), { force: true }),
  };
}
