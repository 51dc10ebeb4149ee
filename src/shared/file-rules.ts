import { AppError } from './errors.ts';
import type { FileLimits } from './file-views.ts';

/** What a computer would run, by the end of its name, on which people's computers rely. */
export const EXECUTABLE_NAMES =
  /\.(exe|com|scr|pif|cpl|dll|sys|msi|msp|mst|msix|appx|bat|cmd|ps1|psm1|vb|vbs|vbe|js|jse|mjs|wsf|wsh|hta|lnk|scf|url|reg|inf|jar|apk|ipa|app|dmg|pkg|deb|rpm|run|sh|bash|command|desktop|appimage|elf|so|dylib|gadget|chm|iso|img|vhd|xll|xlam|docm|dotm|xlsm|xltm|pptm|potm|ppam|ppsm)[. ]*$/i;

/** Whether a list of types, such as `image/*`, holds this one. */
export function typeFits(type: string, allowed: readonly string[]): boolean {
  return allowed.some((one) => one === '*' || one === type || (one.endsWith('/*') && type.startsWith(one.slice(0, -1))));
}

/** Types that every system calls as the server does. */
const SURE = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'application/pdf']);

/** Whether the server will refuse it, as far as its given type tells: the server looks at the bytes, and may call it otherwise. */
function surelyRefused(type: string, allowed: readonly string[]): boolean {
  if (typeFits(type, allowed)) return false;
  const family = type.slice(0, type.indexOf('/') + 1);
  return SURE.has(type) || (/^(image|audio|video)\/(?!svg)/.test(type) && !allowed.some((one) => one.startsWith(family)));
}

const HEIC = /^image\/hei[cf]|\.hei[cf]$/i;

export type GivenProblem =
  | { kind: 'off' }
  | { kind: 'empty' }
  | { kind: 'large'; mostBytes: number }
  | { kind: 'executable' }
  | { kind: 'type' }
  | { kind: 'heic' };

/**
 * What can be said of a file before it is uploaded; `null`: it may be tried. The server looks at the bytes and has the last word, so
 * that a type which the system doesn't know is not refused here.
 */
export function problemOf(file: { name: string; type: string; bytes: number }, limits: FileLimits): GivenProblem | null {
  if (!limits.allowed) return { kind: 'off' };
  if (file.bytes === 0) return { kind: 'empty' };
  if (file.bytes > limits.mostBytes) return { kind: 'large', mostBytes: limits.mostBytes };
  if (EXECUTABLE_NAMES.test(file.name)) return { kind: 'executable' };
  if (HEIC.test(file.type) || HEIC.test(file.name)) return { kind: 'heic' };
  return surelyRefused(file.type, limits.types) ? { kind: 'type' } : null;
}

const MEGABYTE = 1024 * 1024;

/** The same in words, with the code of the failure. */
export function errorOf(problem: GivenProblem): AppError {
  switch (problem.kind) {
    case 'off':
      return new AppError('forbidden', 'Your organisation has turned files off in this app. Texts are sent and read as always.');
    case 'empty':
      return new AppError('bad-request', 'This file is empty. Nothing was added.');
    case 'large':
      return new AppError(
        'too-large',
        `This file is too large: up to ${Math.floor(problem.mostBytes / MEGABYTE)} MB can be sent. Nothing was added; send a smaller one.`,
      );
    case 'executable':
      return new AppError(
        'bad-request',
        'Programs and scripts can’t be sent. Nothing was added; put it into an archive if it has to be sent.',
      );
    case 'type':
      return new AppError(
        'bad-request',
        'Files of this kind can’t be sent here. Nothing was added; ask your agency which kinds can.',
      );
    case 'heic':
      return new AppError('bad-request', 'HEIC photos can’t be sent. Nothing was added; save it as JPEG or PNG and send that.');
  }
}
