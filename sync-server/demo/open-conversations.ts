import { THREADS, type ThreadName } from '#shared/ids.ts';
import { isStaff } from '#shared/roles.ts';

import type { Transaction } from '../storage/database.ts';
import { externalIds } from '../storage/history-rows.ts';
import { insertConversations, type NewImport } from '../storage/import-conversations.ts';
import { takeDocumentIds } from '../storage/import-rows.ts';
import type { Demo, DemoConversation } from './demo-format.ts';
import type { DemoAccounts } from './make-people.ts';

export type OpenedConversation = { demo: DemoConversation; conversation: string; documents: Record<ThreadName, number> };

const DAY_MS = 24 * 60 * 60 * 1_000;

/** Rows of job, conversation, participants and threads, and ids for the first documents, of those conversations that are not there yet. */
export async function openConversations(
  tx: Transaction,
  demo: Demo,
  { agencyId, idOf }: DemoAccounts,
  now: number,
): Promise<OpenedConversation[]> {
  const there = await externalIds(tx, agencyId);
  // Oldest first, so that numbers rise with time.
  const missing = demo.conversations
    .filter(({ id }) => !there.has(externalId(id)))
    .sort((a, b) => b.items[0]!.ago - a.items[0]!.ago);
  const staff = new Set(demo.people.filter(({ role }) => isStaff(role)).map(({ id }) => id));
  const roles = new Map(demo.people.map(({ id, role }) => [id, role]));
  const made = await insertConversations(
    tx,
    agencyId,
    missing.map((one) => ({
      externalId: externalId(one.id),
      job: jobOf(one, now),
      locks: one.locks,
      createdAt: now - one.items[0]!.ago,
      participants: [...joinedOf(one, staff)].map(([person, ago]) => {
        return { account: idOf(person), role: roles.get(person)!, joinedAt: now - ago };
      }),
    })),
  );
  const documents = await takeDocumentIds(tx, missing.length * THREADS.length);
  return missing.map((one) => {
    const [all, team] = documents.splice(0, THREADS.length);
    return { demo: one, conversation: made.get(externalId(one.id))!.conversation, documents: { all: all!, team: team! } };
  });
}

const externalId = (id: string): string => `demo-${id}`;

function jobOf({ job: { title, status, location, startsInDays } }: DemoConversation, now: number): NewImport['job'] {
  const startsOn = startsInDays === null ? null : new Date(now + startsInDays * DAY_MS).toISOString().slice(0, 10);
  return { title, status, location, startsOn };
}

/** How long ago each listed person came in: with the event that says so, else at the start; staff with their first message. */
function joinedOf({ people, items }: DemoConversation, staff: ReadonlySet<string>): Map<string, number> {
  const joined = new Map(people.map((person) => [person, items[0]!.ago]));
  for (const item of items) {
    if (!('event' in item)) {
      if (staff.has(item.by) && !joined.has(item.by)) joined.set(item.by, item.ago);
    } else if (item.event.type === 'joined') {
      joined.set(item.event.account, item.ago);
    }
  }
  return joined;
}
