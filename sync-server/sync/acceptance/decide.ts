import { findContactDetails, type ContactFilter } from '#shared/contact-details.ts';
import type { AttachmentFact, Fact, FactKind } from '#shared/facts.ts';
import { targetOf } from '#shared/facts.ts';
import { parseEntryKey, type ThreadName } from '#shared/ids.ts';
import { LIMITS } from '#shared/limits.ts';
import { isStaff, type Role } from '#shared/roles.ts';
import type { DeleteRange } from '#shared/update-codec.ts';
import type { Refusal } from '#shared/wire.ts';

import { refused, type CheckedFact, type Claims, type Writer } from './structure.ts';

export type KnownEntry = { kind: FactKind; account: string; acceptedAt: number; emptied: boolean };
export type KnownAccount = { agency: string | null; role: Role; disabled: boolean };
/** `asStaff`: listed as one of the agency's own staff, which holds for as long as they are that. */
export type KnownParticipant = { left: boolean; asStaff: boolean };
export type KnownFile = AttachmentFact & { account: string };

/** What is committed, as one writer's update in one document needs to know it. Updates before it in the batch count as committed. */
export type Known = {
  thread: ThreadName;
  conversation: {
    agency: string;
    locks: string[];
    editWindowMs: number;
    /** When the day begins that `before-start` waits for, ms since 1970. */
    startsAt: number | null;
    contactFilter: ContactFilter;
  };
  /** Entries in this document, and how many it takes. */
  entries: number;
  entriesMost: number;
  /** The client id that the writer's device holds now; `null` when the device is gone. */
  lease: number | null;
  /** ms since 1970, of this batch. */
  now: number;
  nextClock(client: number): number;
  struct(client: number, clock: number): { hash: Buffer; emptied: boolean } | null;
  /** Of the thread, in whatever epoch. */
  entry(key: string): KnownEntry | null;
  deleted(range: DeleteRange): boolean;
  account(id: string): KnownAccount | null;
  /** Takes or took part by name. */
  participant(account: string): KnownParticipant | null;
  /** Labels that stand on the conversation. */
  labels: ReadonlySet<string>;
  file(id: string): KnownFile | null;
};

export type Decision = { kind: 'accepted'; facts: CheckedFact[] } | { kind: 'refused'; refusal: Refusal };

/** Rules of the contract's section 4 that need to know what is committed, in their order. `facts` holds what is new. */
export function decide(claims: Claims, writer: Writer, known: Known): Decision {
  if (!mayTakePart(writer.account, known)) return refused('not-participant');
  if (known.lease !== writer.lease) return refused('foreign-client');
  for (const { client, clock, length } of claims.foreign) {
    if (clock + length > known.nextClock(client)) return refused('foreign-client');
  }
  const fresh = newFacts(claims, writer, known);
  if (fresh.kind === 'refused') return fresh;
  for (const range of claims.deletes) {
    if (!known.deleted(range)) return refused('deletion');
  }
  if (fresh.facts.length === 0) return fresh;
  if (known.thread === 'all' && isClosed(known)) return refused('closed', keysOf(fresh.facts));
  if (known.entries + fresh.facts.length > known.entriesMost) return refused('epoch-full', keysOf(fresh.facts));
  return checkFacts(fresh.facts, writer, known) ?? fresh;
}

/** A lock that waits for a day is over when that begins, whoever has noticed. */
function isClosed({ conversation: { locks, startsAt }, now }: Known): boolean {
  const isStarted = startsAt !== null && startsAt <= now;
  return locks.some((reason) => reason !== 'before-start' || !isStarted);
}

function keysOf(facts: CheckedFact[]): string[] {
  return facts.map(({ key }) => key);
}

/** Drops resends; refuses forks, gaps and keys that exist. */
function newFacts(claims: Claims, writer: Writer, known: Known): Decision {
  const committed = known.nextClock(writer.lease);
  for (const { client, clock, length } of claims.emptied) {
    // What isn't committed can't have been emptied by the server.
    if (clock + length > committed || !known.deleted({ client, clock, length })) return refused('structure');
  }
  let next = committed;
  const facts: CheckedFact[] = [];
  const keys = new Set<string>();
  for (const fact of claims.facts) {
    if (fact.clock < committed) {
      const struct = known.struct(fact.client, fact.clock);
      if (!struct || !(struct.emptied || struct.hash.equals(fact.hash))) return refused('fork', [fact.key]);
      continue;
    }
    if (fact.clock > next) return refused('gap', [fact.key]);
    if (fact.clock < next) return refused('fork', [fact.key]);
    if (keys.has(fact.key) || known.entry(fact.key)) return refused('duplicate-key', [fact.key]);
    keys.add(fact.key);
    facts.push(fact);
    next++;
  }
  return { kind: 'accepted', facts };
}

