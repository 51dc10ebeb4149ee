import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { AttachmentFact } from '#shared/facts.ts';
import { newId, type ThreadName } from '#shared/ids.ts';

import { keepFile } from '../files/file-store.ts';
import { sniff, type Sniffed } from '../files/sniff.ts';
import type { Transaction } from '../storage/database.ts';
import { insertFile } from '../storage/files.ts';
import type { Demo, DemoItem, DemoMessage } from './demo-format.ts';
import type { DemoAccounts } from './make-people.ts';

export type Photo = Sniffed & { name: string; sha256: Buffer; bytes: number };

/** Stores the bytes of every photo that a message holds, as an upload would. */
export async function keepPhotos({ conversations, photosDir }: Demo, dataDir: string): Promise<Map<string, Photo>> {
  const items = conversations.flatMap(({ items, team }) => [...items, ...team]);
  const names = new Set(items.flatMap((item) => ('event' in item ? [] : item.photos)));
  const photos = new Map<string, Photo>();
  for (const name of names) {
    const bytes = await readFile(join(photosDir, name));
    const sha256 = createHash('sha256').update(bytes).digest();
    await keepFile(dataDir, sha256, bytes);
    photos.set(name, { name, sha256, bytes: bytes.length, ...sniff(bytes) });
  }
  return photos;
}

/** Makes the rows of the files of a thread; gives what stands for them in each message. */
export async function attachPhotos(
  tx: Transaction,
  place: { conversation: string; thread: ThreadName },
  items: readonly DemoItem[],
  { idOf }: DemoAccounts,
  photos: ReadonlyMap<string, Photo>,
): Promise<Map<DemoMessage, AttachmentFact[]>> {
  const attached = new Map<DemoMessage, AttachmentFact[]>();
  for (const item of items) {
    if ('event' in item || item.photos.length === 0) continue;
    const facts: AttachmentFact[] = [];
    for (const name of item.photos) {
      facts.push(await insertFile(tx, { id: newId(), ...place, account: idOf(item.by), ...photos.get(name)! }));
    }
    attached.set(item, facts);
  }
  return attached;
}
