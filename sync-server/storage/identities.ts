import { randomBytes } from 'node:crypto';

import { AppError } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import type { Role } from '#shared/roles.ts';

import { isDuplicate, type Reader, type Transaction } from './database.ts';
import { notify } from './notify.ts';
import { createDevice, createSession } from './sessions.ts';

/** A person, as a platform knows them: who says so, and under which id. */
export type Identity = { issuer: string; subject: string };

export type KnownIdentity = {
  account: string;
  role: Role;
  agency: { id: string; name: string } | null;
  disabled: boolean;
  /** When the token was issued by which the role was last changed. */
  roleAt: Date | null;
  /** Tokens issued up to then are refused. */
  revokedAt: Date | null;
  /** The session under which this account's tokens are used as they are. `usedAt` is exact to an hour. */
  session: { id: string; usedAt: Date } | null;
};

type IdentityRow = Pick<KnownIdentity, 'account' | 'role' | 'disabled'> & {
  role_at: Date | null;
  agency_id: string | null;
  agency_name: string | null;
  revoked_at: Date | null;
  session: string | null;
  used_at: Date | null;
};

export async function findIdentity(db: Reader, { issuer, subject }: Identity): Promise<KnownIdentity | null> {
  const [row] = await db.rows<IdentityRow>(
    `SELECT a.id AS account, a.role, a.disabled_at IS NOT NULL AS disabled, i.role_at, g.id AS agency_id, g.name AS agency_name,
       (SELECT max(r.revoked_at) FROM sessions r WHERE r.account_id = a.id AND r.via = 'token') AS revoked_at,
       s.id AS session, s.last_used_at AS used_at
     FROM identities i JOIN accounts a ON a.id = i.account_id LEFT JOIN agencies g ON g.id = a.agency_id
       LEFT JOIN sessions s ON s.account_id = a.id AND s.via = 'token' AND s.revoked_at IS NULL
     WHERE i.issuer = $1 AND i.subject = $2`,
    [issuer, subject],
  );
  if (!row) return null;
  const { account, role, disabled, agency_id, agency_name, session, used_at } = row;
  return {
    account,
    role,
    disabled,
    agency: agency_id === null ? null : { id: agency_id, name: agency_name! },
    roleAt: row.role_at,
    revokedAt: row.revoked_at,
    session: session === null ? null : { id: session, usedAt: used_at! },
  };
}

/** Whoever meets the same new person at the same time waits here until this transaction ends. */
export async function lockIdentity(tx: Transaction, { issuer, subject }: Identity): Promise<void> {
  await tx.rows('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [JSON.stringify(['identity', issuer, subject])]);
}

/** A token of this time has said the role; false when a newer one has. */
export async function noteRole(tx: Transaction, { issuer, subject }: Identity, issuedAt: Date): Promise<boolean> {
  const rows = await tx.rows(
    `UPDATE identities SET role_at = $3 WHERE issuer = $1 AND subject = $2 AND (role_at IS NULL OR role_at <= $3) RETURNING issuer`,
    [issuer, subject, issuedAt],
  );
  return rows.length > 0;
}

/** @throws AppError conflict, when either is linked already */
export async function linkIdentity(tx: Transaction, { issuer, subject }: Identity, account: string): Promise<void> {
  try {
    await tx.rows('INSERT INTO identities (issuer, subject, account_id) VALUES ($1, $2, $3)', [issuer, subject, account]);
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    throw new AppError('conflict', 'This account or this person of the platform is linked already, and stays with whom it is.');
  }
}

/** The account's session for tokens; made when there is none. Of two that ask at once both get the same. `null`: it ended since `issuedAt`. */
export async function openTokenSession(tx: Transaction, account: string, issuedAt: Date): Promise<string | null> {
  // Its row is what the two meet at.
  await tx.rows('SELECT FROM accounts WHERE id = $1 FOR UPDATE', [account]);
  const [known] = await tx.rows<{ id: string }>(
    "SELECT id FROM sessions WHERE account_id = $1 AND via = 'token' AND revoked_at IS NULL",
    [account],
  );
  if (known) return known.id;
  const [ended] = await tx.rows("SELECT FROM sessions WHERE account_id = $1 AND via = 'token' AND revoked_at >= $2 LIMIT 1", [
    account,
    issuedAt,
  ]);
  if (ended) return null;
  const device = await createDevice(tx, account, 'By token of the platform');
  const id = newId();
  // Nobody knows this secret: it can't be refreshed.
  await createSession(tx, { id, account, device: device.id, refreshHash: randomBytes(32), via: 'token' });
  return id;
}

/** Ends what a platform signed in: its tokens up to now, and the sessions that were had for them. */
export async function endPlatformSessions(tx: Transaction, account: string): Promise<void> {
  const ended = await tx.rows(
    "UPDATE sessions SET revoked_at = now(), end_reason = 'platform' WHERE account_id = $1 AND via <> 'password' AND revoked_at IS NULL RETURNING id",
    [account],
  );
  if (ended.length > 0) await notify(tx, { kind: 'account', account });
}

/**
 * Links the accounts that an import made, by their ids there. Those that somebody has used here, by password or session, are left:
 * an import takes an account of an equal address for its own, and that alone must hand nobody an account of somebody else.
 * @returns `left`: their e-mail addresses
 */
export async function linkImported(
  tx: Transaction,
  platform: string,
  issuer: string,
): Promise<{ linked: number; left: string[] }> {
  const [row] = await tx.rows<{ linked: number; left: string[] }>(
    `WITH wanted AS (
       SELECT i.id::text AS subject, a.id AS account, a.email,
         a.password_hash IS NOT NULL OR EXISTS (SELECT FROM sessions s WHERE s.account_id = a.id) AS used
       FROM imported i JOIN accounts a ON a.id = i.ours
       WHERE i.platform = $1 AND i.kind = 'account' AND NOT EXISTS (
         SELECT FROM identities x WHERE x.issuer = $2 AND (x.account_id = a.id OR x.subject = i.id::text))),
     added AS (
       INSERT INTO identities (issuer, subject, account_id) SELECT $2, subject, account FROM wanted WHERE NOT used
       ON CONFLICT DO NOTHING RETURNING 1)
     SELECT (SELECT count(*) FROM added) AS linked,
       coalesce((SELECT array_agg(email ORDER BY email) FROM wanted WHERE used), '{}') AS left`,
    [platform, issuer],
  );
  return row!;
}
