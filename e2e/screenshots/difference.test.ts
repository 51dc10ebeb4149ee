import sharp from 'sharp';
import { describe, expect, it } from 'vitest';

import { difference } from './difference.ts';

const PAPER = '#ffffff';

/** A page with a dark button on it, drawn `soft` at its edges as another version of a browser might. */
function page({
  left = 40,
  soft = false,
  height = 80,
}: { left?: number; soft?: boolean; height?: number } = {}): Promise<Buffer> {
  const edge = soft ? 'stroke="#0b6e75" stroke-opacity="0.2"' : '';
  const button = `<svg width="160" height="${height}"><rect x="${left}" y="24" width="60" height="24" fill="#0b6e75" ${edge}/></svg>`;
  return sharp({ create: { width: 160, height, channels: 3, background: PAPER } })
    .composite([{ input: Buffer.from(button) }])
    .png()
    .toBuffer();
}

describe('the difference between two pictures', () => {
  it('[DESK-1] is none between a picture and itself, however it is packed', async () => {
    const before = await page();
    const packed = await sharp(before).webp({ nearLossless: true, quality: 60 }).toBuffer();
    expect((await difference(packed, before)).cells).toBe(0);
  });

  it('[DESK-1] is none where an edge is drawn a little softer', async () => {
    expect((await difference(await page(), await page({ soft: true }))).cells).toBe(0);
  });

  it('[DESK-1] is what has moved, and shows where', async () => {
    const { cells, of, shown } = await difference(await page(), await page({ left: 56 }));
    expect(of).toBe(40 * 20);
    // Four columns where it was, and four where it is now, each six cells high.
    expect(cells).toBeGreaterThanOrEqual(2 * 4 * 6);
    expect((await sharp(shown!).metadata()).width).toBe(160);
  });

  it('[DESK-1] is said of a picture of another size', async () => {
    expect((await difference(await page(), await page({ height: 120 }))).cells).toBeNull();
  });
});
