import { targetOf } from '#shared/facts.ts';
import type { ThreadName } from '#shared/ids.ts';

import type { Known, KnownFile } from '../sync/acceptance/decide.ts';
import type { Claims, Writer } from '../sync/acceptance/structure.ts';
import type { Transaction } from './database.ts';
import { findEdits, findEntries, type WantedEntry } from './found-entries.ts';
import { loadDeletes, loadFiles, loadPeople, loadStructs, type KnownPeople } from './known-rows.ts';
import { clockId, entryId, threadId, type EntryRow } from './places.ts';
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

/** Locks the threads and documents of a batch and reads what its updates speak of. Immutable rows are read before the locks. */
export async function loadBatch(sql: Transaction, batch: readonly Submission[]): Promise<BatchState> {
  const wanted = new Map<string, WantedEntry>();
  const removals = new Map<string, WantedEntry>();
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
  const conversations = [...new Set(batch.map(({ document }) => document.conversation))];
  const people = new Set(batch.flatMap(({ writer, claims }) => [writer.account, ...peopleOf(claims)]));
  const clients = batch.flatMap(({ writer, claims }) => [writer.lease, ...claims.foreign.map(({ client }) => client)]);
  // Both go to Postgres at once, and the second one is read there when the first has its locks.
  const locked = lockAll(sql, batch, [...ids]);
  const read = loadPeople(sql, {
    documents: [...ids],
    clients,
    conversations,
    accounts: [...people],
    entries: [...wanted.values()],
  });
  const [{ threads, documents }, { entries, ...known }] = await Promise.all([locked, read]);
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

/** First the threads, then the documents, each in a fixed order. */
async function lockAll(
  sql: Transaction,
  batch: readonly Submission[],
  ids: number[],
): Promise<Pick<BatchState, 'threads' | 'documents'>> {
  const [row] = await sql.rows<{
    threads: [conversation: string, thread: ThreadName, nextSeq: number, lastMessageSeq: number | null][];
    documents: [id: number, n: number, entries: number, epoch: number, conversation: string, thread: ThreadName][];
  }>(
    `WITH t AS MATERIALIZED (
       SELECT conversation_id, thread, next_seq, last_message_seq FROM threads
       WHERE (conversation_id, thread) IN (SELECT * FROM unnest($1::uuid[], $2::text[])) ORDER BY conversation_id, thread FOR NO KEY UPDATE),
     locked AS MATERIALIZED (
       SELECT coalesce(json_agg(json_build_array(conversation_id, thread, next_seq, last_message_seq)), '[]') AS threads FROM t),
     d AS MATERIALIZED (
       SELECT id, n, entries, epoch, conversation_id, thread FROM documents
       WHERE id = ANY($3::bigint[]) AND (SELECT threads FROM locked) IS NOT NULL ORDER BY id FOR NO KEY UPDATE)
     SELECT (SELECT threads FROM locked) AS threads,
       (SELECT coalesce(json_agg(json_build_array(id, n, entries, epoch, conversation_id, thread)), '[]') FROM d) AS documents`,
    [batch.map(({ document }) => document.conversation), batch.map(({ document }) => document.thread), ids],
  );
  const { threads, documents } = row!;
  return {
    threads: new Map(
      threads.map(([conversation, thread, nextSeq, lastMessageSeq]) => [
        threadId({ conversation, thread }),
        { conversation, thread, nextSeq, lastMessageSeq },
      ]),
    ),
    documents: new Map(
      documents.map(([id, n, entries, epoch, conversation, thread]) => [id, { id, n, entries, epoch, conversation, thread }]),
    ),
  };
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
