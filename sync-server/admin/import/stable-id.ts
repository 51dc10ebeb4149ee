import { createHash } from 'node:crypto';

/** A UUIDv7 of that millisecond (since 1970) whose random part is a hash of `seed`: the same in each import. */
export function stableId(at: number, seed: string): string {
  const hash = createHash('sha256').update(seed).digest();
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(at, 0, 6);
  hash.copy(bytes, 6, 0, 10);
  bytes[6] = 0x70 | (bytes[6]! & 0x0f);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
