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

/** Who can be mentioned and assigned: everybody of the agency. */
export async function peopleOf(db: Reader, agency: string): Promise<Person[]> {
  return db.rows<Person>(
    'SELECT id AS account, name, role FROM accounts WHERE agency_id = $1 AND disabled_at IS NULL ORDER BY name, id',
    [agency],
  );
}
