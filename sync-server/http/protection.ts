import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { AppError } from '#shared/errors.ts';

import { Counts } from '../counts.ts';
import { UPLOAD_PATH } from '../files/uploads.ts';
import type { ServerParts } from '../parts.ts';
import { problemResponse } from './errors.ts';
import { problemOf } from './problems.ts';
import { byCaller, throttle } from './throttle.ts';

/** What is thrown away unread of a call that was refused, so that its connection can be used again. */
const UNREAD_BYTES = 64 * 1024;

/** What holds for every call, before and besides what its route says. Goes before the routes. */
export function protect(app: FastifyInstance, { limits, strangers, refused }: ServerParts): void {
  const { server } = app;
  server.headersTimeout = limits.headersMs;
  server.maxHeadersCount = limits.headerCount;
  strangers.watch(server);
  const ofAccount = throttle(app, limits.callsPerAccount, byCaller, 'calls-per-account');
  const calls = new Counts();
  const uploads = new Counts();

  app.addHook('onRoute', (route) => {
    // Who is nobody yet has little to say.
    if (route.config?.endpoint?.access === 'anyone') route.bodyLimit ??= limits.strangerBodyBytes;
  });

  app.addHook('onRequest', (request, reply, done) => {
    const encoding = request.headers['content-encoding'];
    if (encoding !== undefined && encoding !== 'identity') {
      refused('encoding');
      // A few bytes could become gigabytes.
      return done(
        new AppError('bad-request', 'Send the body as it is: nothing is unpacked here.', { field: 'Content-Encoding' }),
      );
    }
    if (request.routeOptions.config.endpoint?.bytes === undefined) {
      if (bodyOf(request) !== 0) boundTime(request, reply);
    } else request.raw.once('end', () => request.raw.socket.setTimeout(limits.answerMs)); // Node sets it back with the next call.
    done();
  });

  // When it is known who calls, and before the body is read.
  app.addHook('preParsing', async (request, reply) => {
    if (request.caller || request.apiKey) strangers.known(request.raw.socket);
    if (!request.caller) return;
    await ofAccount(request, reply);
    holdCall(reply, request.caller.account);
    if (isHeldInMemory(request)) holdUpload(reply, request.caller.account);
  });

  app.addHook('onSend', async (request, reply) => {
    // Of what was refused before it was read; else all of it would still have to come.
    if (!request.raw.complete && bodyOf(request) > UNREAD_BYTES) void reply.header('connection', 'close');
  });

  function boundTime({ raw }: FastifyRequest, reply: FastifyReply): void {
    const { socket } = raw;
    const timer = setTimeout(() => {
      if (raw.complete || socket.destroyed) return;
      refused('body-time');
      // Answered long ago, without it: another answer would be taken for that of the next call.
      if (reply.raw.headersSent) return void socket.destroy();
      const error = new AppError('bad-request', 'The body did not come in time. Nothing of it was taken; send it again.');
      socket.end(problemResponse(problemOf(error, { status: 408 })), () => socket.destroy());
    }, limits.bodyMs);
    const over = (): void => clearTimeout(timer);
    raw.once('end', over);
    raw.once('close', over);
  }

  function holdCall({ raw }: FastifyReply, account: string): void {
    if (calls.take(account, limits.callsAtOncePerAccount)) return void raw.once('close', () => calls.give(account));
    throw new AppError('too-many-requests', 'Too many calls are under way at once. Let some of them be answered first.', {
      retryAfterMs: 1_000,
      limit: 'calls-at-once',
    });
  }

  /** Until it is answered: what came is in memory as long as it is being dealt with. */
  function holdUpload({ raw }: FastifyReply, account: string): void {
    const all = uploads.take('', limits.uploadsAtOnceInAll);
    const own = all && uploads.take(account, limits.uploadsAtOnce);
    const leave = (): void => {
      if (all) uploads.give('');
      if (own) uploads.give(account);
    };
    if (own) return void raw.once('close', leave);
    leave();
    throw new AppError('too-many-requests', 'Too many files are on their way at once. Let one of them arrive first.', {
      retryAfterMs: 2_000,
      limit: 'uploads-at-once',
    });
  }
}

/** Bytes that will come; Infinity when that isn't said. */
function bodyOf({ headers }: FastifyRequest): number {
  return headers['transfer-encoding'] === undefined ? Number(headers['content-length'] ?? 0) : Infinity;
}

/** Files in pieces go to the disk as they come. */
function isHeldInMemory({ routeOptions }: FastifyRequest): boolean {
  const { endpoint } = routeOptions.config;
  return endpoint?.bytes !== undefined && !endpoint.path.startsWith(UPLOAD_PATH);
}
