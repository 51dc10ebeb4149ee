import * as Y from 'yjs';

import {
  EVENT_KEY_PREFIX,
  THREAD_ROOTS,
  acceptedStamp,
  eventValue,
  SYSTEM_CLIENT_ID,
  type AcceptedStamp,
} from '#shared/documents.ts';
import { factSchema, targetOf, type Fact } from '#shared/facts.ts';
import { parseEntryKey } from '#shared/ids.ts';

import type { CheckedDocument, CheckedEntry, ThreadRows } from '../../storage/check-rows.ts';
import type { RebuiltDocument, RebuiltEntry, RebuiltEvent, RebuiltMessage, RebuiltReaction } from '../../storage/rebuild-rows.ts';
import { isTeamFact, type TeamEntry } from '../../storage/team-states.ts';
import { factHash } from '../../sync/acceptance/structure.ts';

/** What a thread's rows should be, from its documents; from the rows of entries comes what was emptied, which no document holds. */
export type ThreadPlan = {
  documents: RebuiltDocument[];
  putEntries: RebuiltEntry[];
  dropEntries: string[];
  emptied: string[];
  full: string[];
  messages: RebuiltMessage[];
  reactions: RebuiltReaction[];
  events: RebuiltEvent[];
  /** What the team said of how the conversation stands. */
  team: (TeamEntry & { acceptedAt: number })[];
  nextSeq: number;
  last: number | null;
  /** What rows can't be made from: it has to come out of a backup. */
  lost: string[];
};

/** An accepted entry: `fact` is null when its content was taken away. */
type Known = { key: string; seq: number; at: number; kind: Fact['kind']; fact: Fact | null };

export function planThread(rows: ThreadRows): ThreadPlan {
  const plan: ThreadPlan = {
    documents: [],
    putEntries: [],
    dropEntries: [],
    emptied: [],
    full: [],
    messages: [],
    reactions: [],
    events: [],
    team: [],
    nextSeq: 1,
    last: null,
    lost: [],
  };
  const rowOf = new Map(rows.entries.map((entry) => [entry.key, entry]));
  const known: Known[] = [];
  const events = new Map<string, RebuiltEvent>();
  // The newest first: a removal may stand in a later epoch than what it removed.
  const removed = new Set<string>();
  for (const document of rows.documents.toReversed()) {
    const doc = load(document, plan.lost);
    const before = known.length;
    for (const key of removedIn(doc.getMap(THREAD_ROOTS.entries), factSchema(rows.thread))) removed.add(key);
    readEntries(doc, document, rows, { rowOf, removed }, known, plan);
    plan.documents.push(documentRows(doc, document, known.length - before));
    for (const [key, value] of doc.getMap(THREAD_ROOTS.context)) {
      const event = key.startsWith(EVENT_KEY_PREFIX) ? eventValue.safeParse(value) : null;
      if (event?.success) events.set(key, { id: key.slice(EVENT_KEY_PREFIX.length), value: event.data });
    }
    doc.destroy();
  }
  known.sort((a, b) => a.seq - b.seq);
  const there = new Set(known.map(({ key }) => key));
  plan.dropEntries = rows.entries.filter(({ key }) => !there.has(key)).map(({ key }) => key);
  plan.events = [...events.values()].sort((a, b) => a.value.seq - b.value.seq);
  writeMessages(known, rows, plan);
  const { conversation, thread } = rows;
  plan.team = known.flatMap(({ key, seq, at, fact }) =>
    fact !== null && isTeamFact({ fact, thread })
      ? [{ conversation, thread, account: parseEntryKey(key)!.account, seq, fact, acceptedAt: at }]
      : [],
  );
  const highest = [...known.map(({ seq }) => seq), ...plan.events.map(({ value }) => value.seq)];
  plan.nextSeq = highest.reduce((most, seq) => Math.max(most, seq), 0) + 1;
  plan.last = plan.messages.at(-1)?.seq ?? null;
  return plan;
}

/** The rows beside a person's own document: there are no entries in it. */
export function planOwnDocument(document: CheckedDocument): { document: RebuiltDocument; lost: string[] } {
  const lost: string[] = [];
  const doc = load(document, lost);
  const rows = documentRows(doc, document, 0);
  doc.destroy();
  // All of the server's structs but the last are replaced: these have no rows.
  const deletes = rows.deletes.filter(({ client }) => client !== SYSTEM_CLIENT_ID);
  return { document: { ...rows, deletes }, lost };
}

function load({ epoch, snapshot, snapshotN, log }: CheckedDocument, lost: string[]): Y.Doc {
  const doc = new Y.Doc();
  const name = epoch === null ? '' : `epoch ${epoch}: `;
  let reached = snapshotN;
  doc.transact(() => {
    if (snapshot) Y.applyUpdate(doc, snapshot);
    for (const { from, to, update } of log) {
      if (from !== reached) lost.push(`${name}its log goes from ${reached} to ${from}; what was between is not there`);
      reached = to;
      Y.applyUpdate(doc, update);
    }
  });
  if (doc.store.pendingStructs) lost.push(`${name}its log holds structs whose predecessors are missing`);
  return doc;
}

