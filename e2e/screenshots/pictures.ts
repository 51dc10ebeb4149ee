import { fileURLToPath } from 'node:url';

import sharp from 'sharp';

import type { Look } from './looks.ts';
import type { Scene } from './scenes.ts';

export const FOLDER = fileURLToPath(new URL('../../docs/screenshots', import.meta.url));

export const fileOf = ({ name }: Scene, look: Look): string => `${name}-${look}.webp`;

/** As it is kept: an eighth of the PNG, and no edge of a letter is another. */
export function packed(png: Buffer): Promise<Buffer> {
  return sharp(png).webp({ nearLossless: true, quality: 60, effort: 4 }).toBuffer();
}
