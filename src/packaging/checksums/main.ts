import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { signBeside } from '../release/gpg.ts';
import { releasedFiles, SUMS_NAME, sumsOf, toBeSigned } from '../release/sums.ts';

/**
 * `node src/packaging/checksums/main.ts <folder>`: writes `SHA256SUMS` of all that is released from there. With `GPG_KEY_ID`, Linux' packages and the sums get a
 * signature beside them; without it, packages whose names don't say that nobody signed them are refused.
 */
const folder = resolve(process.argv[2] ?? 'dist');
const key = process.env['GPG_KEY_ID'];
for (const name of toBeSigned(await releasedFiles(folder))) {
  if (!key) throw new Error(`${name} is to be signed: set GPG_KEY_ID, or make it anew without.`);
  await signBeside(join(folder, name), key);
}
const names = await releasedFiles(folder);
if (names.length === 0) throw new Error(`There is nothing to release in ${folder}.`);
await writeFile(join(folder, SUMS_NAME), await sumsOf(folder, names));
if (key) await signBeside(join(folder, SUMS_NAME), key);
console.log(`${SUMS_NAME}: ${names.length} files${key ? ', signed' : ', not signed'}`);
