import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { ICNS_KINDS } from './icns.ts';

const RESOURCES = join(import.meta.dirname, '../../../resources');

function pngSize(png: Buffer): [number, number] {
  expect(png.subarray(1, 4).toString('latin1')).toBe('PNG');
  return [png.readUInt32BE(16), png.readUInt32BE(20)];
}

describe('icons', () => {
  it('[IT-1] Windows’ file holds a picture of each size that it says', () => {
    const file = readFileSync(join(RESOURCES, 'icon.ico'));
    expect([file.readUInt16LE(0), file.readUInt16LE(2)]).toEqual([0, 1]);
    const sizes = Array.from({ length: file.readUInt16LE(4) }, (_, index) => {
      const entry = 6 + 16 * index;
      const said = file.readUInt8(entry) || 256;
      const [length, offset] = [file.readUInt32LE(entry + 8), file.readUInt32LE(entry + 12)];
      expect(pngSize(file.subarray(offset, offset + length))).toEqual([said, said]);
      return said;
    });
    expect(sizes).toEqual([16, 20, 24, 32, 40, 48, 64, 256]);
  });

  it('[IT-1] macOS’ file holds each kind in its size, and nothing behind them', () => {
    const file = readFileSync(join(RESOURCES, 'icon.icns'));
    expect(file.subarray(0, 4).toString('latin1')).toBe('icns');
    expect(file.readUInt32BE(4)).toBe(file.length);
    const found: [string, number][] = [];
    for (let at = 8; at < file.length;) {
      const length = file.readUInt32BE(at + 4);
      const [width, height] = pngSize(file.subarray(at + 8, at + length));
      expect(height).toBe(width);
      found.push([file.subarray(at, at + 4).toString('latin1'), width]);
      at += length;
    }
    expect(found).toEqual(ICNS_KINDS);
  });
});
