import type { Role } from '#shared/roles.ts';

import type { Reader } from './database.ts';

// What there is, for whoever runs the server and looks for an id. Newest first.

export type ListedAgency = {
  id: string;
  number: number;
  name: string;
  keep: string | null;
  people: number;
  conversations: number;
  createdAt: Date;
};

export async function listAgencies(db: Reader): Promise<ListedAgency[]> {
  return db.rows<ListedAgency>(
    `SELECT g.id, g.number, g.name, g.message_keep AS keep, g.created_at AS "createdAt",
       (SELECT count(*) FROM accounts a WHERE a.agency_id = g.id AND a.disabled_at IS NULL) AS people,
       (SELECT count(*) FROM conversations c WHERE c.agency_id = g.id) AS conversations
     FROM agencies g ORDER BY g.number DESC`,
  );
}

export type ListedAccount = {
  id: string;
  number: number;
  name: string;
  email: string;
  role: Role;
  agency: string | null;
  state: 'active' | 'disabled' | 'erased';
  createdAt: Date;
};

/** `agency`: whose own people, or who takes part in one of its conversations. `search`: a part of the name or the address. */
export async function findAccounts(
  db: Reader,
  { agency, role, search, limit }: { agency: string | null; role: Role | null; search: string | null; limit: number },
): Promise<ListedAccount[]> {
  return db.rows<ListedAccount>(
    `SELECT a.id, a.number, a.name, a.email, a.role, g.name AS agency, a.created_at AS "createdAt",
       CASE WHEN a.erased_at IS NOT NULL THEN 'erased' WHEN a.disabled_at IS NOT NULL THEN 'disabled' ELSE 'active' END AS state
     FROM accounts a LEFT JOIN agencies g ON g.id = a.agency_id
     WHERE ($1::uuid IS NULL OR a.agency_id = $1 OR EXISTS (SELECT FROM participants p JOIN conversations c ON c.id = p.conversation_id
         WHERE p.account_id = a.id AND c.agency_id = $1))
       AND ($2::text IS NULL OR a.role = $2)
       AND ($3::text IS NULL OR position(lower($3) IN lower(a.name)) > 0 OR position(lower($3) IN lower(a.email)) > 0)
     ORDER BY a.number DESC LIMIT $4`,
    [agency, role, search, limit],
  );
}

export type ListedConversation = {
  id: string;
  number: number;
  title: string;
  status: string;
  agency: string;
  participants: string[];
  messages: number;
  lastActivityAt: Date;
};

/** `account`: who takes part. `search`: a part of the title or of a participant's name. */
export async function findConversations(
  db: Reader,
  { agency, account, search, limit }: { agency: string | null; account: string | null; search: string | null; limit: number },
): Promise<ListedConversation[]> {
  return db.rows<ListedConversation>(
    `SELECT c.id, c.number, j.title, j.status, g.name AS agency, c.last_activity_at AS "lastActivityAt",
       ARRAY(SELECT a.name FROM participants p JOIN accounts a ON a.id = p.account_id
         WHERE p.conversation_id = c.id AND p.left_at IS NULL ORDER BY a.name) AS participants,
       (SELECT count(*) FROM messages m WHERE m.conversation_id = c.id AND m.removed_at IS NULL) AS messages
     FROM conversations c JOIN jobs j ON j.id = c.job_id JOIN agencies g ON g.id = c.agency_id
     WHERE ($1::uuid IS NULL OR c.agency_id = $1)
       AND ($2::uuid IS NULL OR EXISTS (SELECT FROM participants p WHERE p.conversation_id = c.id AND p.account_id = $2))
       AND ($3::text IS NULL OR position(lower($3) IN lower(j.title)) > 0 OR EXISTS (
         SELECT FROM participants p JOIN accounts a ON a.id = p.account_id
         WHERE p.conversation_id = c.id AND position(lower($3) IN lower(a.name)) > 0))
     ORDER BY c.last_activity_at DESC, c.id DESC LIMIT $4`,
    [agency, account, search, limit],
  );
}
