import type { ThreadName } from '#shared/ids.ts';
import { partIn, type Role } from '#shared/roles.ts';

import type { Reader } from './database.ts';

/**
 * Whether somebody is listed, in the row `p`, as one of the agency's own staff: they are by having written there. It lets them take part
 * for as long as they are its staff; staff of another agency, and employees, were added as who they are.
 */
export const IS_LISTED_AS_ITS_STAFF = `(p.role IN ('owner', 'staff') AND a.agency_id IS NOT DISTINCT FROM c.agency_id)`;

/**
 * Whether the account of the row `a` takes part in the conversation of the row `c`: the one rule of access, as SQL.
 * Staff take part in all of their agency's conversations unless they were taken out; everybody else where they are listed.
 */
export const TAKES_PART = `(a.disabled_at IS NULL AND CASE
  WHEN a.role IN ('owner', 'staff') AND a.agency_id = c.agency_id THEN NOT EXISTS (
    SELECT FROM participants p WHERE p.conversation_id = c.id AND p.account_id = a.id AND p.left_at IS NOT NULL)
  ELSE EXISTS (
    SELECT FROM participants p WHERE p.conversation_id = c.id AND p.account_id = a.id AND p.left_at IS NULL AND NOT ${IS_LISTED_AS_ITS_STAFF}) END)`;

/** … and sees the thread `team`. */
export const IS_ITS_STAFF = `(a.role IN ('owner', 'staff') AND a.agency_id IS NOT DISTINCT FROM c.agency_id)`;

/** `role`: the account's own; `part`: what it is in this conversation (`partIn`). */
export type Access = { agencyId: string; role: Role; part: Role; threads: ThreadName[] };

/** What an account may see of a conversation; `null`: nothing, also when there is no such conversation or account. */
export async function accessTo(db: Reader, account: string, conversation: string): Promise<Access | null> {
  const [row] = await db.rows<{ agency_id: string; role: Role; listed: Role | null; staff: boolean }>(
    `SELECT c.agency_id, a.role, ${IS_ITS_STAFF} AS staff,
       (SELECT p.role FROM participants p WHERE p.conversation_id = c.id AND p.account_id = a.id AND p.left_at IS NULL) AS listed
     FROM conversations c, accounts a WHERE c.id = $1 AND a.id = $2 AND ${TAKES_PART}`,
    [conversation, account],
  );
  if (!row) return null;
  const { agency_id: agencyId, role, listed, staff } = row;
  return { agencyId, role, part: partIn(role, staff, listed), threads: staff ? ['all', 'team'] : ['all'] };
}

/** Whether an account may see a thread. */
export async function accessToThread(db: Reader, account: string, conversation: string, thread: ThreadName): Promise<boolean> {
  const access = await accessTo(db, account, conversation);
  return access !== null && access.threads.includes(thread);
}
