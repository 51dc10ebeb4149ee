import { isDeepStrictEqual } from 'node:util';

import { EVENT_KEY_PREFIX, THREAD_ROOTS, type EventValue } from '#shared/documents.ts';
import type { Fact } from '#shared/facts.ts';

import type { CheckedEntry, ThreadRows } from '../../storage/check-rows.ts';
import { compareThreadDocument, loadChecked } from './check-document.ts';
import { checkTeam } from './check-team.ts';

/** All disagreements between a thread's documents and its rows, in words. */
export function checkThread(rows: ThreadRows): string[] {
  const problems: string[] = [];
  const facts = new Map<string, Fact>();
  const events = new Map<string, EventValue>();
  const byDocument = Map.groupBy(rows.entries, (entry) => entry.document);
  for (const document of rows.documents) {
    const { doc, problems: own } = loadChecked(document);
    own.push(...compareThreadDocument(doc, document, byDocument.get(document.id) ?? []));
    problems.push(...own.map((problem) => `epoch ${document.epoch}: ${problem}`));
    for (const [key, fact] of doc.getMap<Fact>(THREAD_ROOTS.entries)) facts.set(key, fact);
    for (const [key, value] of doc.getMap<EventValue>(THREAD_ROOTS.context)) {
      if (key.startsWith(EVENT_KEY_PREFIX)) events.set(key, value);
    }
    doc.destroy();
  }
  if (rows.documents.length === 0) problems.push('it has no document');
  problems.push(...checkMessages(rows, facts), ...checkEvents(rows, events), ...checkReactions(rows, facts), ...checkSeqs(rows));
  if (rows.thread === 'team') problems.push(...checkTeam(rows, facts));
  return problems;
}

/** Messages in their present state: the text of the latest edit, nothing of what was removed. */
function checkMessages(rows: ThreadRows, facts: ReadonlyMap<string, Fact>): string[] {
  const problems: string[] = [];
  const edits = new Map<string, string>();
  for (const { key, kind } of rows.entries) {
    const fact = facts.get(key);
    if (kind === 'edit' && fact?.kind === 'edit') edits.set(fact.of, fact.text);
  }
  const messages = new Map(rows.messages.map((message) => [message.key, message]));
  for (const entry of rows.entries) {
    if (entry.kind !== 'message') continue;
    const message = messages.get(entry.key);
    messages.delete(entry.key);
    if (!message) {
      problems.push(`message ${entry.key} was accepted, and has no row`);
      continue;
    }
    if (message.seq !== entry.seq) problems.push(`message ${entry.key} has seq ${message.seq}, its entry ${entry.seq}`);
    if (message.removed !== entry.emptied) problems.push(`message ${entry.key} is removed in one place alone`);
    const fact = facts.get(entry.key);
    const text = message.removed ? '' : (edits.get(entry.key) ?? (fact?.kind === 'message' ? fact.text : undefined));
    // A fact that is missing from the document has been told already.
    if (text !== undefined && message.text !== text) problems.push(`message ${entry.key} does not say what its document says`);
  }
  for (const key of messages.keys()) problems.push(`message ${key} has a row, and was never accepted`);
  return problems;
}

function checkEvents(rows: ThreadRows, held: ReadonlyMap<string, EventValue>): string[] {
  const problems: string[] = [];
  const told = new Set<string>();
  for (const { id, seq, at, event } of rows.events) {
    const key = `${EVENT_KEY_PREFIX}${id}`;
    told.add(key);
    if (!isDeepStrictEqual(held.get(key), { seq, at: at.getTime(), event }))
      problems.push(`event ${id} differs from its document`);
  }
  for (const key of held.keys()) if (!told.has(key)) problems.push(`${key} is in a document, and has no row`);
  return problems;
}

function checkReactions(rows: ThreadRows, facts: ReadonlyMap<string, Fact>): string[] {
  const bySeq = new Map(rows.entries.map((entry): [string, CheckedEntry] => [entry.key, entry]));
  const wanted = new Set<string>();
  for (const { key } of rows.entries) {
    const fact = facts.get(key);
    if (fact?.kind !== 'react') continue;
    const target = bySeq.get(fact.to);
    if (!target) continue;
    const reaction = `${target.seq}/${key.slice(0, key.indexOf('/'))}/${fact.emoji}`;
    if (fact.on && !target.emptied) wanted.add(reaction);
    else wanted.delete(reaction);
  }
  const held = new Set(rows.reactions.map((row) => `${row.message_seq}/${row.account_id}/${row.emoji}`));
  return [
    ...[...wanted].filter((reaction) => !held.has(reaction)).map((reaction) => `reaction ${reaction} has no row`),
    ...[...held]
      .filter((reaction) => !wanted.has(reaction))
      .map((reaction) => `reaction ${reaction} has a row, and was not accepted`),
  ];
}

function checkSeqs(rows: ThreadRows): string[] {
  const problems: string[] = [];
  const seqs = [...rows.entries, ...rows.events].map(({ seq }) => seq);
  const highest = seqs.reduce((most, seq) => Math.max(most, seq), 0);
  if (new Set(seqs).size !== seqs.length) problems.push('two of its entries or events have one seq');
  if (highest >= rows.nextSeq) problems.push(`its next seq is ${rows.nextSeq}, and ${highest} is taken`);
  const last = rows.messages.at(-1)?.seq ?? null;
  if (last !== rows.lastMessageSeq) problems.push(`its last message is ${last}, its row says ${rows.lastMessageSeq}`);
  return problems;
}
