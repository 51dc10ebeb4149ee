import { AppError } from '#shared/errors.ts';
import { webhookFailures, webhookList, webhookMade, webhookRequest } from '#shared/notifications.ts';

import { newSecret } from '../auth/one-time-secret.ts';
import { checkWebhookUrl } from '../notifications/notifications-config.ts';
import { failuresOf, insertWebhook, removeWebhook, replayFailures, toldWebhook, webhooksOf } from '../storage/webhooks.ts';
import type { Routes } from './http.ts';
import { idOf, notFound, ownerOf, parsed } from './routing.ts';

/** Each multiplies what goes out for a message. */
const MOST = 20;

/** For an agency's owners. */
export const webhookRoutes: Routes = (app, { db, log, webhookAddresses }, answer) => {
  app.post('/api/v1/webhooks', async (request, reply) => {
    const { agencyId } = ownerOf(request);
    const { url: given, events, withText } = parsed(webhookRequest, request.body);
    const url = checkWebhookUrl(given, webhookAddresses);
    const secret = `whs_${newSecret().text}`;
    const made = await db.transact(async (tx) => {
      if ((await webhooksOf(tx, [agencyId])).length >= MOST) {
        throw new AppError('conflict', `An agency has at most ${MOST} webhooks. Remove one first.`);
      }
      return insertWebhook(tx, { agencyId, url, secret, events: [...new Set(events)], withText });
    });
    log.info('webhook-added', { webhook: made.id });
    return reply.code(201).send(answer(webhookMade, { ...toldWebhook(made), secret }));
  });

  app.get('/api/v1/webhooks', async (request) => {
    const { agencyId } = ownerOf(request);
    const webhooks = await db.read((reader) => webhooksOf(reader, [agencyId]));
    return answer(webhookList, { webhooks: webhooks.map(toldWebhook) });
  });

  app.delete('/api/v1/webhooks/:id', async (request, reply) => {
    const { agencyId } = ownerOf(request);
    if (!(await db.transact((tx) => removeWebhook(tx, agencyId, idOf(request))))) throw notFound();
    log.info('webhook-removed', { webhook: idOf(request) });
    return reply.code(204).send();
  });

  app.get('/api/v1/webhooks/failures', async (request) => {
    const { agencyId } = ownerOf(request);
    return answer(webhookFailures, { failures: await db.read((reader) => failuresOf(reader, agencyId)) });
  });

  app.post('/api/v1/webhooks/failures/:id/replay', async (request, reply) => {
    const { agencyId } = ownerOf(request);
    if ((await db.transact((tx) => replayFailures(tx, agencyId, idOf(request)))) === 0) throw notFound();
    return reply.code(202).send();
  });
};
