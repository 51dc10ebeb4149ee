import { join } from 'node:path';

import { folderStore } from './folder-store.ts';
import { objectKey } from './object-store.ts';

/** Where files lie unless the configuration names another place; and where they are found whatever it names. */
export function filesFolder(dataDir: string): string {
  return join(dataDir, 'files');
}

/** What the command line brings along. Durable when it answers: a row may then speak of it. */
export async function keepFile(dataDir: string, sha256: Buffer, bytes: Buffer): Promise<void> {
  await folderStore(filesFolder(dataDir)).put(objectKey(sha256), bytes);
}
