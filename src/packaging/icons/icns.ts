/** macOS' names for PNGs in an icon file, and how many pixels wide each is; the same picture stands for twice the points of half its size. */
export const ICNS_KINDS = [
  ['ic04', 16],
  ['ic11', 32],
  ['ic05', 32],
  ['ic12', 64],
  ['ic07', 128],
  ['ic13', 256],
  ['ic08', 256],
  ['ic14', 512],
  ['ic09', 512],
  ['ic10', 1_024],
] as const;

/** macOS' icon file. `png(size)` gives the picture of that many pixels. */
export function icns(png: (size: number) => Buffer): Buffer {
  const parts = ICNS_KINDS.map(([kind, size]) => {
    const data = png(size);
    const head = Buffer.alloc(8);
    head.write(kind, 'latin1');
    head.writeUInt32BE(data.length + 8, 4);
    return Buffer.concat([head, data]);
  });
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(8);
  head.write('icns', 'latin1');
  head.writeUInt32BE(body.length + 8, 4);
  return Buffer.concat([head, body]);
}
