import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

import { UUID } from '#shared/ids.ts';

/**
 * A refresh token is `<session>.<secret>.<tag>`, of which the server keeps only a SHA-256. The tag shows that the server made
 * it, so that a made-up one can't end somebody's session as a stolen one would. The next token follows from the one
 * before: whoever asks twice with one token (a lost answer, a race) gets the same next one.
 */
export type RefreshToken = { session: string; secret: Buffer };

export function firstRefreshToken(session: string): RefreshToken {
  return { session, secret: randomBytes(32) };
}

export function nextRefreshToken(key: Buffer, token: RefreshToken): RefreshToken {
  return { session: token.session, secret: mac(key, 'next', token) };
}

export function writeRefreshToken(key: Buffer, token: RefreshToken): string {
  return `${token.session}.${token.secret.toString('base64url')}.${mac(key, 'tag', token).toString('base64url')}`;
}

/** `null` when the server did not make it. */
export function readRefreshToken(key: Buffer, text: string): RefreshToken | null {
  const [session, secret, tag, ...rest] = text.split('.');
  if (!session || !secret || !tag || rest.length > 0 || !UUID.test(session)) return null;
  const token = { session, secret: Buffer.from(secret, 'base64url') };
  const given = Buffer.from(tag, 'base64url');
  const right = mac(key, 'tag', token);
  return given.length === right.length && timingSafeEqual(given, right) ? token : null;
}

export function refreshHash({ session, secret }: RefreshToken): Buffer {
  return createHash('sha256').update(session).update(secret).digest();
}

function mac(key: Buffer, use: 'next' | 'tag', { session, secret }: RefreshToken): Buffer {
  return createHmac('sha256', key).update(`refresh-${use}.${session}.`).update(secret).digest();
}
