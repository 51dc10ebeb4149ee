/** What an account is. `owner`, `staff` and `employee` belong to an agency; `client` and `worker` to none. */
export const ROLES = ['owner', 'staff', 'employee', 'client', 'worker'] as const;
export type Role = (typeof ROLES)[number];

/** Sees every conversation of the agency and its team notes. Employees see only those they take part in, without the notes. */
export function isStaff(role: Role): boolean {
  return role === 'owner' || role === 'staff';
}

/** The party that a role speaks for, as people see it beside a name. */
export type Party = 'agency' | 'client' | 'worker';

export function partyOf(role: Role): Party {
  return role === 'client' || role === 'worker' ? role : 'agency';
}
