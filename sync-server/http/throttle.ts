import { createHash } from 'node:crypto';

import { normalizeIP } from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { AppError } from '#shared/errors.ts';

import type { LimitName } from '../limits.ts';

/** Runs before a route's handler. @throws AppError too-many-requests, with `retryAfterMs` */
export type Throttle = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/** What is counted together; `null`: this call is not counted here. */
type Key = (request: FastifyRequest) => string | null;

/** Counts of this process: each node of several has its own. */
export function throttle(app: FastifyInstance, most: number, key: Key, name: LimitName = 'attempts'): Throttle {
  const limit = app.createRateLimit({ max: most, timeWindow: 60_000, keyGenerator: (request) => key(request) ?? '' });
  return async (request, reply) => {
    if (key(request) === null) return;
    const counted = await limit(request);
    if (counted.isAllowed || !counted.isExceeded) return;
    void reply.header('retry-after', counted.ttlInSeconds);
    throw tooMany(counted.ttl, name);
  };
}

export function tooMany(retryAfterMs: number, limit: LimitName): AppError {
  return new AppError('too-many-requests', 'Too many attempts. Wait a little and try again.', { retryAfterMs, limit });
}

/** Who calls, as a network: of IPv6 everybody has as many addresses as they like, in a network of their own. */
export function byAddress(request: FastifyRequest): string {
  return normalizeIP(request.ip);
}

/** A text of the body, such as an address or a token; as a hash, for what is counted is kept for a while. */
export function byField(name: string): Key {
  return ({ body }) => {
    const value: unknown = typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined;
    return typeof value === 'string' ? createHash('sha256').update(value.trim().toLowerCase()).digest('base64url') : null;
  };
}

/** Who is signed in. */
export function byCaller({ caller }: FastifyRequest): string | null {
  return caller?.account ?? null;
}

/** Both together. */
export function both(one: Key, other: Key): Key {
  return (request) => {
    const [first, second] = [one(request), other(request)];
    return first === null || second === null ? null : `${first} ${second}`;
  };
}
