import { SYSTEM_CLIENT_ID } from '#shared/documents.ts';
import { newId, type ThreadName } from '#shared/ids.ts';
import type { Role } from '#shared/roles.ts';

import { column, slices } from './columns.ts';
import type { Reader, Transaction } from './database.ts';
import { insertEntries, insertEvents, insertMessages, type EventRow, type FactRow } from './fact-rows.ts';

/** Many rows at a time, for the import of a history. */
export type DocumentRow = {
  id: number;
  conversation: string;
  thread: ThreadName;
  epoch: number;
  n: number;
  entries: number;
  isNew: boolean;
};
export type ImportLogRow = { documentId: number; from: number; to: number; update: Uint8Array };
export type ContextRow = { documentId: number; key: string; clock: number; value: unknown };
export type ImportRows = {
  documents: DocumentRow[];
  log: ImportLogRow[];
  context: ContextRow[];
  /** Those of authors. */
  clocks: { documentId: number; client: number; next: number }[];
  /** Messages, each as it was written. */
  entries: FactRow[];
  events: EventRow[];
};

export function noRows(): ImportRows {
  return { documents: [], log: [], context: [], clocks: [], entries: [], events: [] };
}

const ROWS_AT_ONCE = 4_000;
const LOG_ROWS_AT_ONCE = 200;

export async function insertImport(tx: Transaction, rows: ImportRows): Promise<void> {
  await insertDocuments(tx, rows.documents);
  for (const some of slices(rows.context, 500)) {
    await tx.rows(
      `INSERT INTO document_context (document_id, key, clock, value) SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::jsonb[])`,
      [column(some, 'documentId'), column(some, 'key'), column(some, 'clock'), some.map(({ value }) => JSON.stringify(value))],
    );
  }
  // The position of a document is the server's own clock in it (decision 0001).
  const own = rows.documents.map(({ id, n }) => ({ documentId: id, client: SYSTEM_CLIENT_ID, next: n }));
  for (const some of slices([...rows.clocks, ...own], ROWS_AT_ONCE)) {
    await tx.rows(
      `INSERT INTO document_clocks (document_id, client_id, next_clock) SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[])
       ON CONFLICT (document_id, client_id) DO UPDATE SET next_clock = EXCLUDED.next_clock`,
      [column(some, 'documentId'), column(some, 'client'), column(some, 'next')],
    );
  }
  for (const some of slices(rows.log, LOG_ROWS_AT_ONCE)) {
    await tx.rows(
      `INSERT INTO document_log (document_id, n_from, n_to, update) SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bytea[])`,
      [column(some, 'documentId'), column(some, 'from'), column(some, 'to'), some.map(({ update }) => Buffer.from(update))],
    );
  }
  for (const some of slices(rows.entries, ROWS_AT_ONCE)) {
    await insertEntries(tx, some);
    await insertMessages(
      tx,
      some.flatMap(({ fact, ...entry }) =>
        fact.kind === 'message' ? [{ ...entry, fact, editedAt: null, removedAt: null }] : [],
      ),
    );
  }
  for (const some of slices(rows.events, ROWS_AT_ONCE)) await insertEvents(tx, some);
}

async function insertDocuments(tx: Transaction, documents: readonly DocumentRow[]): Promise<void> {
  for (const some of slices(documents, ROWS_AT_ONCE)) {
    await tx.rows(
      `INSERT INTO documents (id, conversation_id, thread, epoch, n, entries) OVERRIDING SYSTEM VALUE
       SELECT * FROM unnest($1::bigint[], $2::uuid[], $3::text[], $4::int[], $5::bigint[], $6::int[])
       ON CONFLICT (id) DO UPDATE SET n = EXCLUDED.n, entries = EXCLUDED.entries`,
      [
        column(some, 'id'),
        column(some, 'conversation'),
        column(some, 'thread'),
        column(some, 'epoch'),
        column(some, 'n'),
        column(some, 'entries'),
      ],
    );
  }
}

/** The first of `count` ids that documents may be inserted with, in order. */
export async function takeDocumentIds(tx: Transaction, count: number): Promise<number[]> {
  const rows = await tx.rows<{ id: number }>(
    `SELECT nextval(pg_get_serial_sequence('documents', 'id')) AS id FROM generate_series(1, $1)`,
    [count],
  );
  return rows.map(({ id }) => id);
}

/** A Yjs client id that no device has. */
export async function takeLease(tx: Transaction): Promise<number> {
  const [row] = await tx.rows<{ lease: number }>("SELECT nextval('leases') AS lease");
  return row!.lease;
}

export type KnownPerson = { id: string; email: string; role: Role; agencyId: string | null };

/** By e-mail address in lower case. */
export async function findPeople(db: Reader, emails: readonly string[]): Promise<Map<string, KnownPerson>> {
  const rows = await db.rows<KnownPerson & { lower: string }>(
    `SELECT id, email, role, agency_id AS "agencyId", lower(email) AS lower FROM accounts WHERE lower(email) = ANY ($1::text[])`,
    [emails.map((email) => email.toLowerCase())],
  );
  return new Map(rows.map(({ lower, ...person }) => [lower, person]));
}

export type NewPerson = { email: string; name: string; role: Role; agencyId: string | null };

export async function insertPeople(tx: Transaction, people: readonly NewPerson[], passwordHash: string | null): Promise<void> {
  for (const some of slices(people, ROWS_AT_ONCE)) {
    await tx.rows(
      `INSERT INTO accounts (id, agency_id, role, name, email, password_hash)
       SELECT id, agency, role, name, email, $6 FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[])
         AS u (id, agency, role, name, email)`,
      [
        some.map(() => newId()),
        column(some, 'agencyId'),
        column(some, 'role'),
        column(some, 'name'),
        column(some, 'email'),
        passwordHash,
      ],
    );
  }
}

/** Lets those who have no password sign in with this one. */
export async function setMissingPasswords(tx: Transaction, accounts: readonly string[], passwordHash: string): Promise<void> {
  await tx.rows('UPDATE accounts SET password_hash = $2 WHERE id = ANY ($1::uuid[]) AND password_hash IS NULL', [
    accounts,
    passwordHash,
  ]);
}
