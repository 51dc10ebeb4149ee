import { decodeJwt, jwtVerify, type JWTPayload, type JWTVerifyResult } from 'jose';
import { JOSEError, JWTExpired } from 'jose/errors';

import { AppError } from '#shared/errors.ts';

import type { Log } from '../../log.ts';
import type { Identity } from '../../storage/identities.ts';
import { readClaims, type PersonClaims } from './claim-map.ts';
import { issuerKeys } from './issuer-keys.ts';
import type { PlatformConfig, TokenIssuer } from './platform-config.ts';

export type PlatformClaims = { identity: Identity; person: PersonClaims; issuedAt: Date; expiresAt: Date };

/** @throws AppError sign-in-required; unavailable, when its issuer is away and the key isn't known */
export type ReadPlatformToken = (token: string) => Promise<PlatformClaims>;

/** Where tokens don't name their issuer, people are known under this one. */
export const NAMELESS_ISSUER = 'platform';

/** Other kinds of signed things that an issuer gives out (logout, DPoP, events) say so here. */
const TYPES = new Set(['JWT', 'AT+JWT', 'APPLICATION/AT+JWT']);

type Verify = (token: string) => Promise<JWTVerifyResult>;

export function platformTokens(config: PlatformConfig, log: Log): ReadPlatformToken {
  const issuers = config.issuers.map((issuer) => ({ issuer, verify: verifierOf(issuer, config, log) }));

  return async (token) => {
    try {
      const { iss } = decodeJwt(token);
      // What it says of itself only tells which of them has to have signed it.
      const from =
        issuers.find(({ issuer }) => issuer.issuer === iss && iss !== undefined) ??
        issuers.find(({ issuer }) => issuer.issuer === null);
      if (!from) throw refused('issuer', log);
      const { payload, protectedHeader } = await from.verify(token);
      if (!TYPES.has(protectedHeader.typ?.toUpperCase() ?? 'JWT')) throw refused('typ', log);
      return claimsOf(payload, from.issuer, log);
    } catch (error) {
      if (error instanceof JWTExpired) {
        throw new AppError('sign-in-required', 'The sign-in at your platform has run out. Sign in there again to go on.');
      }
      if (error instanceof JOSEError) throw refused(error.code, log);
      throw error;
    }
  };
}

function verifierOf(issuer: TokenIssuer, config: PlatformConfig, log: Log): Verify {
  const options = {
    clockTolerance: config.clockToleranceSeconds,
    requiredClaims: ['exp', 'iat'],
    ...(issuer.issuer === null ? {} : { issuer: issuer.issuer }),
    ...(issuer.audience.length === 0 ? {} : { audience: [...issuer.audience] }),
  };
  if (issuer.kind === 'secret') return (token) => jwtVerify(token, issuer.secret, { ...options, algorithms: ['HS256'] });
  const { keyCooldownMs: cooldownMs, keyRefreshMs: refreshMs } = config;
  const keys = issuerKeys({ issuer: issuer.issuer, jwksUrl: issuer.jwksUrl, cooldownMs, refreshMs, log });
  return (token) => jwtVerify(token, keys, { ...options, algorithms: [...issuer.algorithms] });
}

function claimsOf(payload: JWTPayload, { issuer, claims, types }: TokenIssuer, log: Log): PlatformClaims {
  const person = readClaims(payload, claims);
  if (!person) throw refused('account', log);
  // A refresh token is signed by the same key, and must not be taken for what it is exchanged for.
  if (claims.type !== undefined && !types.includes(person.type)) throw refused('type', log);
  return {
    identity: { issuer: issuer ?? NAMELESS_ISSUER, subject: person.subject },
    person,
    issuedAt: new Date(payload.iat! * 1_000),
    expiresAt: new Date(payload.exp! * 1_000),
  };
}

/** Why is for who runs the server; of the token nothing is kept. */
function refused(reason: string, log: Log): AppError {
  log.info('platform-token-refused', { reason });
  return new AppError('sign-in-required', 'Sign in to go on.');
}
