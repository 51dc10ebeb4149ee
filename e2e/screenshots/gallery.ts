/** Makes `docs/screenshots` anew. `npm run screenshots`; some of it by the beginnings of names: `npm run screenshots -- thread queue`, or by looks: `--looks contrast`. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { indexOf } from './gallery-index.ts';
import type { Look } from './looks.ts';
import { fileOf, FOLDER, packed } from './pictures.ts';
import { looksOf, SCENES, type Scene } from './scenes.ts';
import { shoot } from './shoot.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { into: { type: 'string', default: FOLDER }, looks: { type: 'string' } },
});
const looks = values.looks?.split(',');
const isWanted = ({ name }: Scene, look: Look): boolean =>
  (positionals.length === 0 || positionals.some((wanted) => name.startsWith(wanted))) && (looks?.includes(look) ?? true);
await mkdir(values.into, { recursive: true });

const { browser, failed } = await shoot(isWanted, async ({ scene, look, png }) => {
  const file = fileOf(scene, look);
  const bytes = await packed(png);
  await writeFile(join(values.into, file), bytes);
  console.log(`${file}  ${Math.round(bytes.length / 1024)} KB`);
});

if (positionals.length === 0 && !looks && failed.length === 0) {
  const made = new Set(SCENES.flatMap((scene) => looksOf(scene).map((look) => fileOf(scene, look))));
  for (const name of await readdir(values.into)) {
    if (/\.(png|webp)$/.test(name) && !made.has(name)) await rm(join(values.into, name));
  }
  await writeFile(join(values.into, 'README.md'), indexOf(SCENES, browser));
} else if (values.into === FOLDER && failed.length === 0) {
  // The rest were made in the browser that is named there.
  const made = /in Chromium (\S+);/.exec(await readFile(join(FOLDER, 'README.md'), 'utf8'))?.[1] ?? browser;
  await writeFile(join(FOLDER, 'README.md'), indexOf(SCENES, made));
}

for (const why of failed) console.error(why);
process.exitCode = failed.length > 0 ? 1 : 0;
