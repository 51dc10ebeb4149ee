/** Makes `docs/screenshots` anew. `npm run screenshots`; some of it by the beginnings of names: `npm run screenshots -- thread queue`. */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { indexOf } from './gallery-index.ts';
import { fileOf, FOLDER, packed } from './pictures.ts';
import { looksOf, SCENES, type Scene } from './scenes.ts';
import { shoot } from './shoot.ts';

const { positionals, values } = parseArgs({ allowPositionals: true, options: { into: { type: 'string', default: FOLDER } } });
const isWanted = ({ name }: Scene): boolean => positionals.length === 0 || positionals.some((wanted) => name.startsWith(wanted));
await mkdir(values.into, { recursive: true });

const { browser, failed } = await shoot(isWanted, async ({ scene, look, png }) => {
  const file = fileOf(scene, look);
  const bytes = await packed(png);
  await writeFile(join(values.into, file), bytes);
  console.log(`${file}  ${Math.round(bytes.length / 1024)} KB`);
});

if (positionals.length === 0 && failed.length === 0) {
  const made = new Set(SCENES.flatMap((scene) => looksOf(scene).map((look) => fileOf(scene, look))));
  for (const name of await readdir(values.into)) {
    if (/\.(png|webp)$/.test(name) && !made.has(name)) await rm(join(values.into, name));
  }
  await writeFile(join(values.into, 'README.md'), indexOf(SCENES, browser));
}

for (const why of failed) console.error(why);
process.exitCode = failed.length > 0 ? 1 : 0;
