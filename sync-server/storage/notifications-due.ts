import type { EventValue } from '#shared/documents.ts';
import type { ThreadName } from '#shared/ids.ts';

import type { Transaction } from './database.ts';
import type { BatchState } from './entries.ts';
import { entryId } from './places.ts';
import { Together } from './together.ts';
import type { AcceptedEntry } from './write-entries.ts';

/** What was committed, as far as it decides who is told of it. Never text. */
export type DueItem = {
  kind: 'message' | 'edit' | 'remove' | 'assign' | 'event';
  conversation: string;
  thread: ThreadName;
  /** Its own place … */
  at: number;
  /** … and that of the message or event that it is about. */
  seq: number;
  actor: string | null;
  mentions: readonly string[];
  /** Of an assignment; of an event that concerns one person alone. */
  target: string | null;
};

/** One row for a whole commit, in that commit: who is told is settled afterwards, off the way of the message (decision 0011). */
export async function insertDue(tx: Transaction, items: readonly DueItem[]): Promise<void> {
  const writes = new Together();
  addDue(writes, items);
  await writes.run(tx);
}

export function addDue(to: Together, items: readonly DueItem[]): void {
  if (items.length === 0) return;
  to.add('due', `INSERT INTO notifications_due (items) VALUES (${to.value(JSON.stringify(items))}::jsonb)`);
}

/** What of a batch somebody may have to be told. */
export function dueOfEntries(state: BatchState, entries: readonly AcceptedEntry[]): DueItem[] {
  return entries.flatMap((entry): DueItem[] => {
    const { conversation, thread, seq: at, account: actor, fact } = entry;
    const item = { conversation, thread, at, seq: at, actor, mentions: [], target: null };
    switch (fact.kind) {
      case 'message':
        return [{ ...item, kind: 'message', mentions: fact.mentions }];
      case 'edit':
      case 'remove': {
        const mentions = fact.kind === 'edit' ? fact.mentions : [];
        if (fact.kind === 'edit' && mentions.length === 0) return [];
        return [{ ...item, kind: fact.kind, mentions, seq: state.entries.get(entryId(entry, fact.of))!.seq }];
      }
      case 'assign':
        return [{ ...item, kind: 'assign', target: fact.to }];
      default:
        return [];
    }
  });
}

/** Of system events: a new job, another status, and somebody who was added, whom alone that concerns. */
export function dueOfEvent(conversation: string, seq: number, event: EventValue['event']): DueItem[] {
  const item = { kind: 'event', conversation, thread: 'all', at: seq, seq, actor: event.by, mentions: [] } as const;
  if (event.type === 'conversation-created' || event.type === 'job-status') return [{ ...item, target: null }];
  return event.type === 'joined' ? [{ ...item, target: event.account }] : [];
}

/** Gives up the oldest commit, which can't be settled: it must not hold up all that comes after it. */
export async function dropDue(tx: Transaction): Promise<number> {
  return (await takeDue(tx, 1)).items.length;
}

/** The oldest commits that nobody else is at, taken away in this transaction. `commits`: how many these were. */
export async function takeDue(tx: Transaction, commits: number): Promise<{ commits: number; items: DueItem[] }> {
  const rows = await tx.rows<{ id: number; items: DueItem[] }>(
    `DELETE FROM notifications_due WHERE id IN (SELECT id FROM notifications_due ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED)
     RETURNING id, items`,
    [commits],
  );
  return { commits: rows.length, items: rows.sort((a, b) => a.id - b.id).flatMap(({ items }) => items) };
}
