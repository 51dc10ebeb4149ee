import type { Reader, Transaction } from './database.ts';

/** What a person's password is checked and chosen against. */
export type PasswordOwner = { account: string; name: string; email: string; passwordHash: string | null; disabled: boolean };

export async function passwordOwner(db: Reader, account: string): Promise<PasswordOwner | null> {
  const [row] = await db.rows<PasswordOwner>(
    `SELECT id AS account, name, email, password_hash AS "passwordHash", disabled_at IS NOT NULL AS disabled
     FROM accounts WHERE id = $1`,
    [account],
  );
  return row ?? null;
}

/** Also ends links that would set another. `null`: nobody can sign in by password until there is one. */
export async function setPassword(tx: Transaction, account: string, passwordHash: string | null): Promise<void> {
  await tx.rows('UPDATE accounts SET password_hash = $2 WHERE id = $1', [account, passwordHash]);
  await tx.rows('DELETE FROM password_resets WHERE account_id = $1', [account]);
}

/** The same, unless it was set by somebody else meanwhile: then false. */
export async function replacePassword(tx: Transaction, owner: PasswordOwner, passwordHash: string): Promise<boolean> {
  const [row] = await tx.rows<{ same: boolean }>('SELECT password_hash = $2 AS same FROM accounts WHERE id = $1 FOR UPDATE', [
    owner.account,
    owner.passwordHash,
  ]);
  if (!row?.same) return false;
  await setPassword(tx, owner.account, passwordHash);
  return true;
}

/** Of several the last one counts. Also clears away those that nobody used. */
export async function createReset(tx: Transaction, reset: { hash: Buffer; account: string; expiresAt: Date }): Promise<void> {
  await tx.rows('DELETE FROM password_resets WHERE account_id = $1 OR expires_at < now()', [reset.account]);
  await tx.rows('INSERT INTO password_resets (hash, account_id, expires_at) VALUES ($1, $2, $3)', [
    reset.hash,
    reset.account,
    reset.expiresAt,
  ]);
}

/** Whose reset this is, if it still is one. */
export async function findReset(db: Reader, hash: Buffer): Promise<string | null> {
  const [row] = await db.rows<{ account: string }>(
    'SELECT account_id AS account FROM password_resets WHERE hash = $1 AND expires_at > now()',
    [hash],
  );
  return row?.account ?? null;
}

/** Uses it up; false when somebody else just did. */
export async function takeReset(tx: Transaction, hash: Buffer): Promise<boolean> {
  const rows = await tx.rows('DELETE FROM password_resets WHERE hash = $1 AND expires_at > now() RETURNING hash', [hash]);
  return rows.length > 0;
}
