import type { FastifyRequest } from 'fastify';
import { z } from 'zod';

import { platformJobRequest, platformJobResponse, platformPersonRequest } from '#shared/api.ts';
import { LOCK_REASONS, type LockReason } from '#shared/documents.ts';
import { AppError } from '#shared/errors.ts';

import { secretHash } from '../auth/one-time-secret.ts';
import { requestToken } from '../auth/request-token.ts';
import { findApiKey, noteApiKeyUse, type ApiKey } from '../storage/api-keys.ts';
import { removeParticipant, setLock } from '../storage/change-conversation.ts';
import type { Transaction } from '../storage/database.ts';
import {
  accountNamedBy,
  findPlatformJob,
  lockPlatformJob,
  platformJobOf,
  putParticipant,
  putPlatformJob,
} from '../storage/platform-jobs.ts';
import type { Routes } from './http.ts';
import { notFound, parsed } from './routing.ts';
import { throttle } from './throttle.ts';

declare module 'fastify' {
  interface FastifyRequest {
    apiKey: ApiKey | null;
  }
}

/** Calls a minute with one key. */
const MOST = 1_200;
const USED_MS = 60 * 60 * 1_000;
const JOB = '/api/v1/platform/jobs/:externalId';

const externalName = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}]+$/u, 'holds signs that no id has');
const jobParams = z.object({ externalId: externalName });
const personParams = jobParams.extend({ person: externalName });
const lockParams = jobParams.extend({ reason: z.enum(LOCK_REASONS) });

/** A platform drives its jobs by an API key: it says what is so, and says it again as often as it likes. */
export const platformRoutes: Routes = (app, { db, log }, answer) => {
  app.decorateRequest('apiKey', null);
  /** Does it to the job's conversation, and answers with what then stands there. */
  const change = (request: FastifyRequest, act: (tx: Transaction, conversation: string, key: ApiKey) => Promise<unknown>) => {
    const key = keyOf(request);
    const { externalId } = parsed(jobParams, request.params);
    return db.transact(async (tx) => {
      const conversation = await lockPlatformJob(tx, key.agencyId, externalId);
      if (conversation === null) throw notFound();
      await act(tx, conversation, key);
      return answer(platformJobResponse, await platformJobOf(tx, conversation, externalId));
    });
  };
  const lock = (request: FastifyRequest, reason: LockReason, on: boolean) =>
    change(request, (tx, conversation) => setLock(tx, { conversation, reason, on, by: null }));

  void app.register(async (inside) => {
    inside.addHook('onRequest', async (request) => {
      const shown = requestToken(request.headers);
      const key = shown?.by === 'header' ? await db.read((reader) => findApiKey(reader, secretHash(shown.token))) : null;
      if (!key)
        throw new AppError('sign-in-required', 'This call needs an API key that is good. Ask whoever runs this server for one.');
      request.apiKey = key;
      if ((key.lastUsedAt?.getTime() ?? 0) < Date.now() - USED_MS) await db.transact((tx) => noteApiKeyUse(tx, key.id));
    });
    inside.addHook(
      'preHandler',
      throttle(inside, MOST, ({ apiKey }) => apiKey?.id ?? null),
    );
    inside.addHook('onResponse', (request, reply, done) => {
      const { apiKey, method, routeOptions } = request;
      if (apiKey) {
        const { externalId } = request.params as { externalId: string };
        const { agencyId, name } = apiKey;
        log.info('platform-call', {
          key: name,
          agency: agencyId,
          job: externalId,
          method,
          route: routeOptions.url,
          status: reply.statusCode,
        });
      }
      done();
    });

    inside.get(JOB, async (request) => {
      const { agencyId } = keyOf(request);
      const { externalId } = parsed(jobParams, request.params);
      return db.read(async (reader) => {
        const conversation = await findPlatformJob(reader, agencyId, externalId);
        if (conversation === null) throw notFound();
        return answer(platformJobResponse, await platformJobOf(reader, conversation, externalId));
      });
    });

    inside.put(JOB, async (request, reply) => {
      const key = keyOf(request);
      const { externalId } = parsed(jobParams, request.params);
      const { participants: people, ...said } = parsed(platformJobRequest, request.body);
      const { job, created } = await db.transact(async (tx) => {
        const { conversation, created } = await putPlatformJob(tx, key, externalId, { ...said, people }, Date.now());
        return { job: await platformJobOf(tx, conversation, externalId), created };
      });
      return reply.code(created ? 201 : 200).send(answer(platformJobResponse, job));
    });

    inside.put(`${JOB}/participants/:person`, async (request) => {
      const { person } = parsed(personParams, request.params);
      const said = parsed(platformPersonRequest, request.body);
      return change(request, (tx, conversation, key) => putParticipant(tx, key, conversation, { ...said, person }));
    });

    inside.delete(`${JOB}/participants/:person`, async (request) => {
      const { person } = parsed(personParams, request.params);
      return change(request, async (tx, conversation, key) => {
        const { id: account } = await accountNamedBy(tx, key, person);
        return removeParticipant(tx, { conversation, account, by: null });
      });
    });

    inside.put(`${JOB}/locks/:reason`, async (request) => lock(request, parsed(lockParams, request.params).reason, true));
    inside.delete(`${JOB}/locks/:reason`, async (request) => lock(request, parsed(lockParams, request.params).reason, false));
    inside.post(`${JOB}/close`, async (request) => lock(request, 'closed', true));
    inside.post(`${JOB}/reopen`, async (request) => lock(request, 'closed', false));
  });
};

function keyOf({ apiKey }: FastifyRequest): ApiKey {
  if (!apiKey) throw new Error('a route of the platform is not behind its key');
  return apiKey;
}
