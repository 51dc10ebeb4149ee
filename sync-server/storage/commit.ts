import { SYSTEM_CLIENT_ID, THREAD_ROOTS } from '#shared/documents.ts';
import type { ThreadName } from '#shared/ids.ts';
import { valueStruct } from '#shared/update-codec.ts';
import type { Refusal } from '#shared/wire.ts';

import { decide, setLabel } from '../sync/acceptance/decide.ts';
import type { CheckedFact } from '../sync/acceptance/structure.ts';
import type { Transaction } from './database.ts';
import { Draft } from './draft.ts';
import { knownFor, loadBatch, type BatchState, type Submission } from './entries.ts';
import { addFeed, appendFeed, streamsFor, streamsIn, type FeedEntry } from './feed.ts';
import { addLog, emptyInLog, type LogRow } from './log.ts';
import { addDue, dueOfEntries } from './notifications-due.ts';
import { clockId, entryId, threadId, type EntryRow } from './places.ts';
import { isTeamFact, writeTeamFacts } from './team-states.ts';
import { joinByWriting, joiningByWriting, openNextEpochs } from './thread-growth.ts';
import { Together } from './together.ts';
import { addCounters, addRows, changeRows, isNew, REOPENED, REOPENED_RECORDS, type AcceptedEntry } from './write-entries.ts';

export type Stamp = { key: string; seq: number; acceptedAt: number };
export type Outcome =
  /** `stamps`: what was new; empty when all of it was there already. */
  { kind: 'accepted'; stamps: Stamp[] } | { kind: 'refused'; refusal: Refusal };

export type Committed = {
  outcomes: Outcome[];
  /** What is to be shown. A document of which `rows` are missing is read from its log. */
  rows: LogRow[];
  documents: GrownDocument[];
  streams: string[];
};

/** `thread`: `null` for a person's own document. */
export type GrownDocument = {
  documentId: number;
  n: number;
  thread: { conversation: string; thread: ThreadName } | null;
  /** Whose it is: the agency's of its conversation, or the person's. */
  audience: string;
};

export type CommitLimits = { epochEntries: number; epochEntriesMost: number };

/** Decides each update of the batch in its order and stores what is accepted. Call inside one transaction. `alone`: nothing comes after it there. */
export async function commitBatch(
  sql: Transaction,
  batch: readonly Submission[],
  now: number,
  limits: CommitLimits,
  alone = false,
): Promise<Committed> {
  const state = await loadBatch(sql, batch);
  const drafts = new Map<number, Draft>();
  const entries: AcceptedEntry[] = [];
  const outcomes = batch.map((submission): Outcome => {
    if (!state.documents.has(submission.document.id) || !state.conversations.has(submission.document.conversation)) {
      return { kind: 'refused', refusal: { rule: 'not-participant', keys: [] } };
    }
    const claims = claimsOf(state, submission);
    const known = knownFor(state, submission, now, limits.epochEntriesMost);
    const decision = submission.byServer
      ? { kind: 'accepted' as const, facts: claims.facts }
      : decide(claims, submission.writer, known);
    if (decision.kind === 'refused') return decision;
    const stamps = decision.facts.map((fact) => {
      const entry = accept(state, drafts, submission, fact, now);
      entries.push(entry);
      return { key: fact.key, seq: entry.seq, acceptedAt: now };
    });
    return { kind: 'accepted', stamps };
  });
  if (entries.length === 0) return { outcomes, rows: [], documents: [], streams: [] };
  const rows = [...drafts.values()].flatMap((draft) => draft.rows());
  const emptied = [...drafts.values()].filter((draft) => draft.deletes.length > 0);
  const joining = joiningByWriting(state, entries);
  // Before what is said to everybody: that may open again what the team calls resolved in the same batch.
  await writeTeamFacts(sql, entries, now);
  const writes = new Together();
  addLog(writes, rows);
  addRows(writes, entries);
  addCounters(writes, state, entries, now);
  addDue(writes, dueOfEntries(state, entries));
  const grows = joining.size > 0 || [...drafts.keys()].some((id) => state.documents.get(id)!.entries >= limits.epochEntries);
  const changed = new Map<string, ThreadName>(
    entries.filter(isTeamFact).map(({ conversation }) => [conversation, 'team' as const]),
  );
  // Streams are locked until the commit, so they come last: nearly always with the rest, as nothing else is to be written.
  const feed = grows ? [] : [...recordsOf(state, changed), ...positionsOf(state, drafts)];
  if (!grows) addFeed(writes, feed, REOPENED_RECORDS);
  if (alone && !grows && entries.every(({ fact }) => isNew(fact))) {
    await sql.last(() => writes.run(sql));
  } else {
    const reopened = await writes.run<{ id: string }>(sql, REOPENED);
    await changeRows(sql, state, entries, now);
    for (const { documentId, deletes } of emptied) await emptyInLog(sql, documentId, deletes);
    if (grows) feed.push(...(await grow(sql, state, drafts, { joining, changed, reopened, limits })));
    if (grows) await appendFeed(sql, feed);
  }
  const rewritten = new Set(emptied.map(({ documentId }) => documentId));
  return {
    outcomes,
    rows: rows.filter(({ documentId }) => !rewritten.has(documentId)),
    documents: [...drafts.keys()].map((documentId) => {
      const { n, conversation, thread } = state.documents.get(documentId)!;
      const audience = state.conversations.get(conversation)!.agency;
      return { documentId, n, thread: { conversation, thread }, audience };
    }),
    streams: streamsIn(feed),
  };
}

