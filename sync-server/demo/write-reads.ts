import { isStaff } from '#shared/roles.ts';

import type { Transaction } from '../storage/database.ts';
import { insertReads, type ReadRow } from '../storage/history-rows.ts';
import type { Demo, DemoConversation } from './demo-format.ts';
import type { DemoAccounts } from './make-people.ts';
import type { OpenedConversation } from './open-conversations.ts';
import type { ThreadPlan } from './plan-thread.ts';

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
  const reads = plans.flatMap((plan): ReadRow[] => {
    const demo = demoOf.get(plan.conversation)!;
    const readers = plan.thread === 'team' ? [...staff] : [...staff, ...demo.people];
    return readers.flatMap((person) => {
      const read = readUpTo(plan, plan.thread === 'team' ? 0 : unreadOf(demo, person, staff.has(person)));
      return read ? [{ conversation: plan.conversation, thread: plan.thread, account: idOf(person), ...read }] : [];
    });
  });
  await insertReads(tx, reads);
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
