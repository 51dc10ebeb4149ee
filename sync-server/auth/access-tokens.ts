import { decodeJwt, jwtVerify, SignJWT } from 'jose';
import { JWTExpired, JOSEError } from 'jose/errors';

import { AppError } from '#shared/errors.ts';

const ISSUER = 'trialogue';

export type AccessClaims = { account: string; session: string; device: string };

export async function writeAccessToken(key: Uint8Array, claims: AccessClaims, expiresAt: Date): Promise<string> {
  return new SignJWT({ session: claims.session, device: claims.device })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(ISSUER)
    .setSubject(claims.account)
    .setIssuedAt()
    .setExpirationTime(Math.floor(expiresAt.getTime() / 1_000))
    .sign(key);
}

/** Whether it says that it is of this server, which is not believed yet. What can't be read is ours to refuse. */
export function isOwnToken(token: string): boolean {
  try {
    return decodeJwt(token).iss === ISSUER;
  } catch (error) {
    if (error instanceof JOSEError) return true;
    throw error;
  }
}

/** The session that the token is of. @throws AppError sign-in-required */
export async function readAccessToken(key: Uint8Array, token: string): Promise<string> {
  try {
    const { payload } = await jwtVerify(token, key, { algorithms: ['HS256'], issuer: ISSUER });
    if (typeof payload['session'] === 'string') return payload['session'];
  } catch (error) {
    if (error instanceof JWTExpired) throw new AppError('sign-in-required', 'The access token has expired. Refresh the session.');
    if (!(error instanceof JOSEError)) throw error;
  }
  throw new AppError('sign-in-required', 'Sign in to go on.');
}
