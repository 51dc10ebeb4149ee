import sharp from 'sharp';

/** Pixels to a cell's side: letters that another version of the browser draws a little otherwise are the same grey in it. */
const CELL = 4;
/** How much lighter or darker, of 255, a cell may be in one of its colours. */
const MOST = 14;

/** `cells`: how many of `of` are not as before; `null`: the pictures are of another size. `shown`: where they lie. */
export type Difference = { cells: number | null; of: number; shown: Buffer | null };

/** Compares two pictures by what a person sees of them. */
export async function difference(before: Buffer, after: Buffer): Promise<Difference> {
  const [old, now] = await Promise.all([cellsOf(before), cellsOf(after)]);
  const of = now.width * now.height;
  if (old.width !== now.width || old.height !== now.height) return { cells: null, of, shown: null };
  const mask = Buffer.alloc(of);
  let cells = 0;
  for (let cell = 0; cell < of; cell++) {
    const at = cell * 3;
    if (![0, 1, 2].some((colour) => Math.abs(old.data[at + colour]! - now.data[at + colour]!) > MOST)) continue;
    mask[cell] = 255;
    cells++;
  }
  if (cells === 0) return { cells, of, shown: null };
  const shown = await sharp(mask, { raw: { width: now.width, height: now.height, channels: 1 } })
    .resize({ width: now.width * CELL, kernel: 'nearest' })
    .png()
    .toBuffer();
  return { cells, of, shown };
}

async function cellsOf(picture: Buffer): Promise<{ data: Buffer; width: number; height: number }> {
  // Whole before it is made small: what reads a WebP small at once takes other pixels for a cell than what reads a PNG.
  const whole = await sharp(picture).removeAlpha().toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
  const { width, height, channels } = whole.info;
  const { data, info } = await sharp(whole.data, { raw: { width, height, channels } })
    .resize({ width: Math.round(width / CELL), kernel: 'linear' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}
