import type { Reader, Transaction } from './database.ts';

/** How long an agency keeps messages (`24mo`); `null`: for good. */
export async function setMessageKeep(tx: Transaction, agency: string, keep: string | null): Promise<void> {
  // What is due by another time is looked for at once.
  await tx.rows('UPDATE agencies SET message_keep = $2, retention_at = NULL WHERE id = $1', [agency, keep]);
}

export async function messageKeep(db: Reader, agency: string): Promise<string | null> {
  const [row] = await db.rows<{ keep: string | null }>('SELECT message_keep AS keep FROM agencies WHERE id = $1', [agency]);
  return row?.keep ?? null;
}

/** Agencies where older messages were not taken away in the last day. */
export async function agenciesDue(db: Reader, now: Date): Promise<{ agency: string; keep: string }[]> {
  return db.rows<{ agency: string; keep: string }>(
    `SELECT id AS agency, message_keep AS keep FROM agencies
     WHERE message_keep IS NOT NULL AND (retention_at IS NULL OR retention_at <= $1::timestamptz - interval '1 day') ORDER BY id`,
    [now],
  );
}

export async function noteRetention(tx: Transaction, agency: string, now: Date): Promise<void> {
  await tx.rows('UPDATE agencies SET retention_at = $2 WHERE id = $1', [agency, now]);
}

/** An agency's conversations after the id `after`, in order. */
export async function conversationsOf(db: Reader, agency: string, after: string | null, limit: number): Promise<string[]> {
  const rows = await db.rows<{ id: string }>(
    'SELECT id FROM conversations WHERE agency_id = $1 AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3',
    [agency, after, limit],
  );
  return rows.map(({ id }) => id);
}
