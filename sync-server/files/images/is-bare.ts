/** Nothing but the picture and how its colours are meant may stand in an image that is kept as it came. */
const PNG_CHUNKS = new Set('IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP cICP sBIT bKGD pHYs acTL fcTL fdAT'.split(' '));
const WEBP_CHUNKS = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM', 'ANMF', 'ICCP']);

/** Whether an image tells nothing besides what is seen: no place, no camera, no text, and nothing behind its end. */
export function isBare(bytes: Buffer, type: string): boolean {
  if (type === 'image/jpeg') return isBareJpeg(bytes);
  if (type === 'image/png' || type === 'image/apng') return isBarePng(bytes);
  return type === 'image/webp' && isBareWebp(bytes);
}

function isBareJpeg(bytes: Buffer): boolean {
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1]!;
    if (!isPicture(marker) && !isKnownApp(bytes, at, marker)) return false;
    at += 2 + bytes.readUInt16BE(at + 2);
    if (marker !== 0xda) continue;
    // Behind the head of a scan come its data, in which 0xff is followed by 0 or by the number of a restart.
    while (at + 1 < bytes.length && (bytes[at] !== 0xff || bytes[at + 1] === 0 || isRestart(bytes[at + 1]!))) at += 1;
    if (bytes[at + 1] === 0xd9) return at + 2 === bytes.length;
  }
  return false;
}

function isRestart(marker: number): boolean {
  return marker >= 0xd0 && marker <= 0xd7;
}

/** Frames, tables, scans. */
function isPicture(marker: number): boolean {
  return (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc8) || marker === 0xda || marker === 0xdb || marker === 0xdd;
}

/** JFIF without a small picture of its own, colour profiles, and Adobe's note on colours. */
function isKnownApp(bytes: Buffer, at: number, marker: number): boolean {
  const begins = (text: string): boolean => bytes.toString('latin1', at + 4, at + 4 + text.length) === text;
  if (marker === 0xe0) return begins('JFIF\0') && bytes.readUInt16BE(at + 2) === 16;
  if (marker === 0xe2) return begins('ICC_PROFILE\0');
  return marker === 0xee && begins('Adobe') && bytes.readUInt16BE(at + 2) === 14;
}

/** An animated PNG, of which our decoder knows only the first frame, without what else stands in it; `null`: it breaks off. */
export function strippedPng(bytes: Buffer): Buffer | null {
  const kept = [bytes.subarray(0, 8)];
  let at = 8;
  while (at + 12 <= bytes.length) {
    const kind = bytes.toString('latin1', at + 4, at + 8);
    const end = at + 12 + bytes.readUInt32BE(at);
    if (PNG_CHUNKS.has(kind)) kept.push(bytes.subarray(at, end));
    if (kind === 'IEND') return end <= bytes.length ? Buffer.concat(kept) : null;
    at = end;
  }
  return null;
}

function isBarePng(bytes: Buffer): boolean {
  let at = 8;
  while (at + 12 <= bytes.length) {
    const kind = bytes.toString('latin1', at + 4, at + 8);
    if (!PNG_CHUNKS.has(kind)) return false;
    at += 12 + bytes.readUInt32BE(at);
    if (kind === 'IEND') return at === bytes.length;
  }
  return false;
}

function isBareWebp(bytes: Buffer): boolean {
  if (bytes.length < 12 || bytes.readUInt32LE(4) + 8 !== bytes.length) return false;
  let at = 12;
  while (at + 8 <= bytes.length) {
    if (!WEBP_CHUNKS.has(bytes.toString('latin1', at, at + 4))) return false;
    const length = bytes.readUInt32LE(at + 4);
    at += 8 + length + (length % 2);
  }
  return at === bytes.length;
}
