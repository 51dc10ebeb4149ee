import { isStaff } from '#shared/roles.ts';

import { hashPassword } from '../auth/passwords.ts';
import { createAccount, createAgency, findAccount, findAgency } from '../storage/accounts.ts';
import type { Transaction } from '../storage/database.ts';
import type { Demo, DemoPerson } from './demo-format.ts';

export type DemoAccounts = {
  agencyId: string;
  /** The account of a person of the demo. */
  idOf: (person: string) => string;
};

/** Makes the agency and those of its people who aren't there yet. */
export async function makePeople(tx: Transaction, demo: Pick<Demo, 'agency' | 'password' | 'people'>): Promise<DemoAccounts> {
  const agency = (await findAgency(tx, demo.agency)) ?? (await createAgency(tx, demo.agency));
  // Hashing takes its time on purpose: once, and only when somebody is missing.
  let passwordHash: string | null = null;
  const ids = new Map<string, string>();
  for (const person of demo.people) {
    const known = await findAccount(tx, person.email);
    passwordHash ??= known ? null : await hashPassword(demo.password);
    const { id } = known ?? (await createAccount(tx, { ...accountOf(person, agency.id), passwordHash }));
    ids.set(person.id, id);
  }
  return { agencyId: agency.id, idOf: (person) => ids.get(person)! };
}

function accountOf(
  { name, email, role }: DemoPerson,
  agency: string,
): { agencyId: string | null; name: string; email: string; role: DemoPerson['role'] } {
  return { agencyId: isStaff(role) || role === 'employee' ? agency : null, name, email, role };
}
