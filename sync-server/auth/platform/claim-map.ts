import type { Role } from '#shared/roles.ts';

/** What a platform's token says of a person, by our names for it. */
export const CLAIMS = ['account', 'email', 'verified', 'name', 'role', 'agency', 'type', 'banned'] as const;
export type ClaimMap = Readonly<Partial<Record<(typeof CLAIMS)[number], string>>>;

/** `*` is what everything else is. */
export type RoleMap = ReadonlyMap<string, Role>;

export type PersonClaims = {
  /** The account's id there. */
  subject: string;
  email: string | null;
  /** Whether the platform says that the address is theirs. */
  emailVerified: boolean;
  name: string | null;
  roles: string[];
  agency: string | null;
  banned: boolean;
  type: string | null;
};

/** Reads a token's payload by the map; `null` when it names nobody. */
export function readClaims(payload: Readonly<Record<string, unknown>>, map: ClaimMap): PersonClaims | null {
  const claim = (name: keyof ClaimMap): unknown => (map[name] === undefined ? undefined : valueAt(payload, map[name]));
  const subject = textOf(claim('account'));
  if (subject === null) return null;
  const roles = claim('role');
  return {
    subject,
    email: textOf(claim('email')),
    emailVerified: claim('verified') === true,
    name: textOf(claim('name')),
    roles: (Array.isArray(roles) ? (roles as unknown[]) : [roles]).flatMap((one) => textOf(one) ?? []),
    agency: textOf(claim('agency')),
    // Whatever is not plainly "no": to let in somebody who was banned is the worse mistake.
    banned: ![undefined, null, false, 0, '', 'false'].includes(claim('banned') as never),
    type: textOf(claim('type')),
  };
}

/** The role of the first entry of the map that the token has; `null` when it has none of them. */
export function roleOf(roles: readonly string[], map: RoleMap): Role | null {
  for (const [value, role] of map) if (roles.includes(value)) return role;
  return map.get('*') ?? null;
}

/** A claim by its name; where there is none of that name, by a path with dots. Only own properties count. */
function valueAt(payload: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(payload, name)) return payload[name];
  let at: unknown = payload;
  for (const part of name.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, part)) return undefined;
    at = (at as Record<string, unknown>)[part];
  }
  return at;
}

const LONGEST = 255;

/** Ids are numbers at some platforms. */
function textOf(value: unknown): string | null {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  if (typeof value !== 'string') return null;
  const text = value.trim();
  return text === '' || text.length > LONGEST || text.includes('\0') ? null : text;
}
