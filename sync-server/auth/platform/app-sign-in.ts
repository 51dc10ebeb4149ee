import type { OidcMethod } from '#shared/api/common.ts';

/** How the desktop app asks this issuer for a token, as a public client of its own. */
export type AppSignInVariables = {
  OIDC_ISSUER?: string | undefined;
  OIDC_AUDIENCE: readonly string[];
  OIDC_CLIENT_ID?: string | undefined;
  OIDC_NAME?: string | undefined;
  OIDC_SCOPES: readonly string[];
  OIDC_PARAMETERS: ReadonlyMap<string, string>;
};

/** What the app says by itself; nobody may put something else in its place. */
const ITS_OWN = new Set([
  'client_id',
  'client_secret',
  'redirect_uri',
  'response_type',
  'response_mode',
  'scope',
  'state',
  'nonce',
  'code_challenge',
  'code_challenge_method',
  'request',
  'request_uri',
]);

export function isOwnParameter(name: string): boolean {
  return ITS_OWN.has(name.toLowerCase());
}

/** `null`: the app offers no other sign-in than by password. */
export function appSignIn(env: AppSignInVariables): OidcMethod | null {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId } = env;
  if (issuer === undefined || clientId === undefined) return null;
  return {
    name: env.OIDC_NAME ?? new URL(issuer).hostname,
    issuer,
    clientId,
    scope: env.OIDC_SCOPES.join(' '),
    parameters: Object.fromEntries(env.OIDC_PARAMETERS),
    // An ID token is for the client that asked, and for nobody else: where that is taken here it is the one; else the platform's API is meant.
    token: env.OIDC_AUDIENCE.includes(clientId) ? 'id' : 'access',
  };
}
