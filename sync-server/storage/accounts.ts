import type { Account } from '#shared/api/accounts.ts';
import type { ContactFilter } from '#shared/contact-details.ts';
import { AppError } from '#shared/errors.ts';
import { newId, UUID } from '#shared/ids.ts';
import type { Role } from '#shared/roles.ts';

import { isDuplicate, type Reader, type Transaction } from './database.ts';
import { appendFeed } from './feed.ts';
import { notify } from './notify.ts';

export type Agency = { id: string; number: number; name: string };

export async function createAgency(tx: Transaction, name: string): Promise<Agency> {
  if (await findAgency(tx, name)) throw new AppError('conflict', `There is an agency named "${name}" already.`);
  const [row] = await tx.rows<Agency>('INSERT INTO agencies (id, name) VALUES ($1, $2) RETURNING id, number, name', [
    newId(),
    name,
  ]);
  return row!;
}

/** By name or id. */
export async function findAgency(db: Reader, nameOrId: string): Promise<Agency | null> {
  const [row] = await db.rows<Agency>('SELECT id, number, name FROM agencies WHERE name = $1 OR id::text = $1', [nameOrId]);
  return row ?? null;
}

export type NewAccount = { agencyId: string | null; role: Role; name: string; email: string; passwordHash: string | null };

export async function createAccount(tx: Transaction, account: NewAccount): Promise<Account> {
  const id = newId();
  try {
    await tx.rows('INSERT INTO accounts (id, agency_id, role, name, email, password_hash) VALUES ($1, $2, $3, $4, $5, $6)', [
      id,
      account.agencyId,
      account.role,
      account.name,
      account.email,
      account.passwordHash,
    ]);
  } catch (error) {
    if (isDuplicate(error)) throw new AppError('conflict', `There is an account with the address ${account.email} already.`);
    throw error;
  }
  const made = await findAccount(tx, id);
  if (!made) throw new Error('an account that was just made is not there');
  return made;
}

type AccountRow = {
  id: string;
  number: number;
  name: string;
  email: string;
  role: Role;
  agency_id: string | null;
  agency_number: number | null;
  agency_name: string | null;
  contact_filter: ContactFilter | null;
  edit_window_ms: number | null;
};

const ACCOUNT = `SELECT a.id, a.number, a.name, a.email, a.role, g.id AS agency_id, g.number AS agency_number, g.name AS agency_name, g.contact_filter,
  g.edit_window_ms::float8 AS edit_window_ms
  FROM accounts a LEFT JOIN agencies g ON g.id = a.agency_id`;

/** By id or e-mail address. */
export async function findAccount(db: Reader, idOrEmail: string): Promise<Account | null> {
  const rows = UUID.test(idOrEmail)
    ? await db.rows<AccountRow>(`${ACCOUNT} WHERE a.id = $1`, [idOrEmail])
    : await db.rows<AccountRow>(`${ACCOUNT} WHERE lower(a.email) = lower($1)`, [idOrEmail]);
  return rows[0] ? toAccount(rows[0]) : null;
}

export function toAccount(row: AccountRow): Account {
  const { id, number, name, email, role, agency_id, agency_number, agency_name, contact_filter, edit_window_ms } = row;
  const agency =
    agency_id === null
      ? null
      : {
          id: agency_id,
          number: agency_number!,
          name: agency_name!,
          contactFilter: contact_filter!,
          editWindowMs: edit_window_ms!,
        };
  return { id, number, name, email, role, agency };
}

export type Credentials = { id: string; passwordHash: string | null; disabled: boolean };

export async function findCredentials(db: Reader, email: string): Promise<Credentials | null> {
  const [row] = await db.rows<{ id: string; password_hash: string | null; disabled: boolean }>(
    'SELECT id, password_hash, disabled_at IS NOT NULL AS disabled FROM accounts WHERE lower(email) = lower($1)',
    [email],
  );
  return row ? { id: row.id, passwordHash: row.password_hash, disabled: row.disabled } : null;
}

/**
 * The same, held: who changes the password or disables the account waits until this transaction ends, and then ends what it made.
 * @throws Error when there is no such account
 */
export async function holdCredentials(tx: Transaction, account: string): Promise<Credentials> {
  const [row] = await tx.rows<Credentials>(
    `SELECT id, password_hash AS "passwordHash", disabled_at IS NOT NULL AS disabled FROM accounts WHERE id = $1 FOR SHARE`,
    [account],
  );
  if (!row) throw new Error('there is no such account');
  return row;
}

/** Ends every session of the account; open sockets are closed by whoever listens. */
export async function disableAccount(tx: Transaction, account: string): Promise<void> {
  await tx.rows('UPDATE accounts SET disabled_at = coalesce(disabled_at, now()) WHERE id = $1', [account]);
  await tx.rows("UPDATE sessions SET revoked_at = now(), end_reason = 'disabled' WHERE account_id = $1 AND revoked_at IS NULL", [
    account,
  ]);
  await notify(tx, { kind: 'account', account });
}

/** Lets a disabled account in again. What was ended stays ended. @throws AppError conflict for who was erased */
export async function enableAccount(tx: Transaction, account: string): Promise<void> {
  const enabled = await tx.rows('UPDATE accounts SET disabled_at = NULL WHERE id = $1 AND erased_at IS NULL RETURNING id', [
    account,
  ]);
  if (enabled.length === 0)
    throw new AppError('conflict', 'This person was erased on request. Nobody can sign in as them again.');
  await notify(tx, { kind: 'account', account });
}

/** Within the agency, or between client and worker. Tells the account's own apps; open sockets are let go by whoever listens. */
export async function changeRole(tx: Transaction, account: string, role: Role): Promise<void> {
  await tx.rows('UPDATE accounts SET role = $2 WHERE id = $1', [account, role]);
  const streams = await appendFeed(tx, [{ stream: account, kind: 'account', account }]);
  await notify(tx, { kind: 'account', account });
  await notify(tx, { kind: 'feed', streams });
}
