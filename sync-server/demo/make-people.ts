import { isStaff } from '#shared/roles.ts';

import { hashPassword } from '../auth/passwords.ts';
import { createAccount, createAgency, findAccount, findAgency } from '../storage/accounts.ts';
import type { Transaction } from '../storage/database.ts';
import type { Demo, DemoPerson } from './demo-format.ts';

export type DemoAccounts = {
  agencyId: string;
  /** The account of a person of the demo. */
  idOf: (person: string) => string;
  /** The Yjs client id under which an account's history stands. */
  leaseOf: (account: string) => number;
};

const DEVICE = 'Demo history';

/** Makes the agency, its people, and a device for each that holds the lease of what they are said to have written. */
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
  const devices = await tx.rows<{ account_id: string; client_id: number }>(
    `WITH wanted AS (SELECT unnest($1::uuid[]) AS account_id),
       known AS (SELECT d.account_id, d.client_id FROM devices d JOIN wanted w USING (account_id) WHERE d.name = $2),
       made AS (INSERT INTO devices (id, account_id, name)
         SELECT gen_random_uuid(), account_id, $2 FROM wanted WHERE account_id NOT IN (SELECT account_id FROM known)
         RETURNING account_id, client_id)
     SELECT * FROM known UNION ALL SELECT * FROM made`,
    [[...ids.values()], DEVICE],
  );
  const leases = new Map(devices.map((row) => [row.account_id, row.client_id]));
  return { agencyId: agency.id, idOf: (person) => found(ids, person), leaseOf: (account) => found(leases, account) };
}

function accountOf(
  { name, email, role }: DemoPerson,
  agency: string,
): { agencyId: string | null; name: string; email: string; role: DemoPerson['role'] } {
  return { agencyId: isStaff(role) || role === 'employee' ? agency : null, name, email, role };
}

function found<T>(map: ReadonlyMap<string, T>, key: string): T {
  const value = map.get(key);
  if (value === undefined) throw new Error(`the demo has no ${key}`);
  return value;
}
