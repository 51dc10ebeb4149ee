import { randomBytes } from 'node:crypto';

import { newId } from '#shared/ids.ts';
import type { Role } from '#shared/roles.ts';

import { givenRows } from './asked.ts';
import type { Reader, Transaction } from './database.ts';
import { notify } from './notify.ts';

/** How long a session lives without being used. */
const SESSION = "interval '90 days'";

/** The secret of that name that all nodes share; made by whoever needs it first. */
export async function serverKey(tx: Transaction, name: string): Promise<Buffer> {
  await tx.rows('INSERT INTO server_keys (name, secret) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING', [name, randomBytes(32)]);
  const [row] = await tx.rows<{ secret: Buffer }>('SELECT secret FROM server_keys WHERE name = $1', [name]);
  return row!.secret;
}

export type Device = { id: string; name: string; clientId: number };

/** Every sign-in is a device of its own, with a Yjs client id of its own. */
export async function createDevice(tx: Transaction, account: string, name: string): Promise<Device> {
  const [row] = await tx.rows<Device>(
    'INSERT INTO devices (id, account_id, name) VALUES ($1, $2, $3) RETURNING id, name, client_id AS "clientId"',
    [newId(), account, name],
  );
  return row!;
}

/** A new lease: the old client id is never written under again. */
export async function renewLease(tx: Transaction, device: string): Promise<number> {
  const [row] = await tx.rows<{ client_id: number }>(
    "UPDATE devices SET client_id = nextval('leases') WHERE id = $1 RETURNING client_id",
    [device],
  );
  return row!.client_id;
}

/** By password; in exchange for a platform's token; or the one under which an account's platform tokens are used as they are. */
export type SessionKind = 'password' | 'platform' | 'token';

export async function createSession(
  tx: Transaction,
  session: { id: string; account: string; device: string; refreshHash: Buffer; via?: SessionKind },
): Promise<void> {
  const { id, account, device, refreshHash, via = 'password' } = session;
  await tx.rows(
    `INSERT INTO sessions (id, account_id, device_id, refresh_hash, via, expires_at) VALUES ($1, $2, $3, $4, $5, now() + ${SESSION})`,
    [id, account, device, refreshHash, via],
  );
}

/** It was used just now, and lives on from here. */
export async function touchSession(tx: Transaction, session: string): Promise<void> {
  await tx.rows(`UPDATE sessions SET last_used_at = now(), expires_at = now() + ${SESSION} WHERE id = $1`, [session]);
}

export type Caller = {
  account: string;
  name: string;
  role: Role;
  agencyId: string | null;
  session: string;
  device: Device;
  /** When the sign-in ends although the session goes on: that of a platform's token. */
  until: Date | null;
};
/** `wipe`: it was ended with the wish that what is on its device goes, which holds however long ago that was. */
export type SessionState = { caller: Caller; standing: 'open' | 'ended' | 'wipe' | 'disabled' };

/** By its own device; by another one or who runs the server, without and with what is there; by a new password; … */
export type SessionEnd = 'signed-out' | 'ended' | 'wipe' | 'password' | 'reused' | 'platform' | 'disabled';

type CallerRow = {
  account: string;
  name: string;
  role: Role;
  agency_id: string | null;
  session: string;
  device: string;
  device_name: string;
  client_id: number;
  standing: SessionState['standing'];
};

/** Who these sessions are, as of now; `null` for what isn't one. */
export async function findSessions(db: Reader, sessions: readonly string[]): Promise<(SessionState | null)[]> {
  const { given, values } = givenRows(
    ['uuid'],
    sessions.map((session) => [session]),
  );
  const rows = await db.rows<CallerRow>(
    `SELECT a.id AS account, a.name, a.role, a.agency_id, s.id AS session, d.id AS device, d.name AS device_name, d.client_id,
       CASE WHEN a.disabled_at IS NOT NULL THEN 'disabled' WHEN s.end_reason = 'wipe' THEN 'wipe'
         WHEN s.revoked_at IS NOT NULL OR s.expires_at < now() THEN 'ended' ELSE 'open' END AS standing
     FROM ${given} AS k (id) JOIN sessions s ON s.id = k.id JOIN accounts a ON a.id = s.account_id JOIN devices d ON d.id = s.device_id`,
    values,
  );
  const states = new Map(rows.map((row) => [row.session, stateOf(row)]));
  return sessions.map((session) => states.get(session) ?? null);
}

