import { targetOf, type Fact } from '#shared/facts.ts';
import type { RefusalRule } from '#shared/wire.ts';

import type { Store } from './database.ts';
import type { Place } from './items.ts';

/** An own edit, removal or reaction that the server hasn't accepted. */
export type ChangeFact = Extract<Fact, { kind: 'edit' | 'remove' | 'react' }>;
export type WaitingFact = {
  key: string;
  /** Where it was put on the wire; `null` while it never was. */
  document: string | null;
  rule: RefusalRule | null;
  held: number;
  fact: ChangeFact;
};

type Row = Omit<WaitingFact, 'fact'> & { fact: string };

/** All of a thread, by the message that they change, in the order of the queue. */
export function waitingFacts(store: Store, { conversation, thread }: Place): Map<string, WaitingFact[]> {
  const rows = store.all<Row>(
    `SELECT key, document, rule, held, fact FROM outbox
     WHERE conversation = ? AND thread = ? AND fact ->> '$.kind' IN ('edit', 'remove', 'react') ORDER BY id`,
    conversation,
    thread,
  );
  const byTarget = new Map<string, WaitingFact[]>();
  for (const row of rows) {
    const fact = JSON.parse(row.fact) as ChangeFact;
    const target = targetOf(fact)!;
    byTarget.set(target, [...(byTarget.get(target) ?? []), { ...row, fact }]);
  }
  return byTarget;
}

/** The message that an entry of the outbox changes; `null` when it is a message itself, or gone. */
export function changedBy(store: Store, key: string): string | null {
  const row = store.get<{ target: string | null }>(
    `SELECT coalesce(fact ->> '$.of', fact ->> '$.to') AS target FROM outbox
     WHERE key = ? AND fact ->> '$.kind' IN ('edit', 'remove', 'react')`,
    key,
  );
  return row?.target ?? null;
}
