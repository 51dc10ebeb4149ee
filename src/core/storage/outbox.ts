import type { Fact } from '#shared/facts.ts';
import type { ThreadName } from '#shared/ids.ts';
import type { RefusalRule } from '#shared/wire.ts';

import type { Store } from './database.ts';
import { LACKS_FILES } from './upload-rows.ts';

export type OutboxRow = {
  id: number;
  key: string;
  conversation: string;
  thread: ThreadName;
  /** Where it was put on the wire; `null` while it never was. */
  document: string | null;
  fact: string;
  rule: RefusalRule | null;
  /** Until when (ms since 1970) it can be taken back; 0 once it may go out. */
  held: number;
};

/** The server was set back, and it isn't known yet which of the own entries of this thread it lacks: they go first. */
const IS_COMPARED = `EXISTS (SELECT 1 FROM offered AS o
  WHERE o.conversation = outbox.conversation AND o.thread = outbox.thread AND o.waits = 0)`;

/** What it changes, or answers, isn't here: the server was set back, and lacks it until its author's device offers it again. */
const IS_ORPHAN = `NOT EXISTS (SELECT 1 FROM items AS i WHERE i.conversation = outbox.conversation AND i.thread = outbox.thread AND i.key =
    CASE fact ->> '$.kind' WHEN 'message' THEN fact ->> '$.replyTo' WHEN 'react' THEN fact ->> '$.to' ELSE fact ->> '$.of' END)
  AND CASE fact ->> '$.kind' WHEN 'message' THEN fact ->> '$.replyTo' WHEN 'react' THEN fact ->> '$.to' ELSE fact ->> '$.of' END IS NOT NULL`;

/** Entries that wait for what they speak of. */
export function orphans(store: Store): OutboxRow[] {
  return store.all<OutboxRow>(`SELECT * FROM outbox WHERE rule IS NULL AND ${IS_ORPHAN} ORDER BY id`);
}

export function addToOutbox(store: Store, place: { conversation: string; thread: ThreadName }, key: string, fact: Fact): void {
  store.run(
    `INSERT INTO outbox (key, conversation, thread, fact) VALUES (?, ?, ?, ?)`,
    key,
    place.conversation,
    place.thread,
    JSON.stringify(fact),
  );
}

export function readOutboxEntry(store: Store, key: string): OutboxRow | undefined {
  return store.get<OutboxRow>(`SELECT * FROM outbox WHERE key = ?`, key);
}

/**
 * Entries of one thread that may go out, in their order. Those that were not sent stand aside, and so does a removal that is held: it
 * says nothing that others could come before. A message that is held, or whose files aren't uploaded, keeps what is behind it.
 */
export function waitingEntries(store: Store, conversation: string, thread: ThreadName, limit: number): OutboxRow[] {
  return store.all<OutboxRow>(
    `SELECT * FROM outbox WHERE conversation = ? AND thread = ? AND rule IS NULL AND held = 0
       AND NOT ${IS_COMPARED} AND NOT (${IS_ORPHAN}) AND id < coalesce(
       (SELECT min(id) FROM outbox WHERE conversation = ? AND thread = ? AND rule IS NULL
          AND (held > 0 AND fact ->> '$.kind' <> 'remove' OR ${LACKS_FILES})), 9e18)
     ORDER BY id LIMIT ?`,
    conversation,
    thread,
    conversation,
    thread,
    limit,
  );
}

export function waitingThreads(store: Store): { conversation: string; thread: ThreadName }[] {
  return store.all(
    `SELECT conversation, thread FROM outbox
     WHERE id IN (SELECT min(id) FROM outbox WHERE rule IS NULL GROUP BY conversation, thread) AND NOT ${LACKS_FILES} AND NOT ${IS_COMPARED}
     ORDER BY id`,
  );
}

export function outboxEntries(store: Store): OutboxRow[] {
  return store.all<OutboxRow>(`SELECT * FROM outbox ORDER BY id`);
}

export function outboxCounts(store: Store): { queued: number; notSent: number; waitingSince: number | null } {
  return store.get<{ queued: number; notSent: number; waitingSince: number | null }>(
    `SELECT count(*) FILTER (WHERE rule IS NULL) AS queued, count(*) FILTER (WHERE rule IS NOT NULL) AS notSent,
            min(fact ->> '$.sentAt') FILTER (WHERE rule IS NULL) AS waitingSince FROM outbox`,
  )!;
}

/** These go to this document; written before they are put on the wire. */
export function assignDocument(store: Store, keys: readonly string[], document: string | null): void {
  store.transact(() => {
    for (const key of keys) store.run(`UPDATE outbox SET document = ? WHERE key = ?`, document, key);
  });
}

export function markNotSent(store: Store, keys: readonly string[], rule: RefusalRule): void {
  store.transact(() => {
    for (const key of keys) store.run(`UPDATE outbox SET rule = ?, document = NULL WHERE key = ?`, rule, key);
  });
}

/** Keeps an entry from going out until `releaseEntries`. */
export function holdEntry(store: Store, key: string, until: number): void {
  store.run(`UPDATE outbox SET held = ? WHERE key = ?`, until, key);
}

/** These may go out; `null`: all. */
export function releaseEntries(store: Store, keys: readonly string[] | null): void {
  store.transact(() => {
    if (keys === null) store.run(`UPDATE outbox SET held = 0 WHERE held > 0`);
    else for (const key of keys) store.run(`UPDATE outbox SET held = 0 WHERE key = ?`, key);
  });
}

/** Another fact in the same place of the queue, for an entry that was never put on the wire. */
export function rewriteEntry(store: Store, key: string, fact: Fact): void {
  store.run(`UPDATE outbox SET fact = ? WHERE key = ?`, JSON.stringify(fact), key);
}

/** Puts an entry that was not sent at the end of the queue again. */
export function requeue(store: Store, row: OutboxRow, fact: Fact): void {
  store.run(`DELETE FROM outbox WHERE key = ?`, row.key);
  addToOutbox(store, row, row.key, fact);
}

/** Returns whether it was there. */
export function removeFromOutbox(store: Store, key: string): boolean {
  return store.run(`DELETE FROM outbox WHERE key = ?`, key) > 0;
}
