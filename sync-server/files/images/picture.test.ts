import { crc32 } from 'node:zlib';

import sharp from 'sharp';
import { expect, test } from 'vitest';

import { identify } from '../identify.ts';
import { isBare } from './is-bare.ts';
import { cleanPicture, type PictureResult } from './picture.ts';

const PLACE = { IFD0: { Make: 'Camera', Copyright: 'somebody' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '52/1 31/1 0/1' } };

function picture(result: PictureResult) {
  if (result.kind !== 'picture') throw new Error(`refused: ${result.reason}`);
  return { ...result.picture, bytes: Buffer.from(result.picture.bytes) };
}

/** Red on the left, blue on the right, twice as wide as high. */
function halves() {
  const blue = { create: { width: 40, height: 40, channels: 3 as const, background: 'blue' } };
  return sharp({ create: { width: 80, height: 40, channels: 3, background: 'red' } }).composite([
    { input: blue, left: 40, top: 0 },
  ]);
}

async function sizes(result: PictureResult) {
  const found: [number, string, number, number][] = [];
  for (const { width, bytes } of picture(result).thumbnails) {
    const { format, width: w, height: h } = await sharp(bytes).metadata();
    found.push([width, format, w, h]);
  }
  return found;
}

test.each([
  ['image/jpeg', () => halves().withExif(PLACE).jpeg().toBuffer()],
  ['image/png', () => halves().withExif(PLACE).png().toBuffer()],
  ['image/webp', () => halves().withExif(PLACE).webp().toBuffer()],
  ['image/avif', () => halves().withExif(PLACE).avif().toBuffer()],
])('[FILE-3] %s loses the place where it was taken, and all else that is not seen', async (type, make) => {
  const bytes = await make();
  expect(bytes.includes('somebody')).toBe(true);
  const clean = picture(await cleanPicture(bytes, type));
  const { exif, xmp, iptc } = await sharp(clean.bytes).metadata();
  expect([exif, xmp, iptc]).toEqual([undefined, undefined, undefined]);
  expect(clean.bytes.includes('somebody')).toBe(false);
  expect(clean).toMatchObject({ width: 80, height: 40 });
});

test('[FILE-3] a photo that lies on its side is stood up', async () => {
  const lying = await halves().withMetadata({ orientation: 6 }).jpeg().toBuffer();
  const clean = picture(await cleanPicture(lying, 'image/jpeg'));
  expect(clean).toMatchObject({ width: 40, height: 80 });
  expect((await sharp(clean.bytes).metadata()).orientation).toBeUndefined();
  const { data } = await sharp(clean.bytes)
    .extract({ left: 20, top: 5, width: 1, height: 1 })
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect(data[0]).toBeGreaterThan(200);
});

test('[FILE-3] what follows the end of an image, and what hides in its comments, goes', async () => {
  const jpeg = await halves().jpeg().toBuffer();
  expect(isBare(jpeg, 'image/jpeg')).toBe(true);
  const comment = Buffer.concat([Buffer.from([0xff, 0xfe, 0, 11]), Buffer.from('a secret!')]);
  for (const bytes of [
    Buffer.concat([jpeg, Buffer.from('a secret!')]),
    Buffer.concat([jpeg.subarray(0, 2), comment, jpeg.subarray(2)]),
  ]) {
    const clean = picture(await cleanPicture(bytes, 'image/jpeg'));
    expect(clean.bytes.includes('a secret!')).toBe(false);
  }
});

test.each(['jpeg', 'png', 'webp'] as const)('[FILE-3] a %s that holds the picture alone stays as it came', async (format) => {
  const bytes = await halves().toFormat(format).toBuffer();
  expect(isBare(bytes, `image/${format}`)).toBe(true);
  expect(picture(await cleanPicture(bytes, `image/${format}`)).bytes.equals(bytes)).toBe(true);
  for (let length = 0; length < bytes.length; length += 7) {
    expect(isBare(bytes.subarray(0, length), `image/${format}`)).toBe(false);
  }
});

test('[FILE-3] thumbnails are made, and none larger than the image', async () => {
  const wide = await sharp({ create: { width: 2_000, height: 500, channels: 3, background: 'green' } })
    .png()
    .toBuffer();
  expect(await sizes(await cleanPicture(wide, 'image/png'))).toEqual([
    [320, 'webp', 320, 80],
    [1280, 'webp', 1280, 320],
  ]);
  const tall = await sharp(await halves().png().toBuffer())
    .rotate(90)
    .png()
    .toBuffer();
  expect((await sizes(await cleanPicture(tall, 'image/png')))[0]).toEqual([320, 'webp', 40, 80]);
});

test('[FILE-3] an animation keeps its frames', async () => {
  const shades = [60, 120, 180].map((r) =>
    sharp({ create: { width: 8, height: 8, channels: 3, background: { r, g: 0, b: 0 } } })
      .png()
      .toBuffer(),
  );
  const frames = await sharp(await Promise.all(shades), { join: { animated: true } })
    .gif()
    .toBuffer();
  const clean = picture(await cleanPicture(frames, 'image/gif'));
  expect(clean).toMatchObject({ width: 8, height: 8 });
  expect((await sharp(clean.bytes, { animated: true }).metadata()).pages).toBe(3);
});

/** As it stands in a PNG. */
function chunk(kind: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(kind, 'latin1'), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length, 0);
  body.copy(whole, 4);
  whole.writeUInt32BE(crc32(body), body.length + 4);
  return whole;
}

test('[FILE-3] an animated PNG keeps its frames, and loses its texts', async () => {
  const png = await halves().png().toBuffer();
  const control = chunk('acTL', Buffer.from([0, 0, 0, 1, 0, 0, 0, 0]));
  const text = chunk('tEXt', Buffer.from('Comment\0a secret!', 'latin1'));
  // Behind the head, which has 13 bytes.
  const animated = Buffer.concat([png.subarray(0, 33), control, text, png.subarray(33)]);
  expect(await identify(animated)).toBe('image/apng');
  const clean = picture(await cleanPicture(animated, 'image/apng'));
  expect(clean.bytes).toEqual(Buffer.concat([png.subarray(0, 33), control, png.subarray(33)]));
  expect(await cleanPicture(animated.subarray(0, -6), 'image/apng')).toEqual({ kind: 'refused', reason: 'image' });
});

test('[FILE-3] an image of more pixels than it is worth is refused before it is decoded', async () => {
  const png = await sharp({ create: { width: 10, height: 10, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
  // The head says 60,000 × 60,000.
  png.writeUInt32BE(60_000, 16);
  png.writeUInt32BE(60_000, 20);
  const real = await sharp({ create: { width: 9_000, height: 9_000, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
  expect(await cleanPicture(real, 'image/png')).toEqual({ kind: 'refused', reason: 'pixels' });
  expect((await cleanPicture(png, 'image/png')).kind).toBe('refused');
});

test('[FILE-3] an image that breaks off is refused', async () => {
  const jpeg = await halves().jpeg().toBuffer();
  expect(await cleanPicture(jpeg.subarray(0, jpeg.length / 2), 'image/jpeg')).toEqual({ kind: 'refused', reason: 'image' });
  expect(await cleanPicture(Buffer.from('\x89PNG\r\n\x1a\nrubbish', 'latin1'), 'image/png')).toEqual({
    kind: 'refused',
    reason: 'image',
  });
});
