import type { FastifyRequest } from 'fastify';
import { z } from 'zod';

import { platformJobRequest, platformJobResponse, platformPersonRequest } from '#shared/api/platform.ts';
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
import { endpoint, type Endpoint } from './endpoint.ts';
import type { Routes } from './http.ts';
import { notFound } from './routing.ts';
import { throttle } from './throttle.ts';

declare module 'fastify' {
  interface FastifyRequest {
    apiKey: ApiKey | null;
  }
}

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

const tag = 'A platform drives its jobs';
const common = {
  tag,
  access: 'api-key',
  invalidParams: 'bad-request',
  gives: platformJobResponse,
  errors: ['not-found', 'conflict'],
} as const;

const read = {
  ...common,
  method: 'GET',
  path: JOB,
  summary: 'A job as it stands',
  params: jobParams,
} as const satisfies Endpoint;

const put = {
  ...common,
  method: 'PUT',
  path: JOB,
  summary: 'Says what a job is: makes it with its conversation, or changes it',
  notes: 'What isn’t said stays; a new one needs `title`. People are only added.',
  params: jobParams,
  body: platformJobRequest,
  also: { 201: { about: 'It was made.', schema: platformJobResponse } },
} as const satisfies Endpoint;

const join = {
  ...common,
  method: 'PUT',
  path: `${JOB}/participants/:person`,
  summary: 'Lets somebody take part',
  notes:
    'Somebody not known here needs `name`, `email` and a key that makes accounts; one with that address is never taken for the same (409).',
  params: personParams,
  body: platformPersonRequest,
} as const satisfies Endpoint;

const leave = {
  ...common,
  method: 'DELETE',
  path: `${JOB}/participants/:person`,
  summary: 'They no longer take part',
  params: personParams,
} as const satisfies Endpoint;

const shut = { ...common, method: 'PUT', path: `${JOB}/locks/:reason`, summary: 'Closes sending', params: lockParams } as const;
const open = {
  ...common,
  method: 'DELETE',
  path: `${JOB}/locks/:reason`,
  summary: 'Opens it again',
  params: lockParams,
} as const;
const close = {
  ...common,
  method: 'POST',
  path: `${JOB}/close`,
  summary: 'The lock `closed`, as when both sides have reviewed',
  params: jobParams,
} as const;
const reopen = { ...common, method: 'POST', path: `${JOB}/reopen`, summary: 'Lifts it', params: jobParams } as const;

/** A platform drives its jobs by an API key: it says what is so, and says it again as often as it likes. */
export const platformRoutes: Routes = (app, { db, log, limits }, answer) => {
  app.decorateRequest('apiKey', null);
  /** Does it to the job's conversation, and answers with what then stands there. */
  const change = (
    { request, params: { externalId } }: { request: FastifyRequest; params: { externalId: string } },
    act: (tx: Transaction, conversation: string, key: ApiKey) => Promise<unknown>,
  ) => {
    const key = keyOf(request);
    return db.transact(async (tx) => {
      const conversation = await lockPlatformJob(tx, key.agencyId, externalId);
      if (conversation === null) throw notFound();
      await act(tx, conversation, key);
      return platformJobOf(tx, conversation, externalId);
    });
  };
  const lock = (call: Parameters<typeof change>[0], reason: LockReason, on: boolean) =>
    change(call, (tx, conversation) => setLock(tx, { conversation, reason, on, by: null }));

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
      throttle(inside, limits.callsPerKey, ({ apiKey }) => apiKey?.id ?? null, 'calls-per-key'),
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

    endpoint(inside, answer, read, async ({ request, params: { externalId } }) =>
      db.read(async (reader) => {
        const conversation = await findPlatformJob(reader, keyOf(request).agencyId, externalId);
        if (conversation === null) throw notFound();
        return platformJobOf(reader, conversation, externalId);
      }),
    );

    endpoint(inside, answer, put, async ({ request, reply, params: { externalId }, body: { participants: people, ...said } }) => {
      const key = keyOf(request);
      const { job, created } = await db.transact(async (tx) => {
        const { conversation, created } = await putPlatformJob(tx, key, externalId, { ...said, people }, Date.now());
        return { job: await platformJobOf(tx, conversation, externalId), created };
      });
      void reply.code(created ? 201 : 200);
      return job;
    });

    endpoint(inside, answer, join, async (call) => {
      const { person } = call.params;
      return change(call, (tx, conversation, key) => putParticipant(tx, key, conversation, { ...call.body, person }));
    });

    endpoint(inside, answer, leave, async (call) =>
      change(call, async (tx, conversation, key) => {
        const { id: account } = await accountNamedBy(tx, key, call.params.person);
        return removeParticipant(tx, { conversation, account, by: null });
      }),
    );

    endpoint(inside, answer, shut, async (call) => lock(call, call.params.reason, true));
    endpoint(inside, answer, open, async (call) => lock(call, call.params.reason, false));
    endpoint(inside, answer, close, async (call) => lock(call, 'closed', true));
    endpoint(inside, answer, reopen, async (call) => lock(call, 'closed', false));
  });
};

function keyOf({ apiKey }: FastifyRequest): ApiKey {
  if (!apiKey) throw new Error('a route of the platform is not behind its key');
  return apiKey;
}
