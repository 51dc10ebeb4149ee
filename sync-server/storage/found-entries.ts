import { parseEntryKey, type ThreadName } from '#shared/ids.ts';

import type { KnownEntry } from '../sync/acceptance/decide.ts';
import { column } from './columns.ts';
import type { Reader } from './database.ts';
import { entryId, type EntryRow } from './places.ts';

export type WantedEntry = { conversation: string; thread: ThreadName; key: string };
/** `place`: its `entryId`. */
export type FoundEntry = EntryRow & { place: string };

export type EntryFields = {
  conversation_id: string;
  thread: ThreadName;
  account_id: string;
  id: string;
  kind: KnownEntry['kind'];
  seq: string;
  document_id: string;
  client_id: string;
  clock: string;
  target: string | null;
  accepted_ms: string;
  emptied: boolean;
};
const ENTRY_COLUMNS = `e.conversation_id, e.thread, e.account_id, e.id, e.kind, e.seq, e.document_id, e.client_id, e.clock, e.target,
  (extract(epoch FROM e.accepted_at) * 1000)::bigint AS accepted_ms, e.emptied`;

export function toEntry(row: EntryFields): FoundEntry {
  const key = `${row.account_id}/${row.id}`;
  const place = { conversation: row.conversation_id, thread: row.thread };
  return {
    place: entryId(place, key),
    key,
    kind: row.kind,
    account: row.account_id,
    acceptedAt: Number(row.accepted_ms),
    emptied: row.emptied,
    seq: Number(row.seq),
    documentId: Number(row.document_id),
    client: Number(row.client_id),
    clock: Number(row.clock),
    target: row.target === null ? null : entryId(place, row.target),
  };
}

/** `from`: the number of the first of the four values that `placesOf` gives. */
export function entriesAt(from: number): string {
  const [conversations, threads, accounts, ids] = [from, from + 1, from + 2, from + 3];
  return `SELECT ${ENTRY_COLUMNS} FROM unnest($${conversations}::uuid[], $${threads}::text[], $${accounts}::uuid[], $${ids}::uuid[])
    AS k (conversation_id, thread, account_id, id) JOIN entries e USING (conversation_id, thread, account_id, id)`;
}

export function placesOf(wanted: readonly WantedEntry[]): unknown[] {
  const keys = wanted.map(({ key }) => parseEntryKey(key)!);
  return [column(wanted, 'conversation'), column(wanted, 'thread'), column(keys, 'account'), column(keys, 'id')];
}

export async function findEntries(sql: Reader, wanted: readonly WantedEntry[]): Promise<FoundEntry[]> {
  if (wanted.length === 0) return [];
  const found = await sql.rows<EntryFields>(entriesAt(1), placesOf(wanted));
  return found.map(toEntry);
}

export async function findEdits(sql: Reader, targets: readonly WantedEntry[]): Promise<FoundEntry[]> {
  const found = await sql.rows<EntryFields>(
    `SELECT ${ENTRY_COLUMNS} FROM unnest($1::uuid[], $2::text[], $3::text[]) AS k (conversation_id, thread, target)
     JOIN entries e USING (conversation_id, thread, target) WHERE e.kind = 'edit' AND NOT e.emptied`,
    [targets.map(({ conversation }) => conversation), targets.map(({ thread }) => thread), targets.map(({ key }) => key)],
  );
  return found.map(toEntry);
}
