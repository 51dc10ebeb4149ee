import type { ContactFilter } from '#shared/contact-details.ts';
import type { Role } from '#shared/roles.ts';
import type { DeleteRange } from '#shared/update-codec.ts';

import type { KnownAccount, KnownFile, KnownParticipant, Known } from '../sync/acceptance/decide.ts';
import { IS_ITS_STAFF, IS_LISTED_AS_ITS_STAFF } from './access.ts';
import { STARTS_AT } from './closed.ts';
import type { Reader } from './database.ts';
import { entriesAt, placesOf, toEntry, type EntryFields, type FoundEntry, type WantedEntry } from './found-entries.ts';

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

/**
 * The same of these ranges alone. Keys of a person's own document are set again for years, drafts many times a day: a commit looks at what
 * it deletes, and not at all that ever was.
 */
export async function loadDeletesWithin(
  sql: Reader,
  ranges: readonly (DeleteRange & { document: number })[],
): Promise<Map<string, number[]>> {
  const clocks = new Map<string, number[]>();
  if (ranges.length === 0) return clocks;
  const found = await sql.rows<{ document_id: string; client_id: string; clock: string }>(
    `SELECT DISTINCT d.document_id, d.client_id, d.clock
     FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[]) AS r (document, client, first, past)
     JOIN document_deletes d ON d.document_id = r.document AND d.client_id = r.client AND d.clock >= r.first AND d.clock < r.past
     ORDER BY d.clock`,
    [
      ranges.map(({ document }) => document),
      ranges.map(({ client }) => client),
      ranges.map(({ clock }) => clock),
      ranges.map(({ clock, length }) => clock + length),
    ],
  );
  for (const row of found) {
    const id = `${row.document_id}/${row.client_id}`;
    const list = clocks.get(id);
    if (list) list.push(Number(row.clock));
    else clocks.set(id, [Number(row.clock)]);
  }
  return clocks;
}

export type KnownPeople = {
  clocks: Map<string, number>;
  conversations: Map<string, Known['conversation']>;
  /** By `<conversation>/<account>`. `staff`: of the agency's staff now. */
  participants: Map<string, KnownParticipant & { account: string; staff: boolean }>;
  /** The same, by conversation. */
  listed: Map<string, (KnownParticipant & { account: string; staff: boolean })[]>;
  accounts: Map<string, KnownAccount & { name: string }>;
  /** Whose a client id is. */
  leases: Map<number, string>;
};

/** Small rows of six tables in one statement: a commit's cost is the number of its statements. */
export async function loadPeople(
  sql: Reader,
  wanted: {
    documents: number[];
    clients: number[];
    conversations: string[];
    accounts: string[];
    entries: readonly WantedEntry[];
  },
): Promise<KnownPeople & { entries: FoundEntry[] }> {
  const [row] = await sql.rows<{
    clocks: [document: number, client: number, next: number][];
    conversations: [
      id: string,
      agency: string,
      locks: string[],
      editWindowMs: number,
      startsAt: number | null,
      contactFilter: ContactFilter,
    ][];
    participants: [conversation: string, account: string, left: boolean, asStaff: boolean, staff: boolean][];
    accounts: [id: string, agency: string | null, role: Role, name: string, disabled: boolean][];
    leases: [client: number, account: string][];
    entries: EntryFields[];
  }>(
    `SELECT
       (SELECT coalesce(json_agg(json_build_array(document_id, client_id, next_clock)), '[]')
        FROM document_clocks WHERE document_id = ANY($1::bigint[]) AND client_id = ANY($2::bigint[])) AS clocks,
       (SELECT coalesce(json_agg(json_build_array(c.id, c.agency_id, c.locks, g.edit_window_ms,
            (extract(epoch FROM ${STARTS_AT}) * 1000)::bigint, g.contact_filter)), '[]')
        FROM conversations c JOIN jobs j ON j.id = c.job_id JOIN agencies g ON g.id = c.agency_id WHERE c.id = ANY($3::uuid[])) AS conversations,
       (SELECT coalesce(json_agg(json_build_array(p.conversation_id, p.account_id, p.left_at IS NOT NULL,
            ${IS_LISTED_AS_ITS_STAFF}, ${IS_ITS_STAFF})), '[]')
        FROM participants p JOIN accounts a ON a.id = p.account_id JOIN conversations c ON c.id = p.conversation_id
        WHERE p.conversation_id = ANY($3::uuid[])) AS participants,
       (SELECT coalesce(json_agg(json_build_array(id, agency_id, role, name, disabled_at IS NOT NULL)), '[]')
        FROM accounts WHERE id = ANY($4::uuid[])) AS accounts,
       (SELECT coalesce(json_agg(json_build_array(client_id, account_id)), '[]')
        FROM devices WHERE client_id = ANY($2::bigint[])) AS leases,
       (SELECT coalesce(json_agg(e), '[]') FROM (${entriesAt(5)}) e) AS entries`,
    [wanted.documents, wanted.clients, wanted.conversations, wanted.accounts, ...placesOf(wanted.entries)],
  );
  const { clocks, conversations, participants, accounts, leases, entries } = row!;
  const listed = participants.map(([conversation, account, left, asStaff, staff]) => ({
    conversation,
    account,
    left,
    asStaff,
    staff,
  }));
  return {
    clocks: new Map(clocks.map(([document, client, next]) => [`${document}/${client}`, next])),
    conversations: new Map(
      conversations.map(([id, agency, locks, editWindowMs, startsAt, contactFilter]) => [
        id,
        { agency, locks, editWindowMs, startsAt, contactFilter },
      ]),
    ),
    participants: new Map(listed.map((one) => [`${one.conversation}/${one.account}`, one])),
    listed: Map.groupBy(listed, ({ conversation }) => conversation),
    accounts: new Map(accounts.map(([id, agency, role, name, disabled]) => [id, { agency, role, name, disabled }])),
    leases: new Map(leases),
    entries: entries.map(toEntry),
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
  }>(
    `SELECT id, conversation_id, thread, account_id, name, type, bytes, width, height FROM files
     WHERE id = ANY($1::uuid[]) AND state <> 'refused' AND leaving_at IS NULL`,
    [ids],
  );
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