/** Staff who were not listed yet, and the next epochs of what is full; what the feed then says. */
async function grow(
  sql: Transaction,
  state: BatchState,
  drafts: ReadonlyMap<number, Draft>,
  {
    joining,
    changed,
    reopened,
    limits,
  }: {
    joining: Map<string, Set<string>>;
    changed: Map<string, ThreadName>;
    reopened: readonly { id: string }[];
    limits: CommitLimits;
  },
): Promise<FeedEntry[]> {
  for (const { id } of reopened) changed.set(id, 'team');
  await joinByWriting(sql, state, joining);
  // Who may not read the notes isn't told either that they have a new epoch.
  for (const { conversation, thread } of await openNextEpochs(sql, state, [...drafts.keys()], limits.epochEntries))
    if (thread === 'all' || !changed.has(conversation)) changed.set(conversation, thread);
  for (const conversation of joining.keys()) changed.set(conversation, 'all');
  return [...recordsOf(state, changed), ...positionsOf(state, drafts)];
}

/** Those of a writer without a replica stand where that writer's lease goes on; updates before it in the batch count. */
function claimsOf(state: BatchState, { document, writer, claims, clocks }: Submission): Submission['claims'] {
  if (clocks !== 'next') return claims;
  const next = state.clocks.get(clockId(document.id, writer.lease)) ?? 0;
  return { ...claims, facts: claims.facts.map((fact, index) => ({ ...fact, clock: next + index })) };
}

/** Gives a fact its place and takes the state of the batch forward. */
function accept(
  state: BatchState,
  drafts: Map<number, Draft>,
  submission: Submission,
  fact: CheckedFact,
  now: number,
): AcceptedEntry {
  const document = state.documents.get(submission.document.id)!;
  const thread = state.threads.get(threadId(document))!;
  const seq = thread.nextSeq++;
  if (fact.fact.kind === 'message') thread.lastMessageSeq = seq;
  const draft = draftOf(state, drafts, document.id);
  draft.newestSeq = seq;
  const stamp = valueStruct({ client: SYSTEM_CLIENT_ID, clock: document.n++ }, THREAD_ROOTS.accepted, fact.key, [seq, now]);
  draft.add([valueStruct(fact, THREAD_ROOTS.entries, fact.key, fact.value), stamp], JSON.stringify(fact.value).length + 160);
  document.entries++;
  state.clocks.set(clockId(document.id, fact.client), fact.clock + 1);
  const row: EntryRow = {
    key: fact.key,
    kind: fact.fact.kind,
    account: submission.writer.account,
    acceptedAt: now,
    emptied: false,
    seq,
    documentId: document.id,
    client: fact.client,
    clock: fact.clock,
    target: null,
  };
  state.entries.set(entryId(document, fact.key), row);
  state.structs.set(`${document.id}/${fact.client}/${fact.clock}`, { hash: fact.hash, emptied: false });
  if (fact.fact.kind === 'label') setLabel(labelsOf(state, document.conversation), fact.fact);
  const removed = fact.fact.kind === 'remove' ? emptyTarget(state, drafts, submission, fact.fact.of) : [];
  if (fact.fact.kind === 'edit') {
    const place = entryId(document, fact.fact.of);
    state.edits.set(place, [...(state.edits.get(place) ?? []), row]);
  }
  return {
    ...row,
    conversation: document.conversation,
    thread: document.thread,
    id: fact.id,
    fact: fact.fact,
    hash: fact.hash,
    removed,
  };
}

