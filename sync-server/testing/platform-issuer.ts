import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { exportJWK, generateKeyPair, SignJWT, type JWK, type JWTPayload } from 'jose';

/** A platform's issuer on this machine: it serves its discovery document and its keys, and signs. */
export type TestIssuer = {
  url: string;
  /** How often it was asked for anything. */
  asked(): number;
  /** Who its discovery document says that it is. */
  callItself(name: string): void;
  /** With its present key. `claims` win over an issuer, audience and times that fit; one that is `undefined` is left out. */
  sign(claims: JWTPayload, header?: Record<string, string>): Promise<string>;
  /** A new key; the one before is no longer served. */
  rotate(): Promise<void>;
  /** Answers nothing but 500 until it is back. */
  setAway(away: boolean): void;
  /** The present public key, as it is served. */
  publicKey(): JWK;
  stop(): Promise<void>;
};

export const AUDIENCE = 'trialogue-test';

export async function startIssuer(): Promise<TestIssuer> {
  let key = await newKey('k1');
  let asked = 0;
  let keys = 1;
  let isAway = false;
  let called: string | null = null;
  const server: Server = createServer((request, response) => {
    const answer = (body: unknown, status = 200): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    asked += 1;
    if (isAway) return answer({}, 500);
    if (request.url === '/.well-known/openid-configuration') return answer({ issuer: called ?? url, jwks_uri: `${url}/keys` });
    if (request.url !== '/keys') return answer({}, 404);
    answer({ keys: [key.jwk] });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    asked: () => asked,
    sign: (claims, header) =>
      new SignJWT(withTimes({ iss: url, aud: AUDIENCE, ...claims }))
        .setProtectedHeader({ alg: 'RS256', kid: key.jwk.kid, ...header })
        .sign(key.privateKey),
    async rotate() {
      key = await newKey(`k${++keys}`);
    },
    callItself(name) {
      called = name;
    },
    setAway(away) {
      isAway = away;
    },
    publicKey: () => key.jwk,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function newKey(kid: string) {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' } satisfies JWK };
}

export const SECRET = 'a secret that the platform and this server share';

/** A token of the platform that signs with a shared secret. */
export function signWithSecret(claims: JWTPayload, { secret = SECRET, alg = 'HS256' } = {}): Promise<string> {
  const payload = withTimes({ token_type: 'access', ...claims });
  return new SignJWT(payload).setProtectedHeader({ alg, typ: 'JWT' }).sign(new TextEncoder().encode(secret));
}

export function inSeconds(seconds: number): number {
  return Math.floor(Date.now() / 1_000) + seconds;
}

function withTimes(claims: JWTPayload): JWTPayload {
  return { iat: inSeconds(0), exp: inSeconds(300), ...claims };
}
