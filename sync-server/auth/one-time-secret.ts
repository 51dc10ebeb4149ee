import { createHash, randomBytes } from 'node:crypto';

/** What stands in a link that works once: 256 random bits. The server keeps `hash` alone. */
export function newSecret(): { text: string; hash: Buffer } {
  const text = randomBytes(32).toString('base64url');
  return { text, hash: secretHash(text) };
}

export function secretHash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** The secret stands behind `#`: no server, proxy or log on the way is told of it. */
export function linkTo(publicUrl: string, what: 'invitation' | 'reset', secret: string): string {
  return `${publicUrl}/account#${what}=${secret}`;
}
