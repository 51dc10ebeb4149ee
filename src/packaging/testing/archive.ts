import { createHash } from 'node:crypto';

import { extractFile, getRawHeader, listPackage } from '@electron/asar';

/** What is in the app's archive, by paths with `/`. */
export function archiveFiles(archive: string): string[] {
  return listPackage(archive, { isPack: false }).map((path) => path.replaceAll('\\', '/').replace(/^\//, ''));
}

export function archiveText(archive: string, path: string): string {
  return extractFile(archive, path).toString('utf8');
}

/** What Electron compares with the hash in the program, before it reads anything of the archive. */
export function headerHash(archive: string): string {
  return createHash('sha256').update(getRawHeader(archive).headerString).digest('hex');
}
