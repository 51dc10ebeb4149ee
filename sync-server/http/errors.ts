import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';

import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';

import { AppError } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';

import { LIMIT_NAMES, type LimitName } from '../limits.ts';
import type { Log } from '../log.ts';
import type { Refusals } from '../refusals.ts';
import { codesOf } from './endpoint.ts';
import { PROBLEM_TYPE, problemOf, type Problem } from './problems.ts';
import { notFound } from './routing.ts';

/** A database that is away is back in seconds; not everybody is to ask again at once. */
const AWAY_SECONDS = 5;

type Tell = (reply: FastifyReply, problem: Problem) => void;

/** As everywhere but for clients that know another shape. */
export const tellProblem: Tell = (reply, problem) => {
  // As bytes: fastify would put a charset behind the type.
  void reply
    .code(problem.status)
    .type(PROBLEM_TYPE)
    .send(Buffer.from(JSON.stringify(problem)));
};

/** Every failure leaves as a problem (RFC 9457) unless `tell` says otherwise; what a bug threw is logged and not told. */
export function errorHandler(
  { log, refused }: { log: Log; refused: Refusals },
  tell: Tell = tellProblem,
): (error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply) => void {
  return (error, request, reply) => {
    const known = error instanceof AppError ? error : fromFastify(error);
    const { method, routeOptions } = request;
    if (known) {
      const problem = problemOf(known);
      const limit = limitOf(known);
      if (limit) refused(limit);
      const later = retryAfter(problem);
      if (later !== null && !reply.hasHeader('retry-after')) void reply.header('retry-after', later);
      const declared = routeOptions.config.endpoint;
      if (declared && !codesOf(declared).has(problem.code)) {
        log.error('answer-not-described', { method, route: routeOptions.url, code: problem.code });
      }
      return tell(reply, problem);
    }
    const instance = `urn:uuid:${newId()}`;
    log.error('request-failed', { method, route: routeOptions.url, instance, error: error.stack ?? error.message });
    const told = new AppError('internal', 'The server made a mistake. Nothing that was acknowledged is lost; try again.');
    tell(reply, problemOf(told, { instance }));
  };
}

export function notFoundHandler(_request: FastifyRequest, reply: FastifyReply): void {
  tellProblem(reply, problemOf(notFound()));
}

/** What can't be read as HTTP at all, so that there is no request yet. */
export function clientErrorHandler(refused: Refusals, error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' || error.code === 'HPE_HEADER_OVERFLOW') refused('headers');
  const status = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 }[error.code ?? ''] ?? 400;
  const problem = problemOf(new AppError('bad-request', 'This can’t be read as a call by HTTP.'), { status });
  socket.end(problemResponse(problem));
}

/** A whole answer, as it goes over the wire. */
export function problemResponse(problem: Problem): string {
  const body = JSON.stringify(problem);
  const line = `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? 'Error'}`;
  const later = retryAfter(problem);
  const headers = `Content-Type: ${PROBLEM_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close${later === null ? '' : `\r\nRetry-After: ${later}`}`;
  return `${line}\r\n${headers}\r\n\r\n${body}`;
}

/** In seconds, rounded up; `null` where coming back later makes nothing better. */
export function retryAfter({ code, error }: Problem): number | null {
  const ms = error.details?.['retryAfterMs'];
  if (typeof ms === 'number') return Math.max(1, Math.ceil(ms / 1_000));
  return code === 'unavailable' ? 1 + Math.floor(Math.random() * AWAY_SECONDS) : null;
}

/** Which limit said no, when one did. */
function limitOf({ code, details }: AppError): LimitName | null {
  if (code === 'too-large') return 'body-size';
  const limit = details?.['limit'];
  return LIMIT_NAMES.find((name) => name === limit) ?? null;
}

/** What fastify itself refuses before a route is asked. */
function fromFastify(error: FastifyError | Error): AppError | null {
  const status = 'statusCode' in error ? error.statusCode : undefined;
  if (status === 413) return new AppError('too-large', 'What was sent is larger than the server takes.');
  if (status !== undefined && status >= 400 && status < 500) return new AppError('bad-request', error.message);
  return null;
}