export function mayTakePart(account: string, known: Pick<Known, 'thread' | 'conversation' | 'account' | 'participant'>): boolean {
  const person = known.account(account);
  if (!person || person.disabled) return false;
  const participant = known.participant(account);
  if (participant?.left) return false;
  const staff = isStaff(person.role) && person.agency === known.conversation.agency;
  return known.thread === 'team' ? staff : staff || participant?.asStaff === false;
}

/** Each fact against what stands before it: committed entries, and those earlier in the same update. */
function checkFacts(facts: CheckedFact[], writer: Writer, known: Known): Decision | null {
  const earlier = new Map<string, KnownEntry>();
  const labels = new Set(known.labels);
  for (const { key, fact } of facts) {
    const bad = factFault(key, fact, writer, known, (target) => earlier.get(target) ?? known.entry(target));
    if (bad) return bad;
    if (fact.kind === 'label') {
      setLabel(labels, fact);
      if (fact.on && labels.size > LIMITS.labels) return refused('schema', [key]);
    }
    if (fact.kind === 'remove') {
      const target = earlier.get(fact.of) ?? known.entry(fact.of)!;
      earlier.set(fact.of, { ...target, emptied: true });
    }
    earlier.set(key, { kind: fact.kind, account: writer.account, acceptedAt: known.now, emptied: false });
  }
  return null;
}

function factFault(
  key: string,
  fact: Fact,
  writer: Writer,
  known: Known,
  entry: (key: string) => KnownEntry | null,
): Decision | null {
  const target = targetOf(fact);
  if (target !== null) {
    const found = entry(target);
    if (!found || found.kind !== 'message' || found.emptied) return refused('target', [key]);
    if (fact.kind === 'edit' || fact.kind === 'remove') {
      if (parseEntryKey(target)?.account !== writer.account) return refused('not-author', [key]);
      if (known.now - found.acceptedAt > known.conversation.editWindowMs) return refused('too-late', [key]);
    }
  }
  if ((fact.kind === 'message' || fact.kind === 'edit') && !fact.mentions.every((account) => isHere(account, known))) {
    return refused('mention', [key]);
  }
  if (
    (fact.kind === 'message' || fact.kind === 'edit') &&
    known.thread === 'all' &&
    known.conversation.contactFilter === 'block' &&
    findContactDetails(fact.text).length > 0
  ) {
    return refused('contact-details', [key]);
  }
  if (fact.kind === 'assign' && fact.to !== null && !mayBeAssigned(fact.to, known)) return refused('mention', [key]);
  if (fact.kind === 'message' && !fact.attachments.every((file) => isUploaded(file, writer, known))) {
    return refused('attachment', [key]);
  }
  return null;
}

export function setLabel(labels: Set<string>, { name, on }: { name: string; on: boolean }): void {
  if (on) labels.add(name);
  else labels.delete(name);
}

/** Those of the agency who see the conversation: its staff, and employees who take part in it. */
function mayBeAssigned(account: string, known: Known): boolean {
  const person = known.account(account);
  return person?.agency === known.conversation.agency && mayTakePart(account, { ...known, thread: 'all' });
}

/** May be mentioned: takes part, or belongs to the agency. */
function isHere(account: string, known: Known): boolean {
  if (known.thread === 'team') return mayTakePart(account, known);
  const participant = known.participant(account);
  if (participant && !participant.asStaff) return !participant.left;
  if (participant?.left) return false;
  const person = known.account(account);
  return person !== null && !person.disabled && person.agency === known.conversation.agency;
}

function isUploaded(file: AttachmentFact, writer: Writer, known: Known): boolean {
  const uploaded = known.file(file.id);
  return (
    uploaded !== null &&
    uploaded.account === writer.account &&
    uploaded.name === file.name &&
    uploaded.type === file.type &&
    uploaded.bytes === file.bytes &&
    uploaded.width === file.width &&
    uploaded.height === file.height
  );
}
