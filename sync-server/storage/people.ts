import type { Role } from '#shared/roles.ts';

import type { Reader } from './database.ts';

/** What these accounts are; those that don't exist or are disabled are absent. */
export async function rolesOf(
  db: Reader,
  accounts: readonly string[],
): Promise<Map<string, { role: Role; agencyId: string | null }>> {
  const rows = await db.rows<{ id: string; role: Role; agency_id: string | null }>(
    'SELECT id, role, agency_id FROM accounts WHERE id = ANY ($1::uuid[]) AND disabled_at IS NULL',
    [accounts],
  );
  return new Map(rows.map((row) => [row.id, { role: row.role, agencyId: row.agency_id }]));
}

export type Person = { account: string; name: string; role: Role };

/** Addresses are for an agency's owners alone. */
export type PersonWithAddress = Person & { email: string };

/** Who can be mentioned and assigned: everybody of the agency. */
export async function peopleOf(db: Reader, agency: string): Promise<PersonWithAddress[]> {
  return db.rows<PersonWithAddress>(
    'SELECT id AS account, name, role, email FROM accounts WHERE agency_id = $1 AND disabled_at IS NULL ORDER BY name, id',
    [agency],
  );
}

/** Who was shut out of it. */
export async function disabledPeopleOf(db: Reader, agency: string): Promise<PersonWithAddress[]> {
  return db.rows<PersonWithAddress>(
    'SELECT id AS account, name, role, email FROM accounts WHERE agency_id = $1 AND disabled_at IS NOT NULL AND erased_at IS NULL ORDER BY name, id',
    [agency],
  );
}

export type SignIn = { name: string; email: string; role: Role };

/** Of each role the three with a password who take part in the most conversations of an agency: for who wants to try an import. */
export async function busiestOf(db: Reader, agency: string): Promise<SignIn[]> {
  return db.rows<SignIn>(
    `SELECT name, email, role FROM (
       SELECT a.name, a.email, a.role, row_number() OVER (PARTITION BY a.role ORDER BY count(*) DESC, a.number) AS place
       FROM participants p JOIN conversations c ON c.id = p.conversation_id JOIN accounts a ON a.id = p.account_id
       WHERE c.agency_id = $1 AND p.left_at IS NULL AND a.password_hash IS NOT NULL AND a.disabled_at IS NULL
       GROUP BY a.id) ranked
     WHERE place <= 3
     ORDER BY array_position(ARRAY['owner', 'staff', 'employee', 'client', 'worker'], role), place`,
    [agency],
  );
}
