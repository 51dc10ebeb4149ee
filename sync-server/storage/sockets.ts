import type { DocumentRef, ThreadName } from '#shared/ids.ts';

import { IS_ITS_STAFF, TAKES_PART } from './access.ts';
import { givenRows } from './asked.ts';
import { IS_CLOSED } from './closed.ts';
import { findMeDocument, meDocument } from './commit-me.ts';
import type { Database, Reader } from './database.ts';

/** `closed`: nobody can send to everybody there just now. */
export type RoomDocument = {
  id: number;
  n: number;
  closed: boolean;
  /** Whose it is: the agency's of its conversation, or the person's. */
  audience: string;
};
/** `clocks`: how far it is committed, by client id. */
export type OpenDocument = RoomDocument & { clocks: ReadonlyMap<number, number> };

type Row = RoomDocument & { clocks: [client: number, next: number][] };

/** The server's own clock is the document's `n`. */
const CLOCKS = `(SELECT coalesce(json_agg(json_build_array(k.client_id, k.next_clock)), '[]') FROM document_clocks k
  WHERE k.document_id = d.id AND k.client_id <> 1) AS clocks`;
const OWN = `SELECT d.id, d.n, false AS closed, d.account_id AS audience, ${CLOCKS} FROM documents d`;

function opened(row: Row | undefined): OpenDocument | null {
  return row ? { ...row, clocks: new Map([...row.clocks, ...(row.n > 0 ? [[1, row.n] as const] : [])]) } : null;
}

export type AskedThread = { account: string; ref: Extract<DocumentRef, { kind: 'thread' }> };

/** The own document of an account. */
export async function openMeDocument(db: Database, account: string): Promise<OpenDocument | null> {
  const id = (await db.read((reader) => findMeDocument(reader, account))) ?? (await db.transact((tx) => meDocument(tx, account)));
  return db.read(async (reader) => opened((await reader.rows<Row>(`${OWN} WHERE d.id = $1`, [id]))[0]));
}

/** For reading alone: a person's own document isn't made by it. `null` when there is none, or it isn't theirs. */
export async function findDocument(reader: Reader, account: string, ref: DocumentRef): Promise<OpenDocument | null> {
  if (ref.kind === 'thread') return (await findThreadDocuments(reader, [{ account, ref }]))[0]!;
  return opened((await reader.rows<Row>(`${OWN} WHERE d.account_id = $1`, [account]))[0]);
}

/** The documents of threads that accounts may open under these names; `null` where there is none, or it isn't theirs. */
export async function findThreadDocuments(reader: Reader, asked: readonly AskedThread[]): Promise<(OpenDocument | null)[]> {
  const { given, values } = givenRows(
    ['int', 'uuid', 'uuid', 'text', 'int'],
    asked.map(({ account, ref: { conversation, thread, epoch } }, place) => [place, account, conversation, thread, epoch]),
  );
  const rows = await reader.rows<Row & { place: number }>(
    `SELECT k.place, d.id, d.n, d.thread = 'all' AND ${IS_CLOSED} AS closed, c.agency_id AS audience, ${CLOCKS}
     FROM ${given} AS k (place, account, conversation, thread, epoch)
       JOIN documents d ON d.conversation_id = k.conversation AND d.thread = k.thread AND d.epoch = k.epoch
       JOIN conversations c ON c.id = d.conversation_id JOIN jobs j ON j.id = c.job_id JOIN agencies g ON g.id = c.agency_id
       JOIN accounts a ON a.id = k.account
     WHERE ${TAKES_PART} AND (d.thread = 'all' OR ${IS_ITS_STAFF})`,
    values,
  );
  const found = new Map(rows.map(({ place, ...row }) => [place, opened(row)]));
  return asked.map((_, place) => found.get(place) ?? null);
}

/** Those of these sessions that were ended or whose account was disabled. One that has merely run out isn't among them. */
export async function endedSessions(reader: Reader, sessions: readonly string[]): Promise<Set<string>> {
  if (sessions.length === 0) return new Set();
  const rows = await reader.rows<{ id: string }>(
    `SELECT s.id FROM sessions s JOIN accounts a ON a.id = s.account_id
     WHERE s.id = ANY ($1::uuid[]) AND (s.revoked_at IS NOT NULL OR a.disabled_at IS NOT NULL)`,
    [sessions],
  );
  return new Set(rows.map(({ id }) => id));
}

export type Place = { account: string; conversation: string; thread: ThreadName };
export const placeId = ({ account, conversation, thread }: Place): string => `${account}/${conversation}/${thread}`;

/** Those of these places that their accounts may see. */
export async function stillAllowed(reader: Reader, places: readonly Place[]): Promise<Set<string>> {
  if (places.length === 0) return new Set();
  const rows = await reader.rows<Place>(
    `SELECT k.account, k.conversation, k.thread FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS k (account, conversation, thread)
       JOIN accounts a ON a.id = k.account JOIN conversations c ON c.id = k.conversation
     WHERE ${TAKES_PART} AND (k.thread = 'all' OR ${IS_ITS_STAFF})`,
    [places.map(({ account }) => account), places.map(({ conversation }) => conversation), places.map(({ thread }) => thread)],
  );
  return new Set(rows.map(placeId));
}
