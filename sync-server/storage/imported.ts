import type { Role } from '#shared/roles.ts';

import { column, slices } from './columns.ts';
import type { Reader, Transaction } from './database.ts';

// What came from another platform, under its ids there.

export type ImportedKind =
  | 'account'
  | 'agency-owner'
  | 'employee'
  | 'agency'
  | 'job'
  | 'conversation'
  | 'message'
  | 'message-part';
export type Imported<State> = { ours: string; state: State | null };

/** By their ids there; all of a kind where no ids are given. */
export async function findImported<State>(
  db: Reader,
  platform: string,
  kind: ImportedKind,
  ids?: readonly number[],
): Promise<Map<number, Imported<State>>> {
  const rows = await db.rows<{ id: number; ours: string; state: State | null }>(
    `SELECT id, ours, state FROM imported WHERE platform = $1 AND kind = $2 AND ($3::bigint[] IS NULL OR id = ANY ($3::bigint[]))`,
    [platform, kind, ids ?? null],
  );
  return new Map(rows.map(({ id, ours, state }) => [id, { ours, state }]));
}

export type ImportedRow = { kind: ImportedKind; id: number; ours: string; state?: unknown };

/** What is there already gets the new state. */
export async function putImported(tx: Transaction, platform: string, rows: readonly ImportedRow[]): Promise<void> {
  for (const some of slices(rows, 4_000)) {
    await tx.rows(
      `INSERT INTO imported (platform, kind, id, ours, state)
       SELECT $1, * FROM unnest($2::text[], $3::bigint[], $4::uuid[], $5::jsonb[])
       ON CONFLICT (platform, kind, id) DO UPDATE SET state = excluded.state`,
      [
        platform,
        column(some, 'kind'),
        column(some, 'id'),
        column(some, 'ours'),
        some.map(({ state }) => (state === undefined ? null : JSON.stringify(state))),
      ],
    );
  }
}

export type NamedConversation = {
  agency: string;
  externalId: string;
  conversation: string;
  job: string;
  /** By an import. */ imported: boolean;
};

/** Those that an agency's platform or import calls by these ids. */
export async function findNamed(
  db: Reader,
  names: readonly { agency: string; externalId: string }[],
): Promise<NamedConversation[]> {
  return db.rows<NamedConversation>(
    `SELECT c.agency_id AS agency, c.external_id AS "externalId", c.id AS conversation, c.job_id AS job,
       NOT EXISTS (SELECT FROM events e WHERE e.conversation_id = c.id AND e.event ->> 'type' = 'conversation-created') AS imported
     FROM conversations c WHERE (c.agency_id, c.external_id) IN (SELECT * FROM unnest($1::uuid[], $2::text[]))`,
    [column(names, 'agency'), column(names, 'externalId')],
  );
}

/** The tables whose rows have an integer id for JSON clients. */
export type Numbered = 'agencies' | 'accounts' | 'jobs' | 'conversations' | 'messages';

/** Which of these numbers are in use. */
export async function numbersInUse(db: Reader, table: Numbered, numbers: readonly number[]): Promise<Set<number>> {
  const rows = await db.rows<{ number: number }>(`SELECT number FROM ${table} WHERE number = ANY ($1::bigint[])`, [numbers]);
  return new Set(rows.map(({ number }) => number));
}

/**
 * From now on the table's own numbers begin above `most`. Where they do not yet, `headroom` more are left for what the platform
 * makes until its next import. Takes effect at once, whatever becomes of the transaction, which must do nothing else.
 */
export async function startNumbersAbove(tx: Transaction, table: Numbered, most: number, headroom: number): Promise<void> {
  // Whoever inserts waits: a number that was drawn meanwhile must not be drawn again.
  await tx.rows(`LOCK TABLE ${table} IN SHARE ROW EXCLUSIVE MODE`);
  await tx.rows(
    `SELECT setval('${table}_number_seq', $1::bigint + $2::bigint) FROM ${table}_number_seq WHERE last_value < $1::bigint`,
    [most, headroom],
  );
}

export type NewImportedAgency = { ours: string; name: string; number: number | null };

export async function insertImportedAgencies(tx: Transaction, agencies: readonly NewImportedAgency[]): Promise<void> {
  await tx.rows(
    `INSERT INTO agencies (id, number, name) OVERRIDING SYSTEM VALUE
     SELECT id, coalesce(number, nextval('agencies_number_seq')), name FROM unnest($1::uuid[], $2::bigint[], $3::text[]) AS u (id, number, name)`,
    [column(agencies, 'ours'), column(agencies, 'number'), column(agencies, 'name')],
  );
}

export async function agenciesNamed(db: Reader, names: readonly string[]): Promise<Map<string, string>> {
  const rows = await db.rows<{ id: string; name: string }>('SELECT id, name FROM agencies WHERE name = ANY ($1::text[])', [
    names,
  ]);
  return new Map(rows.map(({ id, name }) => [name, id]));
}

export type NewImportedPerson = {
  ours: string;
  agency: string | null;
  number: number | null;
  role: Role;
  name: string;
  email: string;
  disabled: boolean;
};

export async function insertImportedPeople(
  tx: Transaction,
  people: readonly NewImportedPerson[],
  passwordHash: string | null,
): Promise<void> {
  for (const some of slices(people, 4_000)) {
    await tx.rows(
      `INSERT INTO accounts (id, agency_id, number, role, name, email, password_hash, disabled_at) OVERRIDING SYSTEM VALUE
       SELECT id, agency, coalesce(number, nextval('accounts_number_seq')), role, name, email, $8, CASE WHEN disabled THEN now() END
       FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::boolean[])
         AS u (id, agency, number, role, name, email, disabled)`,
      [
        column(some, 'ours'),
        column(some, 'agency'),
        column(some, 'number'),
        column(some, 'role'),
        column(some, 'name'),
        column(some, 'email'),
        column(some, 'disabled'),
        passwordHash,
      ],
    );
  }
}

/** Of tables that have just been filled Postgres knows nothing yet, and would read them whole for a few rows. */
export async function countAnew(tx: Transaction): Promise<void> {
  await tx.rows('ANALYZE imported, accounts, conversations, participants, threads, documents, entries, messages');
}

/** Of these accounts, those that may still sign in. */
export async function enabledOf(db: Reader, accounts: readonly string[]): Promise<string[]> {
  const rows = await db.rows<{ id: string }>('SELECT id FROM accounts WHERE id = ANY ($1::uuid[]) AND disabled_at IS NULL', [
    accounts,
  ]);
  return rows.map(({ id }) => id);
}
