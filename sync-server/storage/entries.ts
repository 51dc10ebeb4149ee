import { targetOf } from '#shared/facts.ts';
import { parseEntryKey, type ThreadName } from '#shared/ids.ts';

import type { Known, KnownEntry, KnownFile } from '../sync/acceptance/decide.ts';
import type { Claims, Writer } from '../sync/acceptance/structure.ts';
import type { Reader, Transaction } from './database.ts';
import { loadDeletes, loadFiles, loadPeople, loadStructs, type KnownPeople } from './known-rows.ts';
import { loadLabels } from './team-states.ts';

export type ThreadDocument = { id: number; conversation: string; thread: ThreadName; epoch: number };
export type Submission = {
  document: ThreadDocument;
  writer: Writer;
  claims: Claims;
  /**
   * `next`: there is no replica behind it, and the facts get the clocks that come next under the writer's lease once the document
   * is locked. So many may write under one lease at once, from several nodes too.
   */
  clocks?: 'next';
  /** The server itself takes content away (retention, erasure): there is nothing to decide about it. */
  byServer?: true;
};

export type EntryRow = KnownEntry & {
  key: string;
  seq: number;
  documentId: number;
  client: number;
  clock: number;
  target: string | null;
};
export type DocumentRow = { id: number; n: number; entries: number; epoch: number; conversation: string; thread: ThreadName };
export type ThreadRow = { conversation: string; thread: ThreadName; nextSeq: number; lastMessageSeq: number | null };

/** All that a batch of updates needs to know; it goes forward as updates of the batch are accepted. */
export type BatchState = KnownPeople & {
  documents: Map<number, DocumentRow>;
  threads: Map<string, ThreadRow>;
  entries: Map<string, EntryRow>;
  /** Edits of messages that this batch wants to remove, by the message's place. */
  edits: Map<string, EntryRow[]>;
  structs: Map<string, { hash: Buffer; emptied: boolean }>;
  deletes: Map<string, number[]>;
  files: Map<string, KnownFile>;
  /** That stand, by conversation, where the batch speaks of labels. */
  labels: Map<string, Set<string>>;
};

export const threadId = (place: { conversation: string; thread: ThreadName }): string => `${place.conversation}/${place.thread}`;
export const entryId = (place: { conversation: string; thread: ThreadName }, key: string): string => `${threadId(place)}/${key}`;
export const clockId = (document: number, client: number): string => `${document}/${client}`;

/** Locks the threads and documents of a batch and reads what its updates speak of. Immutable rows are read before the locks. */
export async function loadBatch(sql: Transaction, batch: readonly Submission[]): Promise<BatchState> {
  const wanted = new Map<string, { conversation: string; thread: ThreadName; key: string }>();
  const removals = new Map<string, { conversation: string; thread: ThreadName; key: string }>();
  for (const { document, claims } of batch) {
    for (const { key, fact } of claims.facts) {
      for (const one of [key, targetOf(fact)]) {
        if (one !== null) wanted.set(entryId(document, one), { ...document, key: one });
      }
      if (fact.kind === 'remove') removals.set(entryId(document, fact.of), { ...document, key: fact.of });
    }
  }
  // Where an entry stands never changes, so this may come before the locks: a removal also locks its target's document.
  const ids = new Set(batch.map(({ document }) => document.id));
  if (removals.size > 0) {
    for (const row of await findEntries(sql, [...removals.values()])) ids.add(row.documentId);
    for (const row of await findEdits(sql, [...removals.values()])) ids.add(row.documentId);
  }
  const threads = await lockThreads(sql, batch);
  const documents = await lockDocuments(sql, [...ids]);
  const conversations = [...new Set(batch.map(({ document }) => document.conversation))];
  const people = new Set(batch.flatMap(({ writer, claims }) => [writer.account, ...peopleOf(claims)]));
  const clients = batch.flatMap(({ writer, claims }) => [writer.lease, ...claims.foreign.map(({ client }) => client)]);
  const known = await loadPeople(sql, { documents: [...ids], clients, conversations, accounts: [...people] });
  const entries = await findEntries(sql, [...wanted.values()]);
  const edits = removals.size > 0 ? await findEdits(sql, [...removals.values()]) : [];
  const withDeletes = batch.filter(({ claims }) => claims.deletes.length > 0 || claims.emptied.length > 0);
  const labelled = batch.filter(({ claims }) => claims.facts.some(({ fact }) => fact.kind === 'label'));
  const files = batch.flatMap(({ claims }) =>
    claims.facts.flatMap(({ fact }) => (fact.kind === 'message' ? fact.attachments : [])),
  );
  return {
    ...known,
    documents,
    threads,
    entries: new Map(entries.map((row) => [row.place, row])),
    edits: Map.groupBy(edits, (row) => row.target!),
    structs: await loadStructs(sql, resentClocks(batch, known.clocks)),
    deletes: await loadDeletes(sql, [...new Set(withDeletes.map(({ document }) => document.id))]),
    files: await loadFiles(
      sql,
      files.map(({ id }) => id),
    ),
    labels: await loadLabels(sql, [...new Set(labelled.map(({ document }) => document.conversation))]),
  };
}

function peopleOf(claims: Claims): string[] {
  return claims.facts.flatMap(({ fact }) => {
    if (fact.kind === 'message' || fact.kind === 'edit') return fact.mentions;
    return fact.kind === 'assign' && fact.to !== null ? [fact.to] : [];
  });
}

