import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** What people download; the builder leaves more behind. */
const RELEASED = /\.(exe|msi|dmg|zip|pkg|deb|rpm|AppImage|blockmap|yml|json|asc)$/;
const LEFT_OUT = /^builder-/;

export const SUMS_NAME = 'SHA256SUMS';

export async function releasedFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
  return names.filter((name) => RELEASED.test(name) && !LEFT_OUT.test(name)).toSorted();
}

/** In the form that `sha256sum --check` reads. */
export async function sumsOf(folder: string, names: readonly string[]): Promise<string> {
  let text = '';
  for (const name of names) {
    const hash = createHash('sha256');
    await pipeline(createReadStream(join(folder, name)), hash);
    text += `${hash.digest('hex')}  ${name}\n`;
  }
  return text;
}

const PACKAGE = /\.(deb|rpm|AppImage)$/;

/** Of a release's files: packages of Linux whose name doesn't say that nobody signed them. Each is to have a signature beside it. */
export function toBeSigned(names: readonly string[]): string[] {
  return names.filter((name) => PACKAGE.test(name) && !name.includes('-unsigned-'));
}
