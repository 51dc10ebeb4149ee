import { findContactDetails, type ContactFilter } from '#shared/contact-details.ts';

import type { Reader, Transaction } from './database.ts';
import { appendFeed } from './feed.ts';
import { notify } from './notify.ts';

/** What an agency does about contact details, and tells its people's apps. False when it did so already. */
export async function setContactFilter(tx: Transaction, agency: string, filter: ContactFilter): Promise<boolean> {
  const changed = await tx.rows('UPDATE agencies SET contact_filter = $2 WHERE id = $1 AND contact_filter <> $2 RETURNING id', [
    agency,
    filter,
  ]);
  if (changed.length === 0) return false;
  const people = await tx.rows<{ id: string }>('SELECT id FROM accounts WHERE agency_id = $1 ORDER BY id', [agency]);
  const streams = await appendFeed(
    tx,
    people.map(({ id }) => ({ stream: id, kind: 'account', account: id })),
  );
  await notify(tx, { kind: 'feed', streams });
  return true;
}

/** What the agency of a conversation does about this text; `null` when there is nothing in it to do anything about. */
export async function contactFilterAbout(db: Reader, conversation: string, text: string): Promise<ContactFilter | null> {
  if (findContactDetails(text).length === 0) return null;
  const [row] = await db.rows<{ filter: ContactFilter }>(
    'SELECT g.contact_filter AS filter FROM conversations c JOIN agencies g ON g.id = c.agency_id WHERE c.id = $1',
    [conversation],
  );
  return row?.filter ?? null;
}

export type StartRules = { timeZone: string; lockBeforeStart: boolean };

/** Where the agency does business, and whether sending waits for the start of its jobs that are made or changed from now on. */
export async function setStartRules(tx: Transaction, agency: string, rules: Partial<StartRules>): Promise<StartRules> {
  const [row] = await tx.rows<StartRules>(
    `UPDATE agencies SET time_zone = coalesce($2, time_zone), lock_before_start = coalesce($3, lock_before_start) WHERE id = $1
     RETURNING time_zone AS "timeZone", lock_before_start AS "lockBeforeStart"`,
    [agency, rules.timeZone ?? null, rules.lockBeforeStart ?? null],
  );
  if (!row) throw new Error(`there is no agency ${agency}`);
  return row;
}
