import sharp, { type Sharp } from 'sharp';

import { isBare, strippedPng } from './is-bare.ts';
import { THUMBNAIL_WIDTHS } from './thumbnail-widths.ts';

/** Of a whole animation, all its frames counted. What is above would take gigabytes to decode. */
export const MOST_PIXELS = 50_000_000;

export type Thumbnail = { width: number; bytes: Uint8Array };
export type Picture = { bytes: Uint8Array; width: number; height: number; thumbnails: Thumbnail[] };
export type PictureResult = { kind: 'picture'; picture: Picture } | { kind: 'refused'; reason: 'image' | 'pixels' };

sharp.cache(false);
sharp.concurrency(1);

/** An image as all may see it: upright, and free of what else stood in its file. An image that was so already is not touched. */
export async function cleanPicture(bytes: Uint8Array, type: string): Promise<PictureResult> {
  const given = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const { width, height } = await sharp(given, { animated: true, limitInputPixels: false }).metadata();
    if (width * height > MOST_PIXELS) return { kind: 'refused', reason: 'pixels' };
    const clean = isBare(given, type) ? given : await written(given, type);
    if (!clean) return { kind: 'refused', reason: 'image' };
    const shown = await sharp(clean, { limitInputPixels: MOST_PIXELS }).metadata();
    const thumbnails = await thumbnailsOf(clean);
    return { kind: 'picture', picture: { bytes: clean, width: shown.width, height: shown.height, thumbnails } };
  } catch {
    // Its decoder says in many ways that it can't read it.
    return { kind: 'refused', reason: 'image' };
  }
}

/** Of its first frame; never larger than the image. */
export async function thumbnailsOf(bytes: Uint8Array): Promise<Thumbnail[]> {
  const thumbnails: Thumbnail[] = [];
  for (const width of THUMBNAIL_WIDTHS) {
    const small = sharp(bytes, { limitInputPixels: MOST_PIXELS, failOn: 'error' })
      .autoOrient()
      .resize({ width, height: width, fit: 'inside', withoutEnlargement: true });
    thumbnails.push({ width, bytes: await small.webp({ quality: 78 }).toBuffer() });
  }
  return thumbnails;
}

/** The picture alone, written anew; `null`: of a kind that can't be written here. */
async function written(bytes: Buffer, type: string): Promise<Buffer | null> {
  if (type === 'image/apng') return strippedPng(bytes);
  const image = sharp(bytes, { animated: true, limitInputPixels: MOST_PIXELS, failOn: 'error' });
  const { pages = 1, hasProfile } = await image.metadata();
  const upright = pages > 1 ? image : image.autoOrient();
  const format = inFormat(hasProfile ? upright.keepIccProfile() : upright, type);
  return format ? format.toBuffer() : null;
}

function inFormat(image: Sharp, type: string): Sharp | null {
  switch (type) {
    case 'image/jpeg':
      return image.jpeg({ quality: 92 });
    case 'image/png':
      return image.png();
    case 'image/webp':
      return image.webp({ quality: 92 });
    case 'image/gif':
      return image.gif();
    case 'image/avif':
      return image.avif({ quality: 75 });
    case 'image/tiff':
      return image.tiff({ compression: 'deflate' });
    default:
      return null;
  }
}