function resentClocks(
  batch: readonly Submission[],
  clocks: Map<string, number>,
): { document: number; client: number; clock: number }[] {
  return batch.flatMap(({ document, claims, clocks: given }) =>
    (given === 'next' ? [] : claims.facts)
      .filter(({ client, clock }) => clock < (clocks.get(clockId(document.id, client)) ?? 0))
      .map(({ client, clock }) => ({ document: document.id, client, clock })),
  );
}

async function lockThreads(sql: Transaction, batch: readonly Submission[]): Promise<Map<string, ThreadRow>> {
  const found = await sql.rows<{
    conversation_id: string;
    thread: ThreadName;
    next_seq: string;
    last_message_seq: string | null;
  }>(
    `SELECT t.conversation_id, t.thread, t.next_seq, t.last_message_seq FROM threads t
     WHERE (t.conversation_id, t.thread) IN (SELECT * FROM unnest($1::uuid[], $2::text[]))
     ORDER BY t.conversation_id, t.thread FOR UPDATE`,
    [batch.map(({ document }) => document.conversation), batch.map(({ document }) => document.thread)],
  );
  return new Map(
    found.map((row) => {
      const thread = {
        conversation: row.conversation_id,
        thread: row.thread,
        nextSeq: Number(row.next_seq),
        lastMessageSeq: row.last_message_seq === null ? null : Number(row.last_message_seq),
      };
      return [threadId(thread), thread];
    }),
  );
}

async function lockDocuments(sql: Transaction, ids: number[]): Promise<Map<number, DocumentRow>> {
  const found = await sql.rows<{
    id: string;
    n: string;
    entries: number;
    epoch: number;
    conversation_id: string;
    thread: ThreadName;
  }>('SELECT id, n, entries, epoch, conversation_id, thread FROM documents WHERE id = ANY($1::bigint[]) ORDER BY id FOR UPDATE', [
    ids,
  ]);
  return new Map(
    found.map((row) => [
      Number(row.id),
      {
        id: Number(row.id),
        n: Number(row.n),
        entries: row.entries,
        epoch: row.epoch,
        conversation: row.conversation_id,
        thread: row.thread,
      },
    ]),
  );
}

type EntryFields = {
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

function toEntry(row: EntryFields): EntryRow & { place: string } {
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

async function findEntries(
  sql: Reader,
  wanted: readonly { conversation: string; thread: ThreadName; key: string }[],
): Promise<(EntryRow & { place: string })[]> {
  if (wanted.length === 0) return [];
  const places = wanted.map(({ key }) => parseEntryKey(key)!);
  const found = await sql.rows<EntryFields>(
    `SELECT ${ENTRY_COLUMNS} FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[]) AS k (conversation_id, thread, account_id, id)
     JOIN entries e USING (conversation_id, thread, account_id, id)`,
    [
      wanted.map(({ conversation }) => conversation),
      wanted.map(({ thread }) => thread),
      places.map(({ account }) => account),
      places.map(({ id }) => id),
    ],
  );
  return found.map(toEntry);
}

async function findEdits(
  sql: Reader,
  targets: readonly { conversation: string; thread: ThreadName; key: string }[],
): Promise<(EntryRow & { place: string })[]> {
  const found = await sql.rows<EntryFields>(
    `SELECT ${ENTRY_COLUMNS} FROM unnest($1::uuid[], $2::text[], $3::text[]) AS k (conversation_id, thread, target)
     JOIN entries e USING (conversation_id, thread, target) WHERE e.kind = 'edit' AND NOT e.emptied`,
    [targets.map(({ conversation }) => conversation), targets.map(({ thread }) => thread), targets.map(({ key }) => key)],
  );
  return found.map(toEntry);
}

const NONE: ReadonlySet<string> = new Set();

/** What one update of the batch sees. */
export function knownFor(state: BatchState, submission: Submission, now: number, entriesMost: number): Known {
  const { document, writer } = submission;
  const row = state.documents.get(document.id)!;
  return {
    thread: document.thread,
    conversation: state.conversations.get(document.conversation)!,
    entries: row.entries,
    entriesMost,
    lease: state.leases.get(writer.lease) === writer.account ? writer.lease : null,
    now,
    nextClock: (client) => (client === 1 ? row.n : (state.clocks.get(clockId(document.id, client)) ?? 0)),
    struct: (client, clock) => state.structs.get(`${document.id}/${client}/${clock}`) ?? null,
    entry: (key) => state.entries.get(entryId(document, key)) ?? null,
    deleted: ({ client, clock, length }) => covers(state.deletes.get(clockId(document.id, client)) ?? [], clock, length),
    account: (id) => state.accounts.get(id) ?? null,
    labels: state.labels.get(document.conversation) ?? NONE,
    participant: (id) => state.participants.get(`${document.conversation}/${id}`) ?? null,
    file: (id) => state.files.get(`${threadId(document)}/${id}`) ?? null,
  };
}

/** Whether sorted clocks hold each of `[from, from + length)`; never walks a range that a stranger gave. */
export function covers(clocks: readonly number[], from: number, length: number): boolean {
  let low = 0;
  let high = clocks.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (clocks[middle]! < from) low = middle + 1;
    else high = middle;
  }
  return length > 0 && clocks[low] === from && clocks[low + length - 1] === from + length - 1;
}