function stateOf({ account, name, role, agency_id, session, device, device_name, client_id, standing }: CallerRow): SessionState {
  const of = { id: device, name: device_name, clientId: client_id };
  return { caller: { account, name, role, agencyId: agency_id, session, device: of, until: null }, standing };
}

export type RefreshHashes = { current: Buffer; previous: Buffer | null };

/** Locks the session for its rotation. */
export async function lockSession(tx: Transaction, session: string): Promise<RefreshHashes | null> {
  const [row] = await tx.rows<RefreshHashes>(
    'SELECT refresh_hash AS current, previous_hash AS previous FROM sessions WHERE id = $1 FOR UPDATE',
    [session],
  );
  return row ?? null;
}

export async function rotateSession(
  tx: Transaction,
  session: string,
  hashes: { previous: Buffer; current: Buffer },
): Promise<void> {
  await tx.rows(
    `UPDATE sessions SET previous_hash = $2, refresh_hash = $3, last_used_at = now(), expires_at = now() + ${SESSION} WHERE id = $1`,
    [session, hashes.previous, hashes.current],
  );
}

/**
 * One that can still be ended: it is alive; or its device is to be wiped after all, as of a computer that is missed only after a new
 * password ended its session. Who signed out by themselves has no way back to here by which they could be told.
 */
const CAN_END = `(revoked_at IS NULL OR ($2 = 'wipe' AND end_reason IS DISTINCT FROM 'wipe' AND end_reason IS DISTINCT FROM 'signed-out'))`;

/** True when it could be ended and is this account's. */
export async function revokeSession(tx: Transaction, session: string, account: string, why: SessionEnd): Promise<boolean> {
  const rows = await tx.rows(
    `UPDATE sessions SET revoked_at = coalesce(revoked_at, now()), end_reason = $2 WHERE id = $1 AND account_id = $3 AND ${CAN_END}
     RETURNING id`,
    [session, why, account],
  );
  if (rows.length > 0) await notify(tx, { kind: 'session', session });
  return rows.length > 0;
}

/** All of an account's, or all but one; whoever listens closes what is open under them. Tells how many. */
export async function endSessions(tx: Transaction, account: string, why: SessionEnd, but: string | null = null): Promise<number> {
  const rows = await tx.rows(
    `UPDATE sessions SET revoked_at = coalesce(revoked_at, now()), end_reason = $2
     WHERE account_id = $1 AND ${CAN_END} AND id IS DISTINCT FROM $3::uuid RETURNING id`,
    [account, why, but],
  );
  await notify(tx, { kind: 'account', account });
  return rows.length;
}

export type SessionRow = { id: string; device_id: string; device_name: string; created_at: Date; last_used_at: Date };

export async function sessionsOf(db: Reader, account: string): Promise<SessionRow[]> {
  return db.rows<SessionRow>(
    `SELECT s.id, d.id AS device_id, d.name AS device_name, s.created_at, s.last_used_at
     FROM sessions s JOIN devices d ON d.id = s.device_id
     WHERE s.account_id = $1 AND s.revoked_at IS NULL AND s.expires_at > now() ORDER BY s.last_used_at DESC, s.id`,
    [account],
  );
}

/** `until`: when the sign-in ends with which it was asked for, if before its session. */
export type NewTicket = { hash: Buffer; session: string; expiresAt: Date; until: Date | null };

/** Also clears away the tickets that nobody used. */
export async function createTicket(tx: Transaction, { hash, session, expiresAt, until }: NewTicket): Promise<void> {
  await tx.rows('DELETE FROM tickets WHERE expires_at < now()');
  await tx.rows('INSERT INTO tickets (hash, session_id, expires_at, sign_in_until) VALUES ($1, $2, $3, $4)', [
    hash,
    session,
    expiresAt,
    until,
  ]);
}

/** The session of a ticket, which is used up by this. */
export async function redeemTicket(tx: Transaction, hash: Buffer): Promise<{ session: string; until: Date | null } | null> {
  const [row] = await tx.rows<{ session: string; until: Date | null; late: boolean }>(
    'DELETE FROM tickets WHERE hash = $1 RETURNING session_id AS session, sign_in_until AS until, expires_at < now() AS late',
    [hash],
  );
  return row && !row.late ? { session: row.session, until: row.until } : null;
}
