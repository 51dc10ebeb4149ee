import { newId } from '#shared/ids.ts';
import type { NotificationKind, Webhook, WebhookFailure } from '#shared/notifications.ts';

import { column } from './columns.ts';
import type { Reader, Transaction } from './database.ts';

export type WebhookRow = {
  id: string;
  agency: string;
  url: string;
  secret: string;
  events: NotificationKind[];
  withText: boolean;
  createdAt: Date;
};

const COLUMNS = `id, agency_id AS agency, url, secret, events, with_text AS "withText", created_at AS "createdAt"`;

export async function insertWebhook(
  tx: Transaction,
  made: { agencyId: string; url: string; secret: string; events: readonly NotificationKind[]; withText: boolean },
): Promise<WebhookRow> {
  const [row] = await tx.rows<WebhookRow>(
    `INSERT INTO webhooks (id, agency_id, url, secret, events, with_text) VALUES ($1, $2, $3, $4, $5, $6) RETURNING ${COLUMNS}`,
    [newId(), made.agencyId, made.url, made.secret, [...made.events], made.withText],
  );
  return row!;
}

/** Without the secret, which is told once. */
export function toldWebhook({ id, url, events, withText, createdAt }: WebhookRow): Webhook {
  return { id, url, events, withText, createdAt: createdAt.toISOString() };
}

export async function webhooksOf(db: Reader, agencies: readonly string[]): Promise<WebhookRow[]> {
  return db.rows<WebhookRow>(
    `SELECT ${COLUMNS} FROM webhooks WHERE agency_id = ANY ($1::uuid[]) AND removed_at IS NULL ORDER BY created_at`,
    [[...agencies]],
  );
}

/** What waits for it is not delivered any more. False when the agency has no such webhook. */
export async function removeWebhook(tx: Transaction, agencyId: string, id: string): Promise<boolean> {
  const rows = await tx.rows(
    'UPDATE webhooks SET removed_at = now() WHERE id = $1 AND agency_id = $2 AND removed_at IS NULL RETURNING id',
    [id, agencyId],
  );
  return rows.length > 0;
}

/**
 * Of these accounts, those without a socket: in how many seconds they count as away if they don't come back, 0 for those who are by
 * now. `here`: younger than this, in seconds, somebody's last sign says that they are connected.
 */
export async function awayAmong(
  db: Reader,
  accounts: readonly string[],
  { away, here }: { away: number; here: number },
): Promise<Map<string, number>> {
  const rows = await db.rows<{ account: string; wait: number }>(
    `SELECT u.account, greatest(0, $2 - extract(epoch FROM now() - coalesce(l.seen_at, '-infinity')))::float8 AS wait
     FROM unnest($1::uuid[]) AS u (account) LEFT JOIN live_accounts l ON l.account_id = u.account
     WHERE l.seen_at IS NULL OR l.seen_at <= now() - make_interval(secs => $3)`,
    [[...accounts], away, here],
  );
  return new Map(rows.map(({ account, wait }) => [account, wait]));
}

/** To be handed to the queue, in `wait` seconds. One webhook is told of one notification once. */
export async function insertDeliveries(
  tx: Transaction,
  wanted: readonly { webhook: string; account: string; notification: number; wait: number }[],
): Promise<void> {
  if (wanted.length === 0) return;
  await tx.rows(
    `INSERT INTO webhook_deliveries (id, webhook_id, account_id, notification_id, not_before)
     SELECT id, webhook, account, notification, now() + make_interval(secs => wait)
     FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::float8[]) AS u (id, webhook, account, notification, wait)
     ON CONFLICT DO NOTHING`,
    [
      wanted.map(() => newId()),
      column(wanted, 'webhook'),
      column(wanted, 'account'),
      column(wanted, 'notification'),
      column(wanted, 'wait'),
    ],
  );
}

/** Whether a queue is needed at all. */
export async function anyWaiting(db: Reader): Promise<boolean> {
  const rows = await db.rows(`SELECT 1 FROM webhook_deliveries WHERE state IN ('due', 'queued') LIMIT 1`);
  return rows.length > 0;
}

