import sharp from 'sharp';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { silentLog } from '../../log.ts';
import { createImages, type Images } from './images.ts';

let images: Images;
beforeEach(() => {
  images = createImages(silentLog);
});
afterEach(() => images.stop());

const photo = (width: number) =>
  sharp({ create: { width, height: 100, channels: 3, background: 'red' } })
    .withExif({ IFD0: { Artist: 'a person' } })
    .jpeg()
    .toBuffer();

test('[FILE-3] images are cleaned in a process of their own, each gets its own answer, and a bad one harms no other', async () => {
  const widths = [100, 200, 300, 400];
  const asked = widths.map(async (width) => images.clean(await photo(width), 'image/jpeg'));
  const bad = images.clean(Buffer.from('\xff\xd8\xff rubbish', 'latin1'), 'image/jpeg');
  const answers = await Promise.all(asked);
  expect(answers.map((answer) => answer.kind === 'picture' && answer.picture.width)).toEqual(widths);
  expect(await bad).toEqual({ kind: 'refused', reason: 'image' });
  expect((await images.thumbnails(await photo(2_000)))?.map(({ width }) => width)).toEqual([320, 1280]);
  expect(await images.thumbnails(Buffer.from('rubbish'))).toBeNull();
});

test('[FILE-3] what waits when the server stops is not taken for a bad image', async () => {
  const waiting = [images.clean(await photo(3_000), 'image/jpeg'), images.clean(await photo(3_000), 'image/jpeg')];
  const settled = Promise.allSettled(waiting);
  await images.stop();
  expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await expect(images.clean(await photo(10), 'image/jpeg')).rejects.toThrow(/stops/);
});
