import { isUtf8 } from 'node:buffer';

import { fileTypeFromBuffer } from 'file-type';

import { AppError } from '#shared/errors.ts';
import { EXECUTABLE_NAMES, typeFits } from '#shared/file-rules.ts';

const UNKNOWN = 'application/octet-stream';
/** From its beginning alone: what somebody made up to be hard to read must not cost more. */
const LOOKED_AT = 64 * 1024;

/** What a computer would run, by its first bytes; also by the end of its name, on which people's computers rely. */
const EXECUTABLE_TYPES = new Set([
  'application/x-msdownload',
  'application/x-elf',
  'application/x-mach-binary',
  'application/java-vm',
  'application/wasm',
  'application/vnd.android.package-archive',
  'application/x-ms-shortcut',
  'application/x-deb',
  'application/x-rpm',
  'application/java-archive',
  'application/x-google-chrome-extension',
  'application/x-ms-regedit',
  'application/x-shockwave-flash',
]);

/** What a file is, by its bytes and never by what it was called. Text that nothing else fits is `text/plain`. */
export async function identify(bytes: Buffer): Promise<string> {
  const mark = bytes.toString('latin1', 0, 4);
  if (mark.startsWith('#!')) return 'text/x-script';
  const isText = isUtf8(bytes) && !bytes.includes(0);
  // Two letters alone make no program of a note.
  const found = isText && mark.startsWith('MZ') ? undefined : await fileTypeFromBuffer(bytes.subarray(0, LOOKED_AT));
  return found?.mime ?? (isText ? 'text/plain' : UNKNOWN);
}

/** Drawings and icons that no camera makes. They are kept as they come, and have no thumbnails. */
const NO_PHOTO = /^image\/(vnd\.(?!ms-photo$).*|bmp|x-icon|icns|x-xcf|ktx|x-tga)$/;

/** Whether it may have come from a camera, and tell where that was. */
export function isPhoto(type: string): boolean {
  return type.startsWith('image/') && !NO_PHOTO.test(type);
}

/** @throws AppError bad-request with `reason` `executable` or `type` */
export function mayBeKept(type: string, name: string, allowed: readonly string[]): void {
  if (EXECUTABLE_TYPES.has(type) || type === 'text/x-script' || EXECUTABLE_NAMES.test(name)) {
    throw refusedFile('executable');
  }
  if (!typeFits(type, allowed)) throw refusedFile('type');
}

export const REFUSALS = {
  executable: 'Programs and scripts can’t be sent here. Nothing was stored; put it into an archive if it has to be sent.',
  type: 'Files of this kind can’t be sent here. Nothing was stored; ask your agency which kinds can.',
  image:
    'This image can’t be read, so that it can’t be freed of what it tells about its place. Nothing was stored; send it as JPEG or PNG.',
  pixels: 'This image has more pixels than can be dealt with. Nothing was stored; make it smaller.',
  infected: 'A virus was found in this file. It was not given to anybody and is gone; check the computer that it comes from.',
} as const;
export type FileRefusal = keyof typeof REFUSALS;

export function refusedFile(reason: FileRefusal): AppError {
  return new AppError(reason === 'infected' ? 'gone' : 'bad-request', REFUSALS[reason], { reason });
}

export function isRefusal(reason: unknown): reason is FileRefusal {
  return typeof reason === 'string' && Object.hasOwn(REFUSALS, reason);
}
