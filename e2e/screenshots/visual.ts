/** Compares the main pictures of `docs/screenshots` with what the app looks like now. `npm run test:visual`; some of them by the beginnings of names. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { difference } from './difference.ts';
import { fileOf, FOLDER } from './pictures.ts';
import type { Scene } from './scenes.ts';
import { shoot } from './shoot.ts';

/** About what two letters take, such as of a size on disk. A word that is another one, or a button that moved, takes more. */
const FEW = 12;
const OUT = fileURLToPath(new URL('../../test-results/visual', import.meta.url));

const wanted = process.argv.slice(2);
const isWanted = ({ main, name }: Scene): boolean =>
  main === true && (wanted.length === 0 || wanted.some((one) => name.startsWith(one)));
await rm(OUT, { recursive: true, force: true });
await mkdir(OUT, { recursive: true });

const problems: string[] = [];
let compared = 0;
const { browser, failed } = await shoot(isWanted, async ({ scene, look, png }) => {
  const file = fileOf(scene, look);
  const kept = await readFile(join(FOLDER, file)).catch(() => null);
  if (kept === null) return void problems.push(`${file}: there is none to compare with`);
  compared++;
  const { cells, of, shown } = await difference(kept, png);
  if (cells !== null && cells <= FEW) return;
  await writeFile(join(OUT, file.replace('.webp', '-now.png')), png);
  if (shown) await writeFile(join(OUT, file.replace('.webp', '-where.png')), shown);
  problems.push(`${file}: ${cells === null ? 'another size' : `${cells} of ${of} places are other ones`}`);
});

for (const problem of [...failed, ...problems]) console.error(problem);
if (problems.length > 0) {
  const made = /in Chromium (\S+);/.exec(await readFile(join(FOLDER, 'README.md'), 'utf8').catch(() => ''))?.[1];
  console.error(`What is seen now lies in ${OUT}. If it is as it should be: npm run screenshots, and commit the pictures.`);
  if (made !== undefined && made !== browser) console.error(`They were made in Chromium ${made}, this is ${browser}.`);
}
console.log(`${compared} pictures compared, ${problems.length + failed.length} of them are not as they were.`);
process.exitCode = problems.length + failed.length > 0 ? 1 : 0;
