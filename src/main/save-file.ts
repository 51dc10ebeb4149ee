import { copyFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { Dialog } from 'electron';

import type { Platform } from '#core/platform.ts';
import { AppError } from '#shared/errors.ts';

/** Asks where to, and copies it there: under its name only once it is whole. */
export function saveFileBy(dialog: Pick<Dialog, 'showSaveDialog'>, folder: () => string): NonNullable<Platform['saveFile']> {
  return async ({ path, name }) => {
    const ending = name.slice(name.lastIndexOf('.') + 1);
    const { canceled, filePath } = await dialog.showSaveDialog({
      defaultPath: join(folder(), name),
      filters: [{ name: ending.toUpperCase(), extensions: [ending] }],
      properties: ['createDirectory', 'showOverwriteConfirmation'],
    });
    if (canceled || filePath === '') return { kind: 'cancelled' };
    const unfinished = `${filePath}.unfinished`;
    try {
      await copyFile(path, unfinished);
      await rename(unfinished, filePath);
      return { kind: 'saved' };
    } catch (error) {
      await rm(unfinished, { force: true }).catch(() => undefined); // what can't be written can't be removed either
      throw new AppError('storage-failed', wordsFor((error as NodeJS.ErrnoException).code ?? 'unknown'));
    }
  };
}

function wordsFor(code: string): string {
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return 'The disk is full: the file could not be saved there. Choose another place, or free some space.';
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return 'Nothing may be written in that folder. Choose another place.';
  if (code === 'EBUSY') return 'Another program has a file of that name open. Close it there, or choose another name.';
  return `The file could not be saved there (${code}). Choose another place.`;
}
