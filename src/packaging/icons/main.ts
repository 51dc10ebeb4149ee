import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import sharp from 'sharp';

import { icns } from './icns.ts';
import { ico } from './ico.ts';
import { smallIcons } from './tray.ts';

/** Draws the mark (`src/renderer/public/icon.svg`) in the sizes and files that the systems want. Run when the mark changes. */
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const ICONS = join(ROOT, 'resources/icons');
const LINUX = [16, 24, 32, 48, 64, 128, 256, 512];
const WINDOWS = [16, 20, 24, 32, 40, 48, 64, 256];

const svg = await readFile(join(ROOT, 'src/renderer/public/icon.svg'));

function draw(size: number): Promise<Buffer> {
  // The drawing is 512 wide at 72 dpi.
  return sharp(svg, { density: Math.max(72, (72 * size) / 512) })
    .resize(size, size)
    .png({ compressionLevel: 9, palette: false })
    .toBuffer();
}

await mkdir(ICONS, { recursive: true });
const drawn = new Map<number, Buffer>();
for (const size of new Set([...LINUX, ...WINDOWS, 1_024])) drawn.set(size, await draw(size));
const png = (size: number): Buffer => drawn.get(size)!;
for (const size of LINUX) await writeFile(join(ICONS, `${size}x${size}.png`), png(size));
await writeFile(join(ROOT, 'resources/icon.ico'), ico(WINDOWS.map((size) => ({ size, png: png(size) }))));
await writeFile(join(ROOT, 'resources/icon.icns'), icns(png));

const TRAY = join(ROOT, 'resources/tray');
await mkdir(TRAY, { recursive: true });
for (const [name, drawing] of smallIcons(svg.toString('utf8'))) {
  for (const [ending, size] of [
    ['', 16],
    ['@2x', 32],
  ] as const) {
    const picture = await sharp(Buffer.from(drawing)).resize(size, size).png({ compressionLevel: 9, palette: false }).toBuffer();
    await writeFile(join(TRAY, `${name}${ending}.png`), picture);
  }
}
