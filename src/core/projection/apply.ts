import { parseDocumentName } from '#shared/ids.ts';
import { decodeUpdate } from '#shared/update-codec.ts';

import { knowsConversation, knowsPerson } from '../storage/conversations.ts';
import type { Store } from '../storage/database.ts';
import { addToReplica, raiseServerN, readDocument } from '../storage/documents.ts';
import { knowsEntry, putBareStamp, putEvent, putFact, putMessage, type Place } from '../storage/items.ts';
import { removeFromOutbox } from '../storage/outbox.ts';
import { isTeamClosed } from '../storage/team-rows.ts';
import { project, type AcceptedEntry, type Projection } from './project.ts';

/** Whose profile it is. */
export type Self = { account: string; clientId: number };

/** A message of somebody else that came in. */
export type Arrival = Place & { key: string; seq: number; acceptedAt: number; author: string };

/** What changed in one transaction, for the screens. */
export type Changes = {
  threads: Map<string, Place & { keys: Set<string> }>;
  arrivals: Arrival[];
  /** The first message of each author whose name isn't known here. */
  nameless: Map<string, Arrival>;
  /** Own entries that the server has for good now. */
  accepted: string[];
  /** Conversations that stand otherwise for the team now. */
  teams: Set<string>;
  /** Documents that are as far as the server now. */
  caughtUp: Set<string>;
  /** Documents whose replica still holds, in older rows, what the server emptied. */
  toCompact: Set<string>;
};

export function noChanges(): Changes {
  return {
    threads: new Map(),
    arrivals: [],
    nameless: new Map(),
    accepted: [],
    teams: new Set(),
    caughtUp: new Set(),
    toCompact: new Set(),
  };
}

/** Moves what was gathered out of `changes`, which goes on being used. */
export function takeChanges(changes: Changes): Changes {
  const taken = { ...changes };
  Object.assign(changes, noChanges());
  return taken;
}

export function touch(changes: Changes, place: Place, key?: string): void {
  const name = `${place.conversation}/${place.thread}`;
  let thread = changes.threads.get(name);
  if (!thread) {
    thread = { conversation: place.conversation, thread: place.thread, keys: new Set() };
    changes.threads.set(name, thread);
  }
  if (key !== undefined) thread.keys.add(key);
}

/**
 * applied: it is here now. duplicate: it was. gap: something before it is missing, nothing was done.
 * stranger: applied, and it holds an entry under our own lease that this profile never wrote (it was copied or restored).
 * unreadable: it can't be decoded; nothing was done.
 */
export type Outcome = 'applied' | 'duplicate' | 'gap' | 'stranger' | 'unreadable';

/** An update of this size takes long enough to read that there must be a pause behind it. */
const LARGE_BYTES = 64 * 1024;
/** How many rows are written between two chances to stop. */
const ROWS_AT_ONCE = 20;

/**
 * Applies an update that the server committed, inside the caller's transaction. It yields where the caller may commit and
 * go on later: rows then are ahead of the replica, never behind, and the same update applied again changes nothing.
 */
export function* applyUpdate(
  store: Store,
  self: Self,
  name: string,
  bytes: Uint8Array,
  changes: Changes,
): Generator<void, Outcome, void> {
  const ref = parseDocumentName(name);
  if (ref?.kind !== 'thread') return 'duplicate';
  const place: Place = { conversation: ref.conversation, thread: ref.thread };
  // It was on its way when the conversation, or its notes, were taken away.
  if (!knowsConversation(store, ref.conversation)) return 'duplicate';
  if (ref.thread === 'team' && isTeamClosed(store, ref.conversation)) return 'duplicate';
  const update = decodeUpdate(bytes);
  if (bytes.length > LARGE_BYTES) yield;
  const projection = project(ref.thread, update);
  if (bytes.length > LARGE_BYTES) yield;
  if (!projection.span) return 'duplicate';
  const have = readDocument(store, name)?.n ?? 0;
  if (projection.span.to <= have) return 'duplicate';
  if (projection.span.from > have) return 'gap';

  const strange = yield* writeRows(store, self, place, projection, changes);
  raiseServerN(store, name, projection.span.to);
  addToReplica(store, name, projection.span, bytes);
  touch(changes, place);
  const document = readDocument(store, name)!;
  if (document.n >= document.server_n) changes.caughtUp.add(name);
  if (projection.empties && have > 0) changes.toCompact.add(name);
  return strange ? 'stranger' : 'applied';
}

/** Only rows, no replica: for `rebuild`. */
export function* writeRows(
  store: Store,
  self: Self,
  place: Place,
  projection: Projection,
  changes: Changes,
): Generator<void, boolean, void> {
  let strange = false;
  let written = 0;
  for (const entry of projection.entries) {
    if (entry.author === self.account && entry.client === self.clientId && !knowsEntry(store, place, entry.key)) strange = true;
    writeEntry(store, self, place, entry, changes);
    if (++written % ROWS_AT_ONCE === 0) yield;
  }
  for (const { key, value } of projection.events) {
    if (putEvent(store, place, key, value)) touch(changes, place, key);
    if (++written % ROWS_AT_ONCE === 0) yield;
  }
  return strange;
}

function writeEntry(store: Store, self: Self, place: Place, entry: AcceptedEntry, changes: Changes): void {
  writeRow(store, self, place, entry, changes);
  if (entry.author === self.account && removeFromOutbox(store, entry.key)) changes.accepted.push(entry.key);
}

function writeRow(store: Store, self: Self, place: Place, entry: AcceptedEntry, changes: Changes): void {
  const fact = entry.fact();
  if (fact === null) {
    putBareStamp(store, place, entry);
    touch(changes, place, entry.key);
  } else if (fact.kind === 'message') {
    if (putMessage(store, place, entry, fact, self.account)) {
      touch(changes, place, entry.key);
      if (entry.author === self.account) return;
      const arrival: Arrival = { ...place, ...arrivalOf(entry) };
      changes.arrivals.push(arrival);
      if (!changes.nameless.has(entry.author) && !knowsPerson(store, entry.author)) changes.nameless.set(entry.author, arrival);
    }
  } else {
    const target = putFact(store, place, entry, fact, self.account);
    if (target !== null) touch(changes, place, target);
    else changes.teams.add(place.conversation);
  }
}

function arrivalOf(entry: AcceptedEntry): Omit<Arrival, keyof Place> {
  return { key: entry.key, seq: entry.seq, acceptedAt: entry.acceptedAt, author: entry.author };
}

/** For callers that have no need to stop in between. */
export function applyWhole(store: Store, self: Self, name: string, bytes: Uint8Array, changes: Changes): Outcome {
  const steps = applyUpdate(store, self, name, bytes, changes);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
