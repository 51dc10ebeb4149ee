import type { Reader } from './database.ts';

/** What waits in the database, for all nodes. */
export type Waiting = { webhooks: number; webhooksFailed: number; notifications: number; filesHeld: number };

/** More than these are "many": counting a backlog must not cost more than working it off. */
const MOST = 10_000;

/** Asked for by whoever watches the server, every few seconds: each count goes over its own index, and stops. */
export async function readWaiting(db: Reader): Promise<Waiting> {
  const [row] = await db.rows<Waiting>(
    `SELECT
       (SELECT count(*) FROM (SELECT 1 FROM webhook_deliveries WHERE state IN ('due', 'queued') LIMIT $1) q) AS webhooks,
       (SELECT count(*) FROM (SELECT 1 FROM webhook_deliveries WHERE state = 'failed' LIMIT $1) q) AS "webhooksFailed",
       (SELECT count(*) FROM (SELECT 1 FROM notifications_due LIMIT $1) q) AS notifications,
       (SELECT count(*) FROM (SELECT 1 FROM files WHERE state = 'held' LIMIT $1) q) AS "filesHeld"`,
    [MOST],
  );
  return row!;
}
