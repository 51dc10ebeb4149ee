import { expect, test } from 'vitest';

import { sniff } from './sniff.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const riff = (kind: string, rest: string) => Buffer.concat([Buffer.from(`RIFF\0\0\0\0WEBP${kind}`, 'latin1'), hex(rest)]);

test.each([
  ['a PNG', hex('89504e470d0a1a0a 0000000d 49484452 00000320 00000258 08 06 00 00 00'), 'image/png', { width: 800, height: 600 }],
  ['a GIF', Buffer.from('GIF89a\x40\x01\xf0\x00\0\0\0', 'latin1'), 'image/gif', { width: 320, height: 240 }],
  [
    'a JPEG, behind its tables',
    hex('ffd8 ffe0 0004 0000 ffc4 0003 00 ff ffc2 0011 08 0258 0320 03 011100 021101 031101'),
    'image/jpeg',
    { width: 800, height: 600 },
  ],
  ['a lossy WebP', riff('VP8 ', '00000000 000000 9d012a 2003 5802 0000'), 'image/webp', { width: 800, height: 600 }],
  ['a lossless WebP', riff('VP8L', '00000000 2f 1fc39500 0000000000'), 'image/webp', { width: 800, height: 600 }],
  ['an extended WebP', riff('VP8X', '0a000000 00000000 1f0300 570200'), 'image/webp', { width: 800, height: 600 }],
  ['a PDF', Buffer.from('%PDF-1.7\n'), 'application/pdf', null],
  ['a page that calls itself an image', Buffer.from('<html>'), 'application/octet-stream', null],
  ['a PNG that breaks off', hex('89504e470d0a1a0a 0000'), 'image/png', null],
  ['a JPEG that breaks off', hex('ffd8 ffe0 0004 0000 ffc2 0011'), 'image/jpeg', null],
  ['a JPEG that leads nowhere', hex('ffd8 ffe0 ffff 0000 0000 0000 0000'), 'image/jpeg', null],
  ['an image of no size', hex('89504e470d0a1a0a 0000000d 49484452 00000000 00000258 08 06'), 'image/png', null],
  ['nothing', Buffer.alloc(0), 'application/octet-stream', null],
])('[SERVER-1] %s is taken for what its bytes say', (_what, bytes, type, size) => {
  expect(sniff(bytes)).toEqual({ type, size });
});
