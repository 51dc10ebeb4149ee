import type { Fact } from '#shared/facts.ts';
import type { ThreadName } from '#shared/ids.ts';
import { LIMITS } from '#shared/limits.ts';
import type { Refusal, RefusalRule } from '#shared/wire.ts';

import type { Store } from '../storage/database.ts';
import { newestDocument, raiseServerN } from '../storage/documents.ts';
import { assignDocument, readOutboxEntry, waitingEntries } from '../storage/outbox.ts';
import { withUploaded } from '../storage/upload-rows.ts';
import type { LiveDocument } from './live-document.ts';

/** What to do about a refused update. */
export type RefusalAnswer =
  | { kind: 'not-sent'; keys: string[]; rule: RefusalRule }
  | { kind: 'new-lease' }
  | { kind: 'catch-up' }
  | { kind: 'newest-epoch' }
  | { kind: 'reset' }
  | { kind: 'check-access' };

/** After so many refusals of one entry for one reason that should have passed, it is shown as not sent. */
export const PATIENCE = { entry: 3, lease: 10 } as const;

/** Pure. `pending`: the entries that were under way; `refusals`: how often each was refused by this rule, this time included. */
export function answerRefusal(refusal: Refusal, pending: readonly string[], refusals: (key: string) => number): RefusalAnswer {
  const { rule } = refusal;
  const keys = refusal.keys.length > 0 ? refusal.keys : [...pending];
  const tired = (most: number): string[] => keys.filter((key) => refusals(key) > most);
  const unlessTired = (answer: RefusalAnswer, most: number): RefusalAnswer => {
    const given = tired(most);
    return given.length > 0 ? { kind: 'not-sent', keys: given, rule } : answer;
  };
  switch (rule) {
    case 'fork':
    case 'foreign-client':
      return unlessTired({ kind: 'new-lease' }, PATIENCE.lease);
    case 'gap':
    case 'duplicate-key':
      return unlessTired({ kind: 'catch-up' }, PATIENCE.entry);
    case 'epoch-full':
      return unlessTired({ kind: 'newest-epoch' }, PATIENCE.entry);
    case 'unreadable':
    case 'structure':
    case 'root':
    case 'origin':
    case 'deletion':
      return unlessTired({ kind: 'reset' }, PATIENCE.entry);
    case 'not-participant':
      return unlessTired({ kind: 'check-access' }, PATIENCE.entry);
    case 'schema':
    case 'mention':
    case 'attachment':
    case 'target':
    case 'not-author':
    case 'too-late':
    case 'contact-details':
    case 'closed':
      return { kind: 'not-sent', keys, rule };
  }
}

/** The document that a thread's next entries go to, made known if the server has not told of one. */
export function documentToWrite(store: Store, conversation: string, thread: ThreadName): string {
  const newest = newestDocument(store, conversation, thread);
  if (newest) return newest.name;
  const name = `${conversation}/${thread}/1`;
  store.transact(() => raiseServerN(store, name, 0));
  return name;
}

/**
 * Puts waiting entries of a thread into its live document, up to the limits of what may be under way.
 * `pending`: those under way, by key with their size. Returns the keys that were put there.
 */
export function sendWaiting(
  store: Store,
  place: { conversation: string; thread: ThreadName; document: string },
  live: LiveDocument,
  pending: Map<string, number>,
): string[] {
  let bytes = [...pending.values()].reduce((sum, size) => sum + size, 0);
  const entries: { key: string; fact: unknown }[] = [];
  const sizes = new Map<string, number>();
  for (const row of waitingEntries(store, place.conversation, place.thread, LIMITS.pendingEntries)) {
    if (pending.has(row.key)) continue;
    // Serial: what was begun in another document is finished there first.
    if (row.document !== null && row.document !== place.document) break;
    const size = Buffer.byteLength(row.fact) + 200;
    if (pending.size + entries.length >= LIMITS.pendingEntries || (bytes > 0 && bytes + size > LIMITS.pendingBytes)) break;
    bytes += size;
    sizes.set(row.key, size);
    entries.push({ key: row.key, fact: withUploaded(store, JSON.parse(row.fact) as Fact) });
  }
  if (entries.length === 0) return [];
  const keys = entries.map((entry) => entry.key);
  // Known as perhaps sent before it can be sent: a crash in between must not make it look untouched.
  assignDocument(store, keys, place.document);
  for (const [key, size] of sizes) pending.set(key, size);
  live.write(entries);
  return keys;
}

/** Entries of a thread that were begun in a document that isn't the newest any more. */
export function begunElsewhere(store: Store, conversation: string, thread: ThreadName): string | null {
  const [first] = waitingEntries(store, conversation, thread, 1);
  return first ? (readOutboxEntry(store, first.key)?.document ?? null) : null;
}
