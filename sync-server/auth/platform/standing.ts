import { partyOf, type Role } from '#shared/roles.ts';

import { roleOf, type PersonClaims, type RoleMap } from './claim-map.ts';

export type Standing = { role: Role; agency: { id: string; name: string } | null };
export type Followed =
  | { kind: 'same' }
  | { kind: 'role'; role: Role }
  /** The token says what must not change by itself: all that they wrote is shown under what they were. */
  | { kind: 'refused'; because: 'role' | 'agency' };

/** What becomes of an account's role when its platform says this of it. What a token doesn't say stays. */
export function follow(known: Standing, { roles, agency }: PersonClaims, map: RoleMap): Followed {
  const role = roles.length === 0 ? known.role : roleOf(roles, map);
  if (role === null || (partyOf(role) === 'agency') !== (known.agency !== null)) return { kind: 'refused', because: 'role' };
  if (known.agency && agency !== null && agency !== known.agency.id && agency !== known.agency.name) {
    return { kind: 'refused', because: 'agency' };
  }
  return role === known.role ? { kind: 'same' } : { kind: 'role', role };
}