/** Some that are due, which from the commit of this transaction on are the queue's. Those of who came back meanwhile are not sent. */
export async function takeDeliveries(
  tx: Transaction,
  limit: number,
  awaySeconds: number,
): Promise<{ id: string; webhook: string }[]> {
  await tx.rows(
    `UPDATE webhook_deliveries d SET state = 'skipped', changed_at = now() FROM live_accounts l
     WHERE d.state = 'due' AND d.not_before > d.created_at AND d.not_before <= now() AND l.account_id = d.account_id
       AND l.seen_at > now() - make_interval(secs => $1)`,
    [awaySeconds],
  );
  return tx.rows<{ id: string; webhook: string }>(
    `UPDATE webhook_deliveries SET state = 'queued', changed_at = now() WHERE id IN (
       SELECT id FROM webhook_deliveries WHERE state = 'due' AND not_before <= now() ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED)
     RETURNING id, webhook_id AS webhook`,
    [limit],
  );
}

export type Delivery = { id: string; account: string; notification: number; webhook: WebhookRow };

/** One that is still to be made; `null`: it was made, the webhook is gone, or what it was about. */
export async function openDelivery(db: Reader, id: string): Promise<Delivery | null> {
  const [row] = await db.rows<WebhookRow & { account: string; notification: number }>(
    `SELECT d.account_id AS account, d.notification_id AS notification, w.id, w.agency_id AS agency, w.url, w.secret, w.events,
       w.with_text AS "withText", w.created_at AS "createdAt"
     FROM webhook_deliveries d JOIN webhooks w ON w.id = d.webhook_id
     WHERE d.id = $1 AND d.state = 'queued' AND w.removed_at IS NULL`,
    [id],
  );
  if (!row) return null;
  const { account, notification, ...webhook } = row;
  return { id, account, notification, webhook };
}

export type Recipient = { account: string; number: number; name: string; email: string };

export async function recipientOf(db: Reader, account: string): Promise<Recipient> {
  const [row] = await db.rows<Recipient>('SELECT id AS account, number, name, email FROM accounts WHERE id = $1', [account]);
  return row!;
}

export async function endDelivery(tx: Transaction, id: string, state: 'delivered' | 'skipped' | 'failed'): Promise<void> {
  await tx.rows(
    `UPDATE webhook_deliveries SET state = $2, changed_at = now(), attempts = attempts + CASE $2 WHEN 'delivered' THEN 1 ELSE 0 END
     WHERE id = $1 AND state = 'queued'`,
    [id, state],
  );
}

export async function noteAttempt(tx: Transaction, id: string, error: string): Promise<void> {
  await tx.rows('UPDATE webhook_deliveries SET attempts = attempts + 1, last_error = $2, changed_at = now() WHERE id = $1', [
    id,
    error,
  ]);
}

/** The newest 500 that were given up. */
export async function failuresOf(db: Reader, agencyId: string): Promise<WebhookFailure[]> {
  const rows = await db.rows<Omit<WebhookFailure, 'createdAt' | 'failedAt'> & { createdAt: Date; failedAt: Date }>(
    `SELECT d.id, w.id AS webhook, w.url, n.kind, d.attempts, d.last_error AS error, d.created_at AS "createdAt", d.changed_at AS "failedAt"
     FROM webhook_deliveries d JOIN webhooks w ON w.id = d.webhook_id
       JOIN notifications n ON n.account_id = d.account_id AND n.id = d.notification_id
     WHERE w.agency_id = $1 AND d.state = 'failed' AND w.removed_at IS NULL ORDER BY d.changed_at DESC LIMIT 500`,
    [agencyId],
  );
  return rows.map(({ id, webhook, url, kind, attempts, error, createdAt, failedAt }) => ({
    id,
    webhook,
    url,
    kind,
    attempts,
    error,
    createdAt: createdAt.toISOString(),
    failedAt: failedAt.toISOString(),
  }));
}

/** Tries again what was given up: one, or (`null`) all of the agency. Gives how many. */
export async function replayFailures(tx: Transaction, agencyId: string, id: string | null): Promise<number> {
  const rows = await tx.rows(
    `UPDATE webhook_deliveries d SET state = 'due', attempts = 0, changed_at = now() FROM webhooks w
     WHERE w.id = d.webhook_id AND w.agency_id = $1 AND w.removed_at IS NULL AND d.state = 'failed' AND ($2::uuid IS NULL OR d.id = $2)
     RETURNING d.id`,
    [agencyId, id],
  );
  return rows.length;
}

/** Takes away what is done with for `days`; what failed stays four times as long. */
export async function sweepDeliveries(tx: Transaction, days: number): Promise<void> {
  await tx.rows(
    `DELETE FROM webhook_deliveries WHERE (state IN ('delivered', 'skipped') AND changed_at < now() - make_interval(days => $1))
       OR (state = 'failed' AND changed_at < now() - make_interval(days => 4 * $1))`,
    [days],
  );
}
