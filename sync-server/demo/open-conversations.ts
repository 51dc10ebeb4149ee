import { newId, THREADS, type ThreadName } from '#shared/ids.ts';
import { isStaff } from '#shared/roles.ts';

import type { Transaction } from '../storage/database.ts';
import { takeDocumentIds } from '../storage/import-rows.ts';
import type { Demo, DemoConversation } from './demo-format.ts';
import type { DemoAccounts } from './make-people.ts';

export type OpenedConversation = { demo: DemoConversation; conversation: string; documents: Record<ThreadName, number> };

const DAY_MS = 24 * 60 * 60 * 1_000;

/** Rows of job, conversation, participants and threads, and ids for the first documents, of those conversations that are not there yet. */
export async function openConversations(
  tx: Transaction,
  demo: Demo,
  accounts: DemoAccounts,
  now: number,
): Promise<OpenedConversation[]> {
  const known = await tx.rows<{ external_id: string }>(
    'SELECT external_id FROM conversations WHERE agency_id = $1 AND external_id IS NOT NULL',
    [accounts.agencyId],
  );
  const there = new Set(known.map((row) => row.external_id));
  const opened: OpenedConversation[] = [];
  // Oldest first, so that numbers rise with time.
  const missing = demo.conversations
    .filter(({ id }) => !there.has(externalId(id)))
    .sort((a, b) => b.items[0]!.ago - a.items[0]!.ago);
  for (const one of missing) opened.push(await openConversation(tx, one, demo, accounts, now));
  return opened;
}

const externalId = (id: string): string => `demo-${id}`;

async function openConversation(
  tx: Transaction,
  one: DemoConversation,
  { people }: Demo,
  { agencyId, idOf }: DemoAccounts,
  now: number,
): Promise<OpenedConversation> {
  const start = new Date(now - one.items[0]!.ago);
  const jobId = newId(start.getTime());
  const conversation = newId(start.getTime());
  const { title, status, location, startsInDays } = one.job;
  const startsOn = startsInDays === null ? null : new Date(now + startsInDays * DAY_MS).toISOString().slice(0, 10);
  await tx.rows(
    'INSERT INTO jobs (id, agency_id, title, status, location, starts_on, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)',
    [jobId, agencyId, title, status, location, startsOn, start],
  );
  await tx.rows(
    `INSERT INTO conversations (id, agency_id, job_id, external_id, locks, created_at, last_activity_at) VALUES ($1, $2, $3, $4, $5, $6, $6)`,
    [conversation, agencyId, jobId, externalId(one.id), one.locks, start],
  );
  const joined = joinedOf(one, new Set(people.filter(({ role }) => isStaff(role)).map(({ id }) => id)));
  const roles = new Map(people.map(({ id, role }) => [id, role]));
  await tx.rows(
    `INSERT INTO participants (conversation_id, account_id, role, joined_at)
     SELECT $1, account, role, joined FROM unnest($2::uuid[], $3::text[], $4::timestamptz[]) AS u (account, role, joined)`,
    [
      conversation,
      [...joined.keys()].map(idOf),
      [...joined.keys()].map((person) => roles.get(person)!),
      [...joined.values()].map((ago) => new Date(now - ago)),
    ],
  );
  await tx.rows('INSERT INTO threads (conversation_id, thread) SELECT $1, unnest($2::text[])', [conversation, [...THREADS]]);
  const [all, team] = await takeDocumentIds(tx, THREADS.length);
  return { demo: one, conversation, documents: { all: all!, team: team! } };
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
