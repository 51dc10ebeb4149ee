import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { exportJWK, generateKeyPair, SignJWT } from 'jose';

import type { OidcMethod } from '#shared/api/common.ts';

/** What it does otherwise than it should. */
export type Mischief = Partial<{
  /** It answers the person's consent with this error. */
  declines: string;
  state: string;
  /** `iss` in the answer that the browser brings. */
  answersAs: string;
  nonce: string;
  audience: string;
  issuer: string;
  away: boolean;
}>;

export type TestProvider = {
  url: string;
  method(changes?: Partial<OidcMethod>): OidcMethod;
  /** Who signs in next. */
  person: { sub: string; email: string; email_verified: boolean; name: string };
  mischief: Mischief;
  /** The parameters that the last person came with. */
  asked: URLSearchParams | null;
  /** Does what a browser does that is sent here: comes back to where it is told, and gives the last answer's status. */
  browse(url: string): Promise<number>;
  stop(): Promise<void>;
};

export const CLIENT_ID = 'trialogue-desktop';

/** A platform that signs people in, on this machine: code and PKCE for a public client, as native apps have it. */
export async function startProvider(): Promise<TestProvider> {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' };
  const codes = new Map<string, URLSearchParams>();
  const sign = (claims: Record<string, unknown>): Promise<string> =>
    new SignJWT({ iss: provider.mischief.issuer ?? url, ...provider.person, ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(privateKey);

  /** Whether this code was given for what is shown now, once. */
  const redeem = (form: URLSearchParams): URLSearchParams | null => {
    const asked = codes.get(form.get('code') ?? '');
    codes.delete(form.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const same = ['client_id', 'redirect_uri'].every((name) => form.get(name) === asked?.get(name));
    return asked && same && challenge === asked.get('code_challenge') ? asked : null;
  };

  const server: Server = createServer((request, response) => {
    const json = (body: unknown, status = 200): void =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    const at = new URL(request.url ?? '', url);
    if (provider.mischief.away) return json({}, 503);
    if (at.pathname === '/.well-known/openid-configuration') {
      return json({
        issuer: url,
        authorization_endpoint: `${url}/authorize`,
        token_endpoint: `${url}/token`,
        jwks_uri: `${url}/keys`,
        response_types_supported: ['code'],
        code_challenge_methods_supported: ['S256'],
        id_token_signing_alg_values_supported: ['RS256'],
        authorization_response_iss_parameter_supported: true,
      });
    }
    if (at.pathname === '/keys') return json({ keys: [jwk] });
    if (at.pathname === '/authorize') {
      provider.asked = at.searchParams;
      const code = randomUUID();
      codes.set(code, at.searchParams);
      const { declines, state, answersAs } = provider.mischief;
      const back = new URL(at.searchParams.get('redirect_uri')!);
      back.search = new URLSearchParams({
        ...(declines === undefined ? { code } : { error: declines }),
        state: state ?? at.searchParams.get('state')!,
        iss: answersAs ?? url,
      }).toString();
      return void response.writeHead(302, { location: back.href }).end();
    }
    if (at.pathname !== '/token') return json({}, 404);
    void bodyOf(request).then(async (form) => {
      const asked = redeem(form);
      if (!asked) return json({ error: 'invalid_grant' }, 400);
      const { nonce, audience } = provider.mischief;
      return json({
        token_type: 'Bearer',
        expires_in: 300,
        id_token: await sign({ aud: audience ?? CLIENT_ID, nonce: nonce ?? asked.get('nonce') }),
        access_token: await sign({ aud: 'trialogue-api' }),
      });
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider: TestProvider = {
    url,
    method: (changes = {}) => ({
      name: 'Harbor',
      issuer: url,
      clientId: CLIENT_ID,
      scope: 'openid profile email',
      parameters: {},
      token: 'id',
      ...changes,
    }),
    person: { sub: '4711', email: 'rosa@harbor.example', email_verified: true, name: 'Rosa Lim' },
    mischief: {},
    asked: null,
    browse: async (address) => (await fetch(address)).status,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return provider;
}

async function bodyOf(request: IncomingMessage): Promise<URLSearchParams> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return new URLSearchParams(text);
}
