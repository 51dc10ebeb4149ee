import { AppError } from '#shared/errors.ts';
import { webhookFailures, webhookList, webhookMade, webhookRequest } from '#shared/notifications.ts';

import { newSecret } from '../auth/one-time-secret.ts';
import { checkWebhookUrl } from '../notifications/notifications-config.ts';
import { failuresOf, insertWebhook, removeWebhook, replayFailures, toldWebhook, webhooksOf } from '../storage/webhooks.ts';
import { endpoint, type Endpoint } from './endpoint.ts';
import type { Routes } from './http.ts';
import { idParams, notFound } from './routing.ts';

/** Each multiplies what goes out for a message. */
const MOST = 20;

const tag = 'Webhooks';

const add = {
  method: 'POST',
  path: '/api/v1/webhooks',
  tag,
  summary: 'Makes a webhook; its secret is told this once',
  access: 'owner',
  body: webhookRequest,
  status: 201,
  gives: webhookMade,
  errors: ['conflict'],
} as const satisfies Endpoint;

const list = {
  method: 'GET',
  path: '/api/v1/webhooks',
  tag,
  summary: 'The agency’s webhooks',
  access: 'owner',
  gives: webhookList,
} as const satisfies Endpoint;

const remove = {
  method: 'DELETE',
  path: '/api/v1/webhooks/:id',
  tag,
  summary: 'Removes one; what waits for it is not delivered any more',
  access: 'owner',
  params: idParams,
  status: 204,
} as const satisfies Endpoint;

const failures = {
  method: 'GET',
  path: '/api/v1/webhooks/failures',
  tag,
  summary: 'What was given up after the last try, the newest 500',
  access: 'owner',
  gives: webhookFailures,
} as const satisfies Endpoint;

const replay = {
  method: 'POST',
  path: '/api/v1/webhooks/failures/:id/replay',
  tag,
  summary: 'Tries one of these again from the beginning',
  access: 'owner',
  params: idParams,
  status: 202,
} as const satisfies Endpoint;

/** For an agency's owners. */
export const webhookRoutes: Routes = (app, { db, log, webhookAddresses }, answer) => {
  endpoint(app, answer, add, async ({ caller: { agencyId }, body: { url: given, events, withText } }) => {
    const url = checkWebhookUrl(given, webhookAddresses);
    const secret = `whs_${newSecret().text}`;
    const made = await db.transact(async (tx) => {
      if ((await webhooksOf(tx, [agencyId])).length >= MOST) {
        throw new AppError('conflict', `An agency has at most ${MOST} webhooks. Remove one first.`);
      }
      return insertWebhook(tx, { agencyId, url, secret, events: [...new Set(events)], withText });
    });
    log.info('webhook-added', { webhook: made.id });
    return { ...toldWebhook(made), secret };
  });

  endpoint(app, answer, list, async ({ caller: { agencyId } }) => {
    const webhooks = await db.read((reader) => webhooksOf(reader, [agencyId]));
    return { webhooks: webhooks.map(toldWebhook) };
  });

  endpoint(app, answer, remove, async ({ caller: { agencyId }, params: { id } }) => {
    if (!(await db.transact((tx) => removeWebhook(tx, agencyId, id)))) throw notFound();
    log.info('webhook-removed', { webhook: id });
  });

  endpoint(app, answer, failures, async ({ caller: { agencyId } }) => ({
    failures: await db.read((reader) => failuresOf(reader, agencyId)),
  }));

  endpoint(app, answer, replay, async ({ caller: { agencyId }, params: { id } }) => {
    if ((await db.transact((tx) => replayFailures(tx, agencyId, id))) === 0) throw notFound();
  });
};
