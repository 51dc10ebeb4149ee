import { z } from 'zod';

import type { OidcMethod } from '#shared/api/common.ts';
import { ROLES, type Role } from '#shared/roles.ts';

import { appSignIn, isOwnParameter } from './app-sign-in.ts';
import { CLAIMS, type ClaimMap, type RoleMap } from './claim-map.ts';

/** Who may sign tokens that are taken here, and what they say. */
export type TokenIssuer = {
  audience: readonly string[];
  claims: ClaimMap;
  /** What the claim `type` has to be, where it is mapped; `null`: it may be missing. */
  types: readonly (string | null)[];
} & (
  | { kind: 'oidc'; issuer: string; algorithms: readonly string[]; jwksUrl: string | null }
  /** `issuer` null: its tokens don't name one. */
  | { kind: 'secret'; issuer: string | null; secret: Uint8Array }
);

export type PlatformConfig = {
  issuers: readonly TokenIssuer[];
  roles: RoleMap;
  /** Whether an account is made for who isn't known here. */
  accounts: 'known' | 'create';
  /** Whether an account here is theirs who has its e-mail address there, if the platform says that it was verified. */
  linkByEmail: 'never' | 'verified';
  /** How the desktop app gets a token for its people; `null`: not at all. */
  app: OidcMethod | null;
  clockToleranceSeconds: number;
  /** How long an issuer's keys are not asked for again. */
  keyCooldownMs: number;
  /** How often they are asked for anew, for those that were withdrawn. */
  keyRefreshMs: number;
};

/** Public keys alone: a shared secret never stands where a public key does. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'] as const;

const list = z
  .string()
  .default('')
  .transform((text) => text.split(',').flatMap((one) => one.trim() || []));
const pairs = list.transform((all, context) => {
  const map = new Map<string, string>();
  for (const one of all) {
    const equals = one.indexOf('=');
    if (equals < 1) {
      context.addIssue({ code: 'custom', message: 'has to be pairs such as a=b,c=d' });
      return z.NEVER;
    }
    map.set(one.slice(0, equals).trim(), one.slice(equals + 1).trim());
  }
  return map;
});
const claims = pairs.refine((map) => [...map.keys()].every((name) => CLAIMS.includes(name as never)), {
  error: `names what there is not; there are: ${CLAIMS.join(', ')}`,
});
/** Keys and discovery come by a connection that nobody can change. */
const url = z.string().refine(
  (text) => {
    const parsed = URL.parse(text);
    return parsed?.protocol === 'https:' || (parsed?.protocol === 'http:' && LOOPBACK.has(parsed.hostname));
  },
  { error: 'has to begin with https:// (http:// on this machine alone)' },
);
const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** The variables of the environment, as the server's configuration has them; empty ones are left out before. */
export const platformVariables = {
  OIDC_ISSUER: url.optional(),
  OIDC_AUDIENCE: list,
  OIDC_JWKS_URL: url.optional(),
  OIDC_ALGORITHMS: list.refine((all) => all.every((one) => ALGORITHMS.includes(one as never)), {
    error: `may hold these: ${ALGORITHMS.join(', ')}`,
  }),
  OIDC_CLAIMS: claims,
  OIDC_TOKEN_TYPE: list,
  OIDC_CLIENT_ID: z.string().max(500).optional(),
  OIDC_NAME: z.string().max(100).optional(),
  OIDC_SCOPES: z
    .string()
    .default('openid profile email')
    .transform((text) => text.split(/[\s,]+/).filter(Boolean))
    .refine((all) => all.includes('openid'), { error: 'has to hold openid' }),
  OIDC_PARAMETERS: pairs.refine((map) => ![...map.keys()].some(isOwnParameter), {
    error: 'holds what the app says by itself',
  }),
  PLATFORM_SECRET: z
    .string()
    .refine((text) => Buffer.byteLength(text) >= 32, { error: 'has to be 32 bytes long at least' })
    .optional(),
  PLATFORM_ISSUER: z
    .string()
    .refine((text) => text !== 'trialogue', { error: "may not be this server's own" })
    .optional(),
  PLATFORM_AUDIENCE: list,
  PLATFORM_CLAIMS: claims,
  PLATFORM_TOKEN_TYPE: list,
  SIGN_IN_ROLES: pairs.refine((map) => [...map.values()].every((role) => ROLES.includes(role as never)), {
    error: `may give these roles: ${ROLES.join(', ')}`,
  }),
  SIGN_IN_ACCOUNTS: z.enum(['known', 'create']).default('known'),
  SIGN_IN_LINK_BY_EMAIL: z.enum(['never', 'verified']).default('never'),
  SIGN_IN_CLOCK_TOLERANCE: z.coerce.number().int().min(0).max(300).default(30),
};
type Variables = z.output<z.ZodObject<typeof platformVariables>>;

