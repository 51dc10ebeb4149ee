import type { ThreadName } from '#shared/ids.ts';
import { isStaff } from '#shared/roles.ts';

import type { Transaction } from '../storage/database.ts';
import type { Demo, DemoConversation } from './demo-format.ts';
import type { DemoAccounts } from './make-people.ts';
import type { OpenedConversation } from './open-conversations.ts';
import type { ThreadPlan } from './plan-thread.ts';

type Read = { conversation: string; thread: ThreadName; account: string; seq: number; at: number };

/** Everybody has read everything, but for what the demo says that they have not. */
export async function writeReads(
  tx: Transaction,
  { people }: Demo,
  opened: readonly OpenedConversation[],
  plans: readonly ThreadPlan[],
  { idOf }: DemoAccounts,
): Promise<void> {
  const staff = new Set(people.filter(({ role }) => isStaff(role)).map(({ id }) => id));
  const demoOf = new Map(opened.map(({ conversation, demo }) => [conversation, demo]));
  const reads = plans.flatMap((plan): Read[] => {
    const demo = demoOf.get(plan.conversation)!;
    const readers = plan.thread === 'team' ? [...staff] : [...staff, ...demo.people];
    return readers.flatMap((person) => {
      const read = readUpTo(plan, plan.thread === 'team' ? 0 : unreadOf(demo, person, staff.has(person)));
      return read ? [{ conversation: plan.conversation, thread: plan.thread, account: idOf(person), ...read }] : [];
    });
  });
  await tx.rows(
    `INSERT INTO reads (conversation_id, thread, account_id, seq, at)
     SELECT conversation_id, thread, account_id, seq, to_timestamp(at / 1000)
     FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::bigint[], $5::float8[]) AS r (conversation_id, thread, account_id, seq, at)`,
    [
      reads.map(({ conversation }) => conversation),
      reads.map(({ thread }) => thread),
      reads.map(({ account }) => account),
      reads.map(({ seq }) => seq),
      reads.map(({ at }) => at),
    ],
  );
}

function unreadOf({ unread }: DemoConversation, person: string, isOfStaff: boolean): number {
  return unread[person] ?? (isOfStaff ? (unread['staff'] ?? 0) : 0);
}

/** The cursor that leaves the newest `unread` messages unread; `null` when nothing was read. */
function readUpTo({ messages, entries, events, nextSeq }: ThreadPlan, unread: number): { seq: number; at: number } | null {
  const firstUnread = unread === 0 ? undefined : messages.at(-Math.min(unread, messages.length));
  const seq = (firstUnread?.entry.seq ?? nextSeq) - 1;
  const last = [...entries, ...events].find((step) => step.seq === seq);
  return last ? { seq, at: last.at } : null;
}
