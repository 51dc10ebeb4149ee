import type { Invitation } from '#shared/api/people.ts';
import { newId } from '#shared/ids.ts';

import type { Reader, Transaction } from './database.ts';

export type NewInvitation = {
  hash: Buffer;
  agencyId: string;
  email: string;
  role: Invitation['role'];
  name: string | null;
  /** `null`: the command line. */
  by: string | null;
  expiresAt: Date;
};

type InvitationRow = {
  id: string;
  email: string;
  role: Invitation['role'];
  name: string | null;
  created_at: Date;
  expires_at: Date;
  state: Invitation['state'];
};

const COLUMNS = `i.id, i.email, i.role, i.name, i.created_at, i.expires_at,
  CASE WHEN i.accepted_at IS NOT NULL THEN 'accepted' WHEN i.revoked_at IS NOT NULL THEN 'revoked'
    WHEN i.expires_at <= now() THEN 'expired' ELSE 'open' END AS state`;

/** Whoever was invited to the same place by the same address before now has this invitation instead. */
export async function createInvitation(tx: Transaction, made: NewInvitation): Promise<Invitation> {
  const { hash, agencyId, email, role, name, by, expiresAt } = made;
  // Two at once for one address would meet at the index; so they meet here.
  await tx.rows('SELECT FROM agencies WHERE id = $1 FOR UPDATE', [agencyId]);
  await tx.rows(
    `UPDATE invitations SET revoked_at = now()
     WHERE agency_id = $1 AND lower(email) = lower($2) AND accepted_at IS NULL AND revoked_at IS NULL`,
    [agencyId, email],
  );
  const [row] = await tx.rows<InvitationRow>(
    `INSERT INTO invitations AS i (id, hash, agency_id, email, role, name, invited_by, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING ${COLUMNS}`,
    [newId(), hash, agencyId, email, role, name, by, expiresAt],
  );
  return toInvitation(row!);
}

/** The newest of an agency. */
export async function invitationsOf(db: Reader, agencyId: string): Promise<Invitation[]> {
  const rows = await db.rows<InvitationRow>(
    `SELECT ${COLUMNS} FROM invitations i WHERE i.agency_id = $1 ORDER BY i.created_at DESC, i.id DESC LIMIT 500`,
    [agencyId],
  );
  return rows.map(toInvitation);
}

/** False when the agency has no such invitation that could still be accepted. */
export async function revokeInvitation(tx: Transaction, id: string, agencyId: string): Promise<boolean> {
  const rows = await tx.rows(
    `UPDATE invitations SET revoked_at = now()
     WHERE id = $1 AND agency_id = $2 AND accepted_at IS NULL AND revoked_at IS NULL RETURNING id`,
    [id, agencyId],
  );
  return rows.length > 0;
}

export type OpenInvitation = {
  id: string;
  agencyId: string;
  agencyName: string;
  email: string;
  role: Invitation['role'];
  name: string | null;
};

const OPEN = `SELECT i.id, i.agency_id AS "agencyId", g.name AS "agencyName", i.email, i.role, i.name
  FROM invitations i JOIN agencies g ON g.id = i.agency_id
  WHERE i.hash = $1 AND i.accepted_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > now()`;

/** `null` when it isn't one, or can't be accepted any more. */
export async function findOpenInvitation(db: Reader, hash: Buffer): Promise<OpenInvitation | null> {
  return (await db.rows<OpenInvitation>(OPEN, [hash]))[0] ?? null;
}

/** The same, held until the transaction ends: of two who accept at once one waits, and then finds none. */
export async function lockOpenInvitation(tx: Transaction, hash: Buffer): Promise<OpenInvitation | null> {
  return (await tx.rows<OpenInvitation>(`${OPEN} FOR UPDATE OF i`, [hash]))[0] ?? null;
}

export async function acceptInvitation(tx: Transaction, id: string, account: string): Promise<void> {
  await tx.rows('UPDATE invitations SET accepted_at = now(), account_id = $2 WHERE id = $1', [id, account]);
}

function toInvitation({ id, email, role, name, created_at, expires_at, state }: InvitationRow): Invitation {
  return { id, email, role, name, state, createdAt: created_at.toISOString(), expiresAt: expires_at.toISOString() };
}
