import { expect, test } from 'vitest';

import { readConfig } from '../../config.ts';

const SECRET = 'x'.repeat(32);
const OIDC = { OIDC_ISSUER: 'https://id.example', OIDC_AUDIENCE: 'chat' };
const read = (env: Record<string, string>) => readConfig(env, '1').platform;

test('[SERVER-7] no platform signs people in unless one is named', () => {
  expect(read({})).toBeNull();
  expect(read({ OIDC_AUDIENCE: 'chat', SIGN_IN_ACCOUNTS: 'create' })).toBeNull();
});

test('[SERVER-7] what is not said is the careful choice', () => {
  expect(read({ ...OIDC, PLATFORM_SECRET: SECRET })).toEqual({
    issuers: [
      {
        kind: 'oidc',
        issuer: 'https://id.example',
        jwksUrl: null,
        audience: ['chat'],
        algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'],
        claims: { account: 'sub', email: 'email', verified: 'email_verified', name: 'name' },
        types: ['access'],
      },
      {
        kind: 'secret',
        issuer: null,
        secret: new TextEncoder().encode(SECRET),
        audience: [],
        claims: { account: 'sub', email: 'email', verified: 'email_verified', name: 'name', type: 'token_type' },
        types: ['access'],
      },
    ],
    roles: new Map(['owner', 'staff', 'employee', 'client', 'worker'].map((role) => [role, role])),
    accounts: 'known',
    linkByEmail: 'never',
    app: null,
    clockToleranceSeconds: 30,
    keyCooldownMs: 30_000,
    keyRefreshMs: 600_000,
  });
});

test('[SERVER-7] claims, types and roles are mapped', () => {
  const config = read({
    PLATFORM_SECRET: SECRET,
    PLATFORM_ISSUER: 'the-app',
    PLATFORM_AUDIENCE: 'a, b',
    PLATFORM_CLAIMS: 'account=user_id, role = profile.type,name=',
    PLATFORM_TOKEN_TYPE: 'access,-',
    SIGN_IN_ROLES: 'CLIENT=client,*=worker',
  });
  expect(config?.issuers[0]).toMatchObject({
    issuer: 'the-app',
    audience: ['a', 'b'],
    claims: { account: 'user_id', email: 'email', verified: 'email_verified', role: 'profile.type', type: 'token_type' },
    types: ['access', null],
  });
  expect([...config!.roles]).toEqual([
    ['CLIENT', 'client'],
    ['*', 'worker'],
  ]);
});

test('[SERVER-7] the desktop app is told how it gets a token, and which one is taken here', () => {
  const desktop = { ...OIDC, OIDC_CLIENT_ID: 'desktop', OIDC_PARAMETERS: 'audience=https://chat.example,prompt=login' };
  expect(read(desktop)?.app).toEqual({
    name: 'id.example',
    issuer: 'https://id.example',
    clientId: 'desktop',
    scope: 'openid profile email',
    parameters: { audience: 'https://chat.example', prompt: 'login' },
    token: 'access',
  });
  const named = { OIDC_NAME: 'Harbor', OIDC_SCOPES: 'openid  chat', OIDC_AUDIENCE: 'chat,desktop' };
  expect(read({ ...desktop, ...named })?.app).toMatchObject({ name: 'Harbor', scope: 'openid chat', token: 'id' });
  expect(read(OIDC)?.app).toBeNull();
});

test.each([
  ['OIDC_AUDIENCE', { OIDC_ISSUER: 'https://id.example' }],
  ['OIDC_ISSUER', { ...OIDC, OIDC_ISSUER: 'http://id.example' }],
  ['OIDC_JWKS_URL', { ...OIDC, OIDC_JWKS_URL: 'http://id.example/keys' }],
  ['OIDC_ALGORITHMS', { ...OIDC, OIDC_ALGORITHMS: 'RS256,HS256' }],
  ['OIDC_ALGORITHMS', { ...OIDC, OIDC_ALGORITHMS: 'none' }],
  ['OIDC_CLIENT_ID', { OIDC_CLIENT_ID: 'desktop' }],
  ['OIDC_SCOPES', { ...OIDC, OIDC_CLIENT_ID: 'desktop', OIDC_SCOPES: 'profile' }],
  ['OIDC_PARAMETERS', { ...OIDC, OIDC_CLIENT_ID: 'desktop', OIDC_PARAMETERS: 'audience=chat,Redirect_URI=https://evil.example' }],
  ['PLATFORM_SECRET', { PLATFORM_SECRET: 'short' }],
  ['PLATFORM_CLAIMS', { PLATFORM_SECRET: SECRET, PLATFORM_CLAIMS: 'user_id' }],
  ['PLATFORM_CLAIMS', { PLATFORM_SECRET: SECRET, PLATFORM_CLAIMS: 'king=user_id' }],
  ['PLATFORM_ISSUER', { PLATFORM_SECRET: SECRET, PLATFORM_ISSUER: 'trialogue' }],
  ['PLATFORM_ISSUER', { ...OIDC, PLATFORM_SECRET: SECRET, PLATFORM_ISSUER: OIDC.OIDC_ISSUER }],
  ['SIGN_IN_ROLES', { PLATFORM_SECRET: SECRET, SIGN_IN_ROLES: 'CLIENT=king' }],
  ['SIGN_IN_ACCOUNTS', { PLATFORM_SECRET: SECRET, SIGN_IN_ACCOUNTS: 'yes' }],
  ['SIGN_IN_LINK_BY_EMAIL', { PLATFORM_SECRET: SECRET, SIGN_IN_LINK_BY_EMAIL: 'always' }],
  ['SIGN_IN_CLOCK_TOLERANCE', { PLATFORM_SECRET: SECRET, SIGN_IN_CLOCK_TOLERANCE: '3600' }],
  ['TRUSTED_PROXIES', { TRUSTED_PROXIES: '10.0.0.0/8,proxy.example' }],
  ['PUBLIC_URL', { PUBLIC_URL: 'chat.example' }],
])('[SERVER-7] %s is named when %j is given, and no secret with it', (variable, env) => {
  expect(() => read(env as Record<string, string>)).toThrow(variable);
  expect(() => read(env as Record<string, string>)).not.toThrow(/x{32}|short/);
});
