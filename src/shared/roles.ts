/** What an account is. `owner`, `staff` and `employee` belong to an agency; `client` and `worker` to none. */
export const ROLES = ['owner', 'staff', 'employee', 'client', 'worker'] as const;
export type Role = (typeof ROLES)[number];

/** Sees every conversation of the agency and its team notes. Employees see only those they take part in, without the notes. */
export function isStaff(role: Role): boolean {
  return role === 'owner' || role === 'staff';
}

/**
 * What somebody is in a conversation, by which it is decided what they may do there. `listed`: their role among those who take part, if
 * they are. Staff of another agency do the work without leading it, and a client's account may be listed as a worker.
 */
export function partIn(role: Role, isItsAgency: boolean, listed: Role | null): Role {
  if (listed === null || (isItsAgency && isStaff(role))) return role;
  return isStaff(listed) ? 'employee' : listed;
}

/** The party that a role speaks for, as people see it beside a name. */
export type Party = 'agency' | 'client' | 'worker';

export function partyOf(role: Role): Party {
  return role === 'client' || role === 'worker' ? role : 'agency';
}
