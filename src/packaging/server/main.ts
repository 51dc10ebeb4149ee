import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { neededPaths, serverPackages, type Lock } from './packages.ts';

/** Removes from `node_modules` in the folder given what the server doesn't need. For images: what is left can't build or test. */
const folder = process.argv[2];
if (folder === undefined) {
  process.stderr.write('usage: node src/packaging/server/main.ts <folder with node_modules>\n');
  process.exit(2);
}
const lock = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as Lock;
const needed = neededPaths(lock, serverPackages(folder, lock));
const paths = Object.keys(lock.packages).filter((path) => path.startsWith('node_modules/'));
const isKept = (path: string): boolean => needed.has(path) || [...needed].some((one) => one.startsWith(`${path}/node_modules/`));
const gone = paths.filter((path) => !isKept(path));
for (const path of gone) rmSync(join(folder, path), { recursive: true, force: true });
rmSync(join(folder, 'node_modules/.bin'), { recursive: true, force: true });
process.stdout.write(`kept ${paths.length - gone.length} of ${paths.length} packages\n`);