const STANDARD_CLAIMS: ClaimMap = { account: 'sub', email: 'email', verified: 'email_verified', name: 'name' };

/** What is wrong with these variables together: the variable at fault and why. */
export function platformProblem(env: Variables): { variable: keyof Variables; message: string } | null {
  if (env.OIDC_ISSUER !== undefined && env.OIDC_AUDIENCE.length === 0) {
    return { variable: 'OIDC_AUDIENCE', message: 'is needed with OIDC_ISSUER: tokens for other programs must not open this one' };
  }
  if (env.OIDC_CLIENT_ID !== undefined && env.OIDC_ISSUER === undefined) {
    return { variable: 'OIDC_CLIENT_ID', message: 'is the app’s name at OIDC_ISSUER, which is missing' };
  }
  if (env.OIDC_ISSUER !== undefined && env.OIDC_ISSUER === env.PLATFORM_ISSUER) {
    return { variable: 'PLATFORM_ISSUER', message: 'is that of OIDC_ISSUER; a token has to tell which of the two it is of' };
  }
  return null;
}

/** `null` when no platform signs people in here. */
export function platformConfig(env: Variables): PlatformConfig | null {
  const issuers: TokenIssuer[] = [];
  if (env.OIDC_ISSUER !== undefined) {
    const mapped = { ...STANDARD_CLAIMS, ...Object.fromEntries(env.OIDC_CLAIMS) };
    issuers.push({
      kind: 'oidc',
      issuer: env.OIDC_ISSUER,
      jwksUrl: env.OIDC_JWKS_URL ?? null,
      audience: env.OIDC_AUDIENCE,
      algorithms: env.OIDC_ALGORITHMS.length > 0 ? env.OIDC_ALGORITHMS : ['RS256', 'PS256', 'ES256', 'EdDSA'],
      claims: withoutEmpty(mapped),
      types: typesOf(env.OIDC_TOKEN_TYPE),
    });
  }
  if (env.PLATFORM_SECRET !== undefined) {
    const mapped = { ...STANDARD_CLAIMS, type: 'token_type', ...Object.fromEntries(env.PLATFORM_CLAIMS) };
    issuers.push({
      kind: 'secret',
      issuer: env.PLATFORM_ISSUER ?? null,
      secret: new TextEncoder().encode(env.PLATFORM_SECRET),
      audience: env.PLATFORM_AUDIENCE,
      claims: withoutEmpty(mapped),
      types: typesOf(env.PLATFORM_TOKEN_TYPE),
    });
  }
  if (issuers.length === 0) return null;
  const roles = env.SIGN_IN_ROLES as Map<string, Role>;
  return {
    issuers,
    roles: roles.size > 0 ? roles : new Map(ROLES.map((role) => [role, role])),
    accounts: env.SIGN_IN_ACCOUNTS,
    linkByEmail: env.SIGN_IN_LINK_BY_EMAIL,
    app: appSignIn(env),
    clockToleranceSeconds: env.SIGN_IN_CLOCK_TOLERANCE,
    keyCooldownMs: 30_000,
    keyRefreshMs: 600_000,
  };
}

/** `name=` says: don't look at it. */
function withoutEmpty(map: Record<string, string>): ClaimMap {
  return Object.fromEntries(Object.entries(map).filter(([, claim]) => claim !== ''));
}

function typesOf(list: readonly string[]): (string | null)[] {
  return list.length === 0 ? ['access'] : list.map((one) => (one === '-' ? null : one));
}
