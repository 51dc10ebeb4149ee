import { AppError } from '#shared/errors.ts';
import type { Role } from '#shared/roles.ts';

import { changeRole, disableAccount, enableAccount } from './accounts.ts';
import type { Transaction } from './database.ts';

export type PersonOfAgency = { account: string; name: string; email: string; role: Role; disabled: boolean };
export type PersonChange = { role?: Role | undefined; disabled?: boolean | undefined };

/**
 * What an owner does with somebody of their agency. Nobody does it to themselves: so there always is an owner who can sign in.
 * @throws AppError not-found for who isn't of the agency, forbidden, when the owner isn't one any more
 */
export async function changePerson(
  tx: Transaction,
  owner: { account: string; agencyId: string },
  account: string,
  { role, disabled }: PersonChange,
): Promise<PersonOfAgency> {
  // All owners of the agency, so that two can't take it from each other at once.
  const people = await tx.rows<PersonOfAgency>(
    `SELECT id AS account, name, email, role, disabled_at IS NOT NULL AS disabled FROM accounts
     WHERE agency_id = $1 AND (role = 'owner' OR id = $2) ORDER BY id FOR UPDATE`,
    [owner.agencyId, account],
  );
  if (!people.some((one) => one.account === owner.account && one.role === 'owner' && !one.disabled)) {
    throw new AppError('forbidden', 'Only an owner of the agency can do this.');
  }
  const person = people.find((one) => one.account === account);
  if (!person) throw new AppError('not-found', 'There is nothing here, or it is not yours to see.');
  if (account === owner.account) throw new AppError('forbidden', 'Another owner has to do this: you would shut yourself out.');
  if (role !== undefined && role !== person.role) await changeRole(tx, account, role);
  if (disabled === true && !person.disabled) await disableAccount(tx, account);
  if (disabled === false && person.disabled) await enableAccount(tx, account);
  return { ...person, role: role ?? person.role, disabled: disabled ?? person.disabled };
}
