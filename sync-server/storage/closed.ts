import { AppError } from '#shared/errors.ts';
import type { ThreadName } from '#shared/ids.ts';

import type { Reader } from './database.ts';

/** When the day of the job's start begins where its agency does business, of the rows `j` and `g`: the one rule, as SQL. */
export const STARTS_AT = '(j.starts_on::timestamp AT TIME ZONE g.time_zone)';

/** Whether sending to everybody is closed at this moment, of the rows `c`, `j` and `g`; as SQL. */
export const IS_CLOSED = `cardinality(CASE WHEN ${STARTS_AT} <= now() THEN array_remove(c.locks, 'before-start') ELSE c.locks END) > 0`;

/** The same as a question of its own. */
export async function isClosed(db: Reader, conversation: string): Promise<boolean> {
  const [row] = await db.rows<{ closed: boolean }>(
    `SELECT ${IS_CLOSED} AS closed FROM conversations c JOIN jobs j ON j.id = c.job_id JOIN agencies g ON g.id = c.agency_id
     WHERE c.id = $1`,
    [conversation],
  );
  return row?.closed === true;
}

/** For what comes with a message and isn't one. @throws AppError conflict */
export async function checkOpen(db: Reader, conversation: string, thread: ThreadName): Promise<void> {
  if (thread === 'team' || !(await isClosed(db, conversation))) return;
  throw new AppError(
    'conflict',
    'Sending is closed in this conversation. The file was not taken; keep it until sending is open again.',
    {
      rule: 'closed',
    },
  );
}
