import type { Role } from '#shared/roles.ts';

import type { KnownAccount, KnownFile, Known } from '../sync/acceptance/decide.ts';
import type { Reader } from './database.ts';

/** The reads behind a batch's state, one statement each, whatever the number of updates. */

export async function loadClocks(sql: Reader, documents: number[]): Promise<Map<string, number>> {
  const found = await sql.rows<{ document_id: string; client_id: string; next_clock: string }>(
    'SELECT document_id, client_id, next_clock FROM document_clocks WHERE document_id = ANY($1::bigint[])',
    [documents],
  );
  return new Map(found.map((row) => [`${row.document_id}/${row.client_id}`, Number(row.next_clock)]));
}

export async function loadStructs(
  sql: Reader,
  wanted: { document: number; client: number; clock: number }[],
): Promise<Map<string, { hash: Buffer; emptied: boolean }>> {
  if (wanted.length === 0) return new Map();
  const found = await sql.rows<{ document_id: string; client_id: string; clock: string; hash: Buffer; emptied: boolean }>(
    `SELECT document_id, client_id, clock, hash, emptied FROM unnest($1::bigint[], $2::bigint[], $3::bigint[])
       AS k (document_id, client_id, clock) JOIN entries USING (document_id, client_id, clock)`,
    [wanted.map(({ document }) => document), wanted.map(({ client }) => client), wanted.map(({ clock }) => clock)],
  );
  return new Map(
    found.map((row) => [`${row.document_id}/${row.client_id}/${row.clock}`, { hash: row.hash, emptied: row.emptied }]),
  );
}

/** Sorted clocks by `<document>/<client>`. */
export async function loadDeletes(sql: Reader, documents: number[]): Promise<Map<string, number[]>> {
  const clocks = new Map<string, number[]>();
  if (documents.length === 0) return clocks;
  const found = await sql.rows<{ document_id: string; client_id: string; clock: string }>(
    'SELECT document_id, client_id, clock FROM document_deletes WHERE document_id = ANY($1::bigint[]) ORDER BY clock',
    [documents],
  );
  for (const row of found) {
    const id = `${row.document_id}/${row.client_id}`;
    const list = clocks.get(id);
    if (list) list.push(Number(row.clock));
    else clocks.set(id, [Number(row.clock)]);
  }
  return clocks;
}

export async function loadConversations(sql: Reader, ids: string[]): Promise<Map<string, Known['conversation']>> {
  const found = await sql.rows<{ id: string; agency: string; locks: string[]; edit_window_ms: string }>(
    `SELECT c.id, c.agency_id AS agency, c.locks, a.edit_window_ms FROM conversations c JOIN agencies a ON a.id = c.agency_id
     WHERE c.id = ANY($1::uuid[])`,
    [ids],
  );
  return new Map(
    found.map((row) => [row.id, { agency: row.agency, locks: row.locks, editWindowMs: Number(row.edit_window_ms) }]),
  );
}

export async function loadParticipants(sql: Reader, conversations: string[]): Promise<Map<string, { left: boolean }>> {
  const found = await sql.rows<{ conversation_id: string; account_id: string; left: boolean }>(
    'SELECT conversation_id, account_id, left_at IS NOT NULL AS left FROM participants WHERE conversation_id = ANY($1::uuid[])',
    [conversations],
  );
  return new Map(found.map((row) => [`${row.conversation_id}/${row.account_id}`, { left: row.left }]));
}

export async function loadAccounts(
  sql: Reader,
  ids: string[],
  leases: number[],
): Promise<{ accounts: Map<string, KnownAccount & { name: string }>; leases: Map<number, string> }> {
  const accounts = await sql.rows<{ id: string; agency: string | null; role: Role; name: string; disabled: boolean }>(
    'SELECT id, agency_id AS agency, role, name, disabled_at IS NOT NULL AS disabled FROM accounts WHERE id = ANY($1::uuid[])',
    [ids],
  );
  const devices = await sql.rows<{ client_id: string; account_id: string }>(
    'SELECT client_id, account_id FROM devices WHERE client_id = ANY($1::bigint[])',
    [leases],
  );
  return {
    accounts: new Map(accounts.map(({ id, ...account }) => [id, account])),
    leases: new Map(devices.map((row) => [Number(row.client_id), row.account_id])),
  };
}

export async function loadFiles(sql: Reader, ids: string[]): Promise<Map<string, KnownFile>> {
  if (ids.length === 0) return new Map();
  const found = await sql.rows<{
    id: string;
    conversation_id: string;
    thread: string;
    account_id: string;
    name: string;
    type: string;
    bytes: string;
    width: number | null;
    height: number | null;
  }>('SELECT id, conversation_id, thread, account_id, name, type, bytes, width, height FROM files WHERE id = ANY($1::uuid[])', [
    ids,
  ]);
  return new Map(
    found.map((row) => [
      `${row.conversation_id}/${row.thread}/${row.id}`,
      {
        id: row.id,
        account: row.account_id,
        name: row.name,
        type: row.type,
        bytes: Number(row.bytes),
        ...(row.width === null ? {} : { width: row.width }),
        ...(row.height === null ? {} : { height: row.height }),
      },
    ]),
  );
}
