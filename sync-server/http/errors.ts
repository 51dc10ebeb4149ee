import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';

import { AppError, type ErrorCode } from '#shared/errors.ts';

import type { Log } from '../log.ts';
import { notFound } from './routing.ts';

const STATUS: Partial<Record<ErrorCode, number>> = {
  'bad-request': 400,
  'sign-in-required': 401,
  'sign-in-failed': 401,
  'account-disabled': 403,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  gone: 410,
  'too-large': 413,
  'too-many-requests': 429,
  'not-sent': 422,
  unavailable: 503,
};

/** Every failure leaves as `{error: {code, message, details?}}` unless `bodyOf` says otherwise; what a bug threw is logged and not told. */
export function errorHandler(
  log: Log,
  bodyOf: (told: AppError) => object = (told) => ({ error: told.toShape() }),
): (error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply) => void {
  return (error, request, reply) => {
    const known = error instanceof AppError ? error : fromFastify(error);
    if (!known) {
      log.error('request-failed', {
        method: request.method,
        route: request.routeOptions.url,
        error: error.stack ?? error.message,
      });
    }
    const told =
      known ?? new AppError('internal', 'The server made a mistake. Nothing that was acknowledged is lost; try again.');
    void reply.code(STATUS[told.code] ?? 500).send(bodyOf(told));
  };
}

export function notFoundHandler(_request: FastifyRequest, reply: FastifyReply): void {
  void reply.code(404).send({ error: notFound().toShape() });
}

/** What fastify itself refuses before a route is asked. */
function fromFastify(error: FastifyError | Error): AppError | null {
  const status = 'statusCode' in error ? error.statusCode : undefined;
  if (status === 413) return new AppError('too-large', 'What was sent is larger than the server takes.');
  if (status !== undefined && status >= 400 && status < 500) return new AppError('bad-request', error.message);
  return null;
}
