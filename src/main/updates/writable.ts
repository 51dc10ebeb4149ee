import { accessSync, constants, mkdtempSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Whether this person may change what lies there. Windows' rights are told by trying alone: `access` looks at the read-only mark and at no list of
 * rights, so that everything below *Program Files* would seem to be anybody's.
 */
export function isWritable(path: string, platform: NodeJS.Platform): boolean {
  try {
    if (platform === 'win32') rmdirSync(mkdtempSync(join(path, '.trialogue-')));
    else accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
