import type { Transaction } from '../storage/database.ts';
import { hasMuted } from '../storage/mutes.ts';
import type { NewNotification } from '../storage/settle-notifications.ts';
import { awayAmong, insertDeliveries, webhooksOf } from '../storage/webhooks.ts';

/** Writes down which webhooks are to be told of these: those of their agency, of who has no socket and hasn't muted the conversation. */
export async function fanOut(
  tx: Transaction,
  made: readonly NewNotification[],
  seconds: { away: number; here: number },
  now: number,
): Promise<void> {
  if (made.length === 0) return;
  const webhooks = await webhooksOf(tx, [...new Set(made.map(({ agency }) => agency))]);
  if (webhooks.length === 0) return;
  const wanted = made.flatMap((row) => {
    const mine = webhooks.filter(({ agency, events }) => agency === row.agency && events.includes(row.kind));
    return mine.length > 0 ? [{ row, mine }] : [];
  });
  const away = await awayAmong(tx, [...new Set(wanted.map(({ row }) => row.account))], seconds);
  const muted = new Map<string, boolean>();
  const deliveries: { webhook: string; account: string; notification: number; wait: number }[] = [];
  for (const { row, mine } of wanted) {
    const wait = away.get(row.account);
    if (wait === undefined) continue;
    const place = `${row.account}/${row.conversation}`;
    if (!muted.has(place)) muted.set(place, await hasMuted(tx, row, now));
    if (muted.get(place)) continue;
    for (const { id } of mine) deliveries.push({ webhook: id, account: row.account, notification: row.id, wait });
  }
  await insertDeliveries(tx, deliveries);
}
