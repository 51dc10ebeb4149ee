import { EVENT_KEY_PREFIX, SYSTEM_CLIENT_ID, THREAD_ROOTS, type EventValue } from '#shared/documents.ts';
import { targetOf, type Fact } from '#shared/facts.ts';
import { entryKey, type EntryKey, type ThreadName } from '#shared/ids.ts';
import type { StructId } from '#shared/update-codec.ts';

import type { FactRow } from '../storage/fact-rows.ts';
import { factHash } from '../sync/acceptance/structure.ts';
import { LogPlan, type PlannedLogRow } from './plan-log.ts';
import type { HistoryStep } from './thread-history.ts';
import { Outcome } from './thread-outcome.ts';

export type PlannedThread = {
  documentId: number;
  conversation: string;
  thread: ThreadName;
  /** `job`, `participants` and `locks`, as they are at the end. */
  context: Record<string, unknown>;
  steps: readonly HistoryStep[];
};

export type PlannedEntry = Omit<FactRow, 'acceptedAt'> & { key: EntryKey; target: string | null; at: number };

/** A message as it stands after all that followed. */
export type PlannedMessage = {
  entry: PlannedEntry;
  fact: Fact & { kind: 'message' };
  editedAt: number | null;
  removedAt: number | null;
};

/** Everything that Postgres holds of one thread of one epoch, as if each step had been accepted in its time. */
export type ThreadPlan = PlannedThread & {
  entries: PlannedEntry[];
  messages: PlannedMessage[];
  reactions: { message: number; account: string; emoji: string; seq: number }[];
  events: { seq: number; id: string; at: number; event: EventValue['event'] }[];
  /** The values of the root `context` with the clocks under which they stand. */
  contextRows: { key: string; clock: number; value: unknown }[];
  clocks: Map<number, number>;
  deletes: StructId[];
  nextSeq: number;
  lastMessage: PlannedEntry | null;
  n: number;
  log: PlannedLogRow[];
};

/** `lease`: a Yjs client id that no device has; all that people are said to have written stands under it. */
export function planThread(planned: PlannedThread, lease: number): ThreadPlan {
  const { documentId, conversation, thread } = planned;
  const log = new LogPlan();
  const outcome = new Outcome();
  const entries: PlannedEntry[] = [];
  const events: ThreadPlan['events'] = [];
  const contextRows: ThreadPlan['contextRows'] = [];
  const addContext = (key: string, value: unknown): void => {
    contextRows.push({ key, clock: log.add(SYSTEM_CLIENT_ID, THREAD_ROOTS.context, key, value), value });
  };

  for (const [key, value] of Object.entries(planned.context)) addContext(key, value);
  for (const [index, step] of planned.steps.entries()) {
    const seq = index + 1;
    if (step.kind === 'event') {
      const { id, at, event } = step;
      events.push({ seq, id, at, event });
      addContext(`${EVENT_KEY_PREFIX}${id}`, { seq, at, event } satisfies EventValue);
    } else {
      const { account, id, at, fact } = step;
      const key = entryKey(account, id);
      const clock = log.add(lease, THREAD_ROOTS.entries, key, fact);
      log.add(SYSTEM_CLIENT_ID, THREAD_ROOTS.accepted, key, [seq, at]);
      const place = { conversation, thread, account, id, key, fact, seq, documentId, client: lease, clock, at };
      const entry = { ...place, hash: factHash(key, fact), target: targetOf(fact), emptied: false };
      entries.push(entry);
      log.delete(outcome.apply(entry));
    }
    log.endStep();
  }
  const messages = outcome.messages();
  return {
    ...planned,
    entries,
    events,
    contextRows,
    messages,
    reactions: outcome.reactions(),
    clocks: log.clocks,
    deletes: log.deletes,
    nextSeq: planned.steps.length + 1,
    lastMessage: messages.at(-1)?.entry ?? null,
    n: log.position,
    log: log.rows(),
  };
}
