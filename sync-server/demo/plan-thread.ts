import { EVENT_KEY_PREFIX, SYSTEM_CLIENT_ID, THREAD_ROOTS, type EventValue } from '#shared/documents.ts';
import { targetOf, type Fact } from '#shared/facts.ts';
import { entryKey, type EntryKey, type ThreadName } from '#shared/ids.ts';
import { encodeUpdate, valueStruct, type StructId, type ValueStruct } from '#shared/update-codec.ts';

import { factHash } from '../sync/acceptance/structure.ts';
import { emptyStructs } from '../sync/raw-update.ts';
import type { HistoryStep } from './thread-history.ts';

export type PlannedThread = {
  documentId: number;
  conversation: string;
  thread: ThreadName;
  /** `job`, `participants` and `locks`, as they are at the end. */
  context: Record<string, unknown>;
  steps: readonly HistoryStep[];
};

export type PlannedEntry = {
  conversation: string;
  thread: ThreadName;
  account: string;
  id: string;
  key: EntryKey;
  fact: Fact;
  seq: number;
  documentId: number;
  client: number;
  clock: number;
  hash: Buffer;
  target: string | null;
  at: number;
  emptied: boolean;
};

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
  update: Uint8Array;
};

/** `leaseOf`: the Yjs client id under which an account's facts are written. */
export function planThread(planned: PlannedThread, leaseOf: (account: string) => number): ThreadPlan {
  const { documentId, conversation, thread } = planned;
  const clocks = new Map<number, number>();
  const structs: ValueStruct[] = [];
  const add = (client: number, root: string, key: string, value: unknown): number => {
    const clock = clocks.get(client) ?? 0;
    clocks.set(client, clock + 1);
    structs.push(valueStruct({ client, clock }, root, key, value));
    return clock;
  };
  const plan = { entries: [], reactions: [], events: [], contextRows: [] } as Pick<
    ThreadPlan,
    'entries' | 'reactions' | 'events' | 'contextRows'
  >;
  const addContext = (key: string, value: unknown): void => {
    plan.contextRows.push({ key, clock: add(SYSTEM_CLIENT_ID, THREAD_ROOTS.context, key, value), value });
  };

  for (const [key, value] of Object.entries(planned.context)) addContext(key, value);
  let seq = 0;
  for (const step of planned.steps) {
    seq++;
    if (step.kind === 'event') {
      const { id, at, event } = step;
      plan.events.push({ seq, id, at, event });
      addContext(`${EVENT_KEY_PREFIX}${id}`, { seq, at, event } satisfies EventValue);
      continue;
    }
    const { account, id, at, fact } = step;
    const key = entryKey(account, id);
    const client = leaseOf(account);
    const clock = add(client, THREAD_ROOTS.entries, key, fact);
    add(SYSTEM_CLIENT_ID, THREAD_ROOTS.accepted, key, [seq, at]);
    const place = { conversation, thread, account, id, key, fact, seq, documentId, client, clock, at };
    plan.entries.push({ ...place, hash: factHash(key, fact), target: targetOf(fact), emptied: false });
  }
  const { messages, reactions } = outcomeOf(plan.entries);
  const deletes = plan.entries.filter(({ emptied }) => emptied).map(({ client, clock }) => ({ client, clock }));
  const update = encodeUpdate(
    structs,
    [...deletes]
      .sort((a, b) => a.client - b.client || a.clock - b.clock)
      .map(({ client, clock }) => ({ client, clock, length: 1 })),
  );
  return {
    ...planned,
    ...plan,
    messages,
    reactions,
    clocks,
    deletes,
    nextSeq: seq + 1,
    lastMessage: messages.at(-1)?.entry ?? null,
    n: clocks.get(SYSTEM_CLIENT_ID) ?? 0,
    update: emptyStructs(update, deletes) ?? update,
  };
}

/** Applies edits, removals and reactions in their order. A removal empties the message and its edits. */
function outcomeOf(entries: readonly PlannedEntry[]): Pick<ThreadPlan, 'messages' | 'reactions'> {
  const messages = new Map<EntryKey, PlannedMessage>();
  const reactions = new Map<string, ThreadPlan['reactions'][number] & { to: EntryKey }>();
  for (const entry of entries) {
    const { fact, account, seq, at } = entry;
    if (fact.kind === 'message') {
      messages.set(entry.key, { entry, fact, editedAt: null, removedAt: null });
      continue;
    }
    const target = entry.target === null ? undefined : messages.get(entry.target);
    if (!target) throw new Error(`${entry.key} speaks of a message that is not before it`);
    if (fact.kind === 'edit') {
      target.fact = { ...target.fact, text: fact.text, mentions: fact.mentions };
      target.editedAt = at;
    } else if (fact.kind === 'remove') {
      target.fact = { ...target.fact, text: '', mentions: [], attachments: [] };
      target.removedAt = at;
      for (const other of entries) {
        if (
          other.seq < seq &&
          (other.key === target.entry.key || (other.fact.kind === 'edit' && other.target === target.entry.key))
        ) {
          other.emptied = true;
        }
      }
    } else if (fact.kind === 'react') {
      const place = `${fact.to}/${account}/${fact.emoji}`;
      if (fact.on) reactions.set(place, { to: fact.to, message: target.entry.seq, account, emoji: fact.emoji, seq });
      else reactions.delete(place);
    }
  }
  const stays = ({ to }: { to: EntryKey }): boolean => messages.get(to)?.removedAt === null;
  return {
    messages: [...messages.values()],
    reactions: [...reactions.values()]
      .filter(stays)
      .map(({ message, account, emoji, seq }) => ({ message, account, emoji, seq })),
  };
}
