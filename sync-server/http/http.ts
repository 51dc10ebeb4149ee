import rateLimit from '@fastify/rate-limit';
import { fastify, type FastifyInstance } from 'fastify';
import type { z } from 'zod';

import { healthShape, readinessShape, serverInfo } from '#shared/api/common.ts';
import { AppError } from '#shared/errors.ts';

import { chatRoutes } from '../json-clients/chat-routes.ts';
import type { ServerParts } from '../parts.ts';
import { accountPageRoutes } from './account-page.ts';
import { allowedOriginRoutes } from './allowed-origins.ts';
import { conversationRoutes } from './conversation-routes.ts';
import { docsRoutes } from './docs/docs-routes.ts';
import { endpoint, statusesOf, type Endpoint } from './endpoint.ts';
import { clientErrorHandler, errorHandler, notFoundHandler } from './errors.ts';
import { exportRoutes } from './export-routes.ts';
import { fileBytesRoutes } from './file-bytes-routes.ts';
import { fileRoutes } from './file-routes.ts';
import { acceptRoutes, invitationRoutes } from './invitation-routes.ts';
import { jobRoutes } from './job-routes.ts';
import { isWithin } from './json-shape.ts';
import { notificationRoutes } from './notification-routes.ts';
import { passwordRoutes, resetRoutes } from './password-routes.ts';
import { peopleRoutes } from './people-routes.ts';
import { platformRoutes } from './platform-routes.ts';
import { protect } from './protection.ts';
import { requireCaller } from './routing.ts';
import { sessionRoutes, signInRoutes } from './session-routes.ts';
import { tooMany } from './throttle.ts';
import { uploadRoutes } from './upload-routes.ts';
import { webhookRoutes } from './webhook-routes.ts';

const tag = 'Server';

const health = {
  method: 'GET',
  path: '/healthz',
  tag,
  summary: 'While the process lives',
  access: 'anyone',
  gives: healthShape,
} as const satisfies Endpoint;

const readiness = {
  method: 'GET',
  path: '/readyz',
  tag,
  summary: 'Whether it is to be sent calls',
  access: 'anyone',
  gives: readinessShape,
  also: { 503: { about: 'Postgres does not answer, or the server stops.', schema: readinessShape } },
} as const satisfies Endpoint;

const server = {
  method: 'GET',
  path: '/api/v1/server',
  tag,
  summary: 'What a client needs to know before it signs in',
  access: 'anyone',
  gives: serverInfo,
} as const satisfies Endpoint;

/** Routes of another part: they come behind the check of the access token. */
export type Routes = (app: FastifyInstance, parts: ServerParts, answer: Answer) => void;
export type Answer = <S extends z.ZodType>(schema: S, value: z.input<S>) => z.output<S>;

/** The HTTP side of the server, not listening yet. `isReady`: whether it is to be sent calls. `endpoints`: gets what each route is declared as. */
export async function createHttp(
  parts: ServerParts,
  routes: readonly Routes[],
  isReady: () => Promise<boolean>,
  endpoints: Endpoint[] = [],
): Promise<FastifyInstance> {
  const { log, auth, version, trustedProxies, limits, refused, meters } = parts;
  const trustProxy = trustedProxies.length > 0 ? [...trustedProxies] : false;
  const app = fastify({
    logger: false,
    trustProxy,
    bodyLimit: limits.bodyBytes,
    routerOptions: { maxParamLength: 200 },
    // How often is looked for calls whose headers, or all of them, are late.
    http: { connectionsCheckingInterval: Math.min(5_000, limits.headersMs / 2) },
    connectionTimeout: limits.idleMs,
    requestTimeout: limits.callMs,
    keepAliveTimeout: limits.keepAliveMs,
    maxRequestsPerSocket: limits.callsPerConnection,
    clientErrorHandler: (error, socket) => clientErrorHandler(refused, error, socket),
    frameworkErrors: errorHandler(parts),
  });
  app.addHook('onRoute', ({ method, url, config }) => {
    const declared = config?.endpoint;
    if (!declared) throw new Error(`the route ${String(method)} ${url} was not declared by \`endpoint\``);
    if (!endpoints.includes(declared)) endpoints.push(declared);
  });
  const parseJson = app.getDefaultJsonParser('error', 'error');
  // Many clients say that they send JSON with each call, also where there is nothing to send.
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) =>
    body.length === 0
      ? done(null)
      : parseJson(request, String(body), (error, value) => {
          if (error || isWithin(value, limits)) return done(error, value);
          done(new AppError('bad-request', 'This has more values, or nests deeper, than any call.', { limit: 'json-shape' }));
        }),
  );
  app.decorateRequest('caller', null);
  app.setErrorHandler(errorHandler(parts));
  app.setNotFoundHandler(notFoundHandler);
  app.addHook('onResponse', (request, reply, done) => {
    // The route, not the address: that one can hold ids and a query.
    const { method, routeOptions } = request;
    const status = reply.statusCode;
    meters.request(status, reply.elapsedTime);
    log.info('request', { method, route: routeOptions.url, status, ms: Math.round(reply.elapsedTime) });
    const declared = routeOptions.config.endpoint;
    // Our bug too, whatever was answered: the description of the API says otherwise.
    if (declared && !statusesOf(declared).has(status))
      log.error('answer-not-described', { method, route: routeOptions.url, status });
    done();
  });
  await app.register(rateLimit, {
    max: limits.callsPerAddress,
    // Of how many addresses, accounts and links each limit knows; whoever tries more than that at once begins anew.
    cache: 50_000,
    timeWindow: 60_000,
    errorResponseBuilder: (_request, { ttl }) => tooMany(ttl, 'calls-per-address'),
  });
  protect(app, parts);
  // An answer that isn't as the contract says is our bug: found in tests, and let through in production.
  const answer: Answer = (schema, value) => (parts.checkAnswers ? schema.parse(value) : (value as z.output<typeof schema>));

  allowedOriginRoutes(app, parts, answer);
  endpoint(app, answer, health, async () => ({ ok: true as const }));
  endpoint(app, answer, readiness, async ({ reply }) => {
    const ready = await isReady();
    void reply.code(ready ? 200 : 503);
    return { ready };
  });
  const { oidc, platform } = parts.signIn;
  const signIn = ['password', ...(platform ? ['platform'] : []), ...(oidc ? ['oidc'] : [])];
  endpoint(app, answer, server, async () => ({
    product: 'trialogue' as const,
    version,
    signIn,
    ...(oidc && { oidc }),
    files: { mostBytes: parts.files.mostBytes, types: [...parts.files.types] },
  }));
  docsRoutes(endpoints)(app, parts, answer);
  for (const add of [signInRoutes, resetRoutes, acceptRoutes, accountPageRoutes, platformRoutes, fileBytesRoutes])
    add(app, parts, answer);
  chatRoutes(app, parts, answer);
  await app.register(async (inside) => {
    inside.addHook('onRequest', requireCaller(auth));
    for (const add of [
      sessionRoutes,
      passwordRoutes,
      peopleRoutes,
      invitationRoutes,
      conversationRoutes,
      exportRoutes,
      jobRoutes,
      fileRoutes,
      uploadRoutes,
      notificationRoutes,
      webhookRoutes,
      ...routes,
    ])
      add(inside, parts, answer);
  });
  return app;
}
