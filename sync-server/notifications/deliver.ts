import type { WebhookCall } from '#shared/notifications.ts';

import type { Database } from '../storage/database.ts';
import { findNotification } from '../storage/notifications.ts';
import { endDelivery, noteAttempt, openDelivery, recipientOf } from '../storage/webhooks.ts';
import type { AddressRules } from './addresses.ts';
import { post } from './post.ts';
import { DELIVERY_HEADER, signatureOf, SIGNATURE_HEADER } from './signature.ts';
import { toldNotification } from './told.ts';

/** Why a try failed; the queue tries again. */
export class NotTaken extends Error {}

/**
 * Makes one try. What was read or removed in the meantime isn't sent. A try whose end could not be written down is made again: the
 * other side knows it by its id. Whether the other side took it; not, when there was nothing to send any more. @throws NotTaken
 */
export async function deliver(db: Database, id: string, rules: AddressRules, timeoutMs: number): Promise<boolean> {
  const found = await db.read(async (reader) => {
    const delivery = await openDelivery(reader, id);
    if (!delivery) return null;
    const row = await findNotification(reader, delivery.account, delivery.notification);
    return { delivery, row, recipient: await recipientOf(reader, delivery.account) };
  });
  if (!found) return false;
  const { delivery, row, recipient } = found;
  if (!row || row.read) {
    await db.transact((tx) => endDelivery(tx, id, 'skipped'));
    return false;
  }
  const { text, read: _, ...notification } = toldNotification(row);
  const { url, secret, withText, agency } = delivery.webhook;
  const call: WebhookCall = {
    id,
    type: 'notification',
    agency,
    recipient,
    notification: withText ? { ...notification, text } : notification,
  };
  const body = JSON.stringify(call);
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'Trialogue',
    [DELIVERY_HEADER]: id,
    [SIGNATURE_HEADER]: signatureOf(secret, body, Date.now()),
  };
  const posted = await post({ url, headers, body }, rules, timeoutMs);
  if (posted.kind === 'taken') {
    await db.transact((tx) => endDelivery(tx, id, 'delivered'));
    return true;
  }
  await db.transact((tx) => noteAttempt(tx, id, posted.reason));
  throw new NotTaken(posted.reason);
}
