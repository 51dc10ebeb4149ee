import { AppError } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';

import { isDuplicate, type Reader, type Transaction } from './database.ts';

/** What drives an agency's jobs from outside. */
export type ApiKey = { id: string; name: string; agencyId: string; issuer: string; makesAccounts: boolean };

export type ApiKeyRow = ApiKey & { createdAt: Date; lastUsedAt: Date | null; revokedAt: Date | null };

const COLUMNS = `id, name, agency_id AS "agencyId", issuer, makes_accounts AS "makesAccounts", created_at AS "createdAt",
  last_used_at AS "lastUsedAt", revoked_at AS "revokedAt"`;

/** @throws AppError conflict, when the agency has one of this name */
export async function insertApiKey(tx: Transaction, key: Omit<ApiKey, 'id'> & { hash: Buffer }): Promise<ApiKeyRow> {
  try {
    const [row] = await tx.rows<ApiKeyRow>(
      `INSERT INTO api_keys (id, agency_id, name, hash, issuer, makes_accounts) VALUES ($1, $2, $3, $4, $5, $6) RETURNING ${COLUMNS}`,
      [newId(), key.agencyId, key.name, key.hash, key.issuer, key.makesAccounts],
    );
    return row!;
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    throw new AppError('conflict', `The agency has a key named "${key.name}" already. Revoke it first, or take another name.`);
  }
}

/** One that is good now. */
export async function findApiKey(db: Reader, hash: Buffer): Promise<ApiKeyRow | null> {
  const [row] = await db.rows<ApiKeyRow>(`SELECT ${COLUMNS} FROM api_keys WHERE hash = $1 AND revoked_at IS NULL`, [hash]);
  return row ?? null;
}

/** Revoked ones too, the newest first. */
export async function apiKeysOf(db: Reader, agencyId: string): Promise<ApiKeyRow[]> {
  return db.rows<ApiKeyRow>(`SELECT ${COLUMNS} FROM api_keys WHERE agency_id = $1 ORDER BY created_at DESC, id DESC`, [agencyId]);
}

/** By id, or by the name of one that is good. False when there is none. */
export async function revokeApiKey(tx: Transaction, agencyId: string, nameOrId: string): Promise<boolean> {
  const gone = await tx.rows(
    `UPDATE api_keys SET revoked_at = now() WHERE agency_id = $1 AND (name = $2 OR id::text = $2) AND revoked_at IS NULL RETURNING id`,
    [agencyId, nameOrId],
  );
  return gone.length > 0;
}

/** Exact to an hour. */
export async function noteApiKeyUse(tx: Transaction, id: string): Promise<void> {
  await tx.rows('UPDATE api_keys SET last_used_at = now() WHERE id = $1', [id]);
}
