import { randomBytes } from 'node:crypto';
import { lstat, mkdir, open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Where bytes lie: by what they are, so that the same file is kept once. */
export function filePath(dataDir: string, sha256: Buffer): string {
  const hex = sha256.toString('hex');
  return join(dataDir, 'files', hex.slice(0, 2), hex);
}

/** Durable when it answers: a row may then speak of it. */
export async function keepFile(dataDir: string, sha256: Buffer, bytes: Buffer): Promise<void> {
  const path = filePath(dataDir, sha256);
  if (await isThere(path)) return;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const fresh = `${path}.${randomBytes(6).toString('hex')}`;
  const file = await open(fresh, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(fresh, path);
}

async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
