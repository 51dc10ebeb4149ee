export type Sniffed = { type: string; size: { width: number; height: number } | null };

const UNKNOWN: Sniffed = { type: 'application/octet-stream', size: null };

/** What a file is, by its first bytes and never by what it was called; and how large an image is, if it says so. */
export function sniff(bytes: Buffer): Sniffed {
  if (startsWith(bytes, 0, '\x89PNG\r\n\x1a\n')) return { type: 'image/png', size: pngSize(bytes) };
  if (bytes.length > 3 && bytes.readUIntBE(0, 3) === 0xffd8ff) return { type: 'image/jpeg', size: jpegSize(bytes) };
  if (startsWith(bytes, 0, 'GIF87a') || startsWith(bytes, 0, 'GIF89a')) return { type: 'image/gif', size: gifSize(bytes) };
  if (startsWith(bytes, 0, 'RIFF') && startsWith(bytes, 8, 'WEBP')) return { type: 'image/webp', size: webpSize(bytes) };
  if (startsWith(bytes, 0, '%PDF-')) return { type: 'application/pdf', size: null };
  return UNKNOWN;
}

function startsWith(bytes: Buffer, at: number, text: string): boolean {
  return bytes.toString('latin1', at, at + text.length) === text;
}

function sized(width: number, height: number): Sniffed['size'] {
  return width > 0 && height > 0 ? { width, height } : null;
}

function pngSize(bytes: Buffer): Sniffed['size'] {
  if (bytes.length < 24 || !startsWith(bytes, 12, 'IHDR')) return null;
  return sized(bytes.readUInt32BE(16), bytes.readUInt32BE(20));
}

function gifSize(bytes: Buffer): Sniffed['size'] {
  return bytes.length < 10 ? null : sized(bytes.readUInt16LE(6), bytes.readUInt16LE(8));
}

/** Walks the segments to the frame header (SOF0 to SOF15, but for the three markers among them that are tables). */
function jpegSize(bytes: Buffer): Sniffed['size'] {
  let at = 2;
  while (at + 9 < bytes.length) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1]!;
    if (marker === 0xff) {
      at += 1; // filling
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return sized(bytes.readUInt16BE(at + 7), bytes.readUInt16BE(at + 5));
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return null;
}

function webpSize(bytes: Buffer): Sniffed['size'] {
  if (bytes.length < 30) return null;
  if (startsWith(bytes, 12, 'VP8X')) return sized(bytes.readUIntLE(24, 3) + 1, bytes.readUIntLE(27, 3) + 1);
  if (startsWith(bytes, 12, 'VP8 ')) return sized(bytes.readUInt16LE(26) & 0x3fff, bytes.readUInt16LE(28) & 0x3fff);
  if (startsWith(bytes, 12, 'VP8L')) {
    const bits = bytes.readUInt32LE(21);
    return sized((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1);
  }
  return null;
}