function readEntries(
  doc: Y.Doc,
  { id: document }: CheckedDocument,
  { thread }: ThreadRows,
  { rowOf, removed }: { rowOf: ReadonlyMap<string, CheckedEntry>; removed: ReadonlySet<string> },
  known: Known[],
  plan: ThreadPlan,
): void {
  const held = doc.getMap(THREAD_ROOTS.entries);
  const schema = factSchema(thread);
  for (const [key, value] of doc.getMap<AcceptedStamp>(THREAD_ROOTS.accepted)) {
    const stamp = acceptedStamp.safeParse(value);
    const place = parseEntryKey(key);
    // `<key>#<clock>`: only there to take the log forward.
    if (!stamp.success || place === null) continue;
    const [seq, at] = stamp.data;
    const item = held._map.get(key);
    const row = rowOf.get(key);
    if (!item || item.deleted) {
      if (!row?.emptied) plan.emptied.push(key);
      // Only messages and edits are ever emptied, and what was removed was a message.
      const kind = row?.kind ?? (removed.has(key) ? 'message' : 'edit');
      known.push({ key, seq, at, kind, fact: null });
      const id = item?.id ?? row;
      if (id && !(row && standsAt(row, { seq, at, document, client: id.client, clock: id.clock }))) {
        // Of what it said nothing is left to compare with; nothing can be written under its key or clock any more.
        const rest = { kind, hash: row?.hash ?? factHash(key, null), target: row?.target ?? null };
        plan.putEntries.push({ ...place, ...rest, seq, document, client: id.client, clock: id.clock, acceptedAt: at });
        if (row?.emptied) plan.emptied.push(key);
      }
      continue;
    }
    const fact = schema.parse(held.get(key));
    known.push({ key, seq, at, kind: fact.kind, fact });
    const hash = factHash(key, held.get(key));
    if (row?.emptied) plan.full.push(key);
    const { client, clock } = item.id;
    const fits = row?.kind === fact.kind && row.hash.equals(hash) && standsAt(row, { seq, at, document, client, clock });
    if (!fits) {
      plan.putEntries.push({
        ...place,
        kind: fact.kind,
        seq,
        document,
        client,
        clock,
        hash,
        target: targetOf(fact),
        acceptedAt: at,
      });
    }
  }
}

type Standing = { seq: number; at: number; document: number; client: number; clock: number };

function standsAt(row: CheckedEntry, { seq, at, document, client, clock }: Standing): boolean {
  const isThere = row.document === document && row.client === client && row.clock === clock;
  return isThere && row.seq === seq && row.at.getTime() === at;
}

function removedIn(held: Y.Map<unknown>, schema: ReturnType<typeof factSchema>): Set<string> {
  const removed = new Set<string>();
  for (const value of held.values()) {
    const fact = schema.safeParse(value).data;
    if (fact?.kind === 'remove') removed.add(fact.of);
  }
  return removed;
}

function documentRows(doc: Y.Doc, { id }: CheckedDocument, entries: number): RebuiltDocument {
  const clocks = Y.decodeStateVector(Y.encodeStateVector(doc));
  const deletes: RebuiltDocument['deletes'][number][] = [];
  for (const [client, ranges] of Y.createDeleteSetFromStructStore(doc.store).clients) {
    for (const { clock, len } of ranges) for (let at = clock; at < clock + len; at++) deletes.push({ client, clock: at });
  }
  const held = doc.getMap(THREAD_ROOTS.context);
  const context = [...held.keys()].map((key) => ({ key, clock: held._map.get(key)!.id.clock, value: held.get(key) }));
  return { id, n: clocks.get(SYSTEM_CLIENT_ID) ?? 0, entries, clocks, deletes, context };
}

function writeMessages(known: readonly Known[], rows: ThreadRows, plan: ThreadPlan): void {
  const messages = new Map<string, RebuiltMessage>();
  const reactions = new Map<string, RebuiltReaction>();
  const old = new Map(rows.messages.map((message) => [message.key, message]));
  for (const { key, seq, at, kind, fact } of known) {
    const { account, id } = parseEntryKey(key)!;
    if (kind === 'message') {
      const message = fact?.kind === 'message' ? fact : null;
      messages.set(key, {
        seq,
        account,
        id,
        text: message?.text ?? '',
        mentions: message?.mentions ?? [],
        attachments: message?.attachments ?? [],
        // An emptied one's is known by its row alone.
        replyTo: message?.replyTo ?? (message ? null : (old.get(key)?.replyTo ?? null)),
        sentAt: message?.sentAt ?? at,
        acceptedAt: at,
        editedAt: null,
        removedAt: message ? null : at,
      });
    } else if (fact?.kind === 'edit') {
      const message = messages.get(fact.of);
      if (message && message.removedAt === null)
        Object.assign(message, { text: fact.text, mentions: fact.mentions, editedAt: at });
    } else if (fact?.kind === 'remove') {
      const message = messages.get(fact.of);
      if (message) message.removedAt = at;
    } else if (fact?.kind === 'react') {
      const message = messages.get(fact.to);
      if (!message) continue;
      const place = `${message.seq}/${account}/${fact.emoji}`;
      if (fact.on && message.removedAt === null) reactions.set(place, { message: message.seq, account, emoji: fact.emoji, seq });
      else reactions.delete(place);
    }
  }
  plan.messages = [...messages.values()];
  const removed = new Set(plan.messages.filter(({ removedAt }) => removedAt !== null).map(({ seq }) => seq));
  plan.reactions = [...reactions.values()].filter(({ message }) => !removed.has(message));
}