function labelsOf(state: BatchState, conversation: string): Set<string> {
  const known = state.labels.get(conversation) ?? new Set<string>();
  state.labels.set(conversation, known);
  return known;
}

function draftOf(state: BatchState, drafts: Map<number, Draft>, documentId: number): Draft {
  const known = drafts.get(documentId);
  if (known) return known;
  const draft = new Draft(documentId, state.documents.get(documentId)!.n);
  drafts.set(documentId, draft);
  return draft;
}

/** Takes the content of a message and of its edits away. They may stand in an older epoch, which then needs a struct of the server's too. */
function emptyTarget(state: BatchState, drafts: Map<number, Draft>, submission: Submission, target: string): EntryRow[] {
  const place = entryId(submission.document, target);
  const message = state.entries.get(place)!;
  const gone = [message, ...(state.edits.get(place) ?? [])].filter((row) => state.documents.has(row.documentId));
  for (const row of gone) {
    row.emptied = true;
    const known = state.structs.get(`${row.documentId}/${row.client}/${row.clock}`);
    if (known) known.emptied = true;
    const draft = draftOf(state, drafts, row.documentId);
    if (row.documentId !== submission.document.id) {
      const document = state.documents.get(row.documentId)!;
      // A stamp under a key of its own: it says nothing new, and takes that document's log one position forward.
      const clock = document.n++;
      draft.add(
        [
          valueStruct({ client: SYSTEM_CLIENT_ID, clock }, THREAD_ROOTS.accepted, `${row.key}#${clock}`, [
            row.seq,
            row.acceptedAt,
          ]),
        ],
        160,
      );
    }
    draft.empty({ client: row.client, clock: row.clock, length: 1 });
    const deletes = clockId(row.documentId, row.client);
    state.deletes.set(
      deletes,
      [...(state.deletes.get(deletes) ?? []), row.clock].sort((a, b) => a - b),
    );
  }
  return gone;
}

/** Records that are another now, for everybody or for the team alone. */
function recordsOf(state: BatchState, changed: ReadonlyMap<string, ThreadName>): FeedEntry[] {
  return [...changed].flatMap(([conversation, thread]) =>
    audienceOf(state, conversation, thread).map((stream) => ({ stream, kind: 'conversation' as const, conversation })),
  );
}

/** How far each document of the batch is. */
function positionsOf(state: BatchState, drafts: ReadonlyMap<number, Draft>): FeedEntry[] {
  return [...drafts].flatMap(([documentId, draft]) => {
    const document = state.documents.get(documentId)!;
    const { conversation, thread, n: documentN } = document;
    const seq = draft.newestSeq || state.threads.get(threadId(document))!.nextSeq - 1;
    return audienceOf(state, conversation, thread).map((stream) => ({
      stream,
      kind: 'entry' as const,
      conversation,
      thread,
      documentId,
      documentN,
      seq,
    }));
  });
}

function audienceOf(state: BatchState, conversation: string, thread: ThreadName): string[] {
  const others: string[] = [];
  for (const { account, left, asStaff, staff } of state.listed.get(conversation) ?? []) {
    if (!left && !staff && !asStaff) others.push(account);
  }
  return streamsFor({ agency: state.conversations.get(conversation)!.agency, others }, thread);
}
