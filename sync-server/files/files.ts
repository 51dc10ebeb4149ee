import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { Log } from '../log.ts';
import type { Database } from '../storage/database.ts';
import { serverKey } from '../storage/sessions.ts';
import { startCollecting, type CollectParts } from './collect.ts';
import { filesFolder } from './file-store.ts';
import type { FilesConfig } from './files-config.ts';
import { folderStore } from './folder-store.ts';
import { createImages, type Images } from './images/images.ts';
import { fileLinks, type FileLinks } from './links.ts';
import { withEarlier, type ObjectStore } from './object-store.ts';
import { s3Store } from './s3-store.ts';
import { startScanning, type OnScanned, type Scanning } from './scan/scanning.ts';
import { createTakeFile, type TakeFile } from './take-file.ts';
import { createUploads, type Uploads } from './uploads.ts';

/** What the server does with files, besides who may see them. */
export type Files = {
  store: ObjectStore;
  images: Images;
  links: FileLinks;
  take: TakeFile;
  scanning: Scanning;
  mostBytes: number;
  /** What may be sent: `image/png`, `image/*`, `*` */
  types: readonly string[];
  uploads: Uploads;
  /** Where uploads lie that aren't whole. */
  uploadFolder: string;
  /** For a round of collecting out of turn. */
  collecting: CollectParts;
  stop(): Promise<void>;
};

export type FilesOptions = {
  db: Database;
  log: Log;
  dataDir: string;
  config: FilesConfig;
  now?: () => number;
  onScanned?: OnScanned;
};

export async function createFiles({ db, log, dataDir, config, now = Date.now, onScanned }: FilesOptions): Promise<Files> {
  // Files that are looked through.
  const workFolder = join(dataDir, 'scans');
  const uploadFolder = config.uploadsDir ?? join(dataDir, 'uploads');
  await mkdir(workFolder, { recursive: true, mode: 0o700 });
  const store = openStore(config, dataDir);
  const images = createImages(log);
  const scanning = startScanning({ db, store, log, scan: config.scan, workFolder, ...(onScanned ? { onScanned } : {}) });
  const take = createTakeFile({ db, store, images, scanning, types: config.types });
  const { mostBytes } = config;
  const uploads = await createUploads({ db, log, take, folder: uploadFolder, mostBytes });
  const collecting = { db, store, uploads, folders: [workFolder, uploadFolder], log };
  const collector = startCollecting(collecting);
  const key = await db.transact((tx) => serverKey(tx, 'file-links'));
  return {
    store,
    images,
    links: fileLinks(key, now),
    take,
    scanning,
    mostBytes,
    types: config.types,
    uploads,
    uploadFolder,
    collecting,
    async stop() {
      // Together: what one waits for another has in hand, and is done again by the next start.
      await Promise.all([collector.stop(), scanning.stop(), images.stop()]);
    },
  };
}

/** The folder in DATA_DIR is looked into as well: history that was imported, and files from before another store was named. */
export function openStore({ store }: Pick<FilesConfig, 'store'>, dataDir: string): ObjectStore {
  const own = folderStore(filesFolder(dataDir));
  if (store === null) return own;
  return withEarlier(store.kind === 's3' ? s3Store(store) : folderStore(store.path), own);
}
