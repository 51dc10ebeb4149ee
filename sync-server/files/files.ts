import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { Log } from '../log.ts';
import type { Database } from '../storage/database.ts';
import { serverKey } from '../storage/sessions.ts';
import { filesFolder } from './file-store.ts';
import type { FilesConfig } from './files-config.ts';
import { folderStore } from './folder-store.ts';
import { createImages, type Images } from './images/images.ts';
import { fileLinks, type FileLinks } from './links.ts';
import { withEarlier, type ObjectStore } from './object-store.ts';
import { s3Store } from './s3-store.ts';
import { startScanning, type Scanning } from './scan/scanning.ts';
import { createTakeFile, type TakeFile } from './take-file.ts';

/** What the server does with files, besides who may see them. */
export type Files = {
  store: ObjectStore;
  images: Images;
  links: FileLinks;
  take: TakeFile;
  scanning: Scanning;
  mostBytes: number;
  /** Where what is under way lies: uploads that aren't whole, files that are looked through. */
  workFolder: string;
  stop(): Promise<void>;
};

export type FilesOptions = { db: Database; log: Log; dataDir: string; config: FilesConfig; now?: () => number };

export async function createFiles({ db, log, dataDir, config, now = Date.now }: FilesOptions): Promise<Files> {
  const workFolder = join(dataDir, 'uploads');
  await mkdir(workFolder, { recursive: true, mode: 0o700 });
  const store = openStore(config, dataDir);
  const images = createImages(log);
  const scanning = startScanning({ db, store, log, scan: config.scan, workFolder });
  const key = await db.transact((tx) => serverKey(tx, 'file-links'));
  return {
    store,
    images,
    links: fileLinks(key, now),
    take: createTakeFile({ db, store, images, scanning, types: config.types }),
    scanning,
    mostBytes: config.mostBytes,
    workFolder,
    async stop() {
      await scanning.stop();
      await images.stop();
    },
  };
}

/** The folder in DATA_DIR is looked into as well: history that was imported, and files from before another store was named. */
function openStore({ store }: FilesConfig, dataDir: string): ObjectStore {
  const own = folderStore(filesFolder(dataDir));
  if (store === null) return own;
  return withEarlier(store.kind === 's3' ? s3Store(store) : folderStore(store.path), own);
}
