import type { FastifyRequest } from 'fastify';
import { z } from 'zod';

import { isComparableJson } from '#shared/comparable-json.ts';
import { AppError } from '#shared/errors.ts';
import { UUID } from '#shared/ids.ts';
import { isStaff } from '#shared/roles.ts';

import type { Authentication, Caller } from '../auth/authentication.ts';

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller | null;
  }
}

/** Who asks. Only behind `requireCaller`. */
export function callerOf(request: FastifyRequest): Caller {
  if (!request.caller) throw new AppError('sign-in-required', 'Sign in to go on.');
  return request.caller;
}

/** The caller, who has to be of an agency's staff. @throws AppError forbidden */
export function staffOf(request: FastifyRequest): Caller & { agencyId: string } {
  const caller = callerOf(request);
  if (!isStaff(caller.role) || caller.agencyId === null) {
    throw new AppError('forbidden', "Only an agency's staff can do this.");
  }
  return { ...caller, agencyId: caller.agencyId };
}

/** The caller, who has to own an agency. @throws AppError forbidden */
export function ownerOf(request: FastifyRequest): Caller & { agencyId: string } {
  const caller = callerOf(request);
  if (caller.role !== 'owner' || caller.agencyId === null) {
    throw new AppError('forbidden', 'Only an owner of the agency can do this.');
  }
  return { ...caller, agencyId: caller.agencyId };
}

/** A hook that lets nobody through who isn't signed in. */
export function requireCaller(auth: Authentication): (request: FastifyRequest) => Promise<void> {
  return async (request) => {
    request.caller = await auth.callerOf(request);
  };
}

/** Reads a body or query. @throws AppError bad-request that names the field */
export function parsed<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  if (!isStorable(value)) {
    throw new AppError('bad-request', 'This holds a character that cannot be stored (NUL, or half of one).');
  }
  if (!isComparableJson(value)) throw new AppError('bad-request', 'This holds a field "toString", which nothing here has.');
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = nearest(result.error.issues[0]!);
  const field = issue.path.join('.');
  throw new AppError('bad-request', `${field === '' ? 'The request' : `"${field}"`} is not as it should be: ${issue.message}.`, {
    field,
  });
}

/** Of several shapes that something may have, what is wrong by the one that it comes nearest to. */
function nearest(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union') return issue;
  const [first] = issue.errors.toSorted((one, other) => one.length - other.length);
  if (!first?.[0]) return issue;
  const inner = nearest(first[0]);
  return { ...inner, path: [...issue.path, ...inner.path] };
}

/** Postgres stores no NUL and no half of a surrogate pair, in JSON either. Without recursion: what is sent may be nested as deep as it likes. */
function isStorable(value: unknown): boolean {
  const waiting = [value];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (typeof next === 'string' && (!next.isWellFormed() || next.includes('\0'))) return false;
    if (typeof next !== 'object' || next === null) continue;
    for (const [key, inner] of Object.entries(next)) waiting.push(key, inner);
  }
  return true;
}

/** A path with an id of ours; what is no id can't be anybody's. */
export const idParams = z.object({ id: z.string().regex(UUID) });

/** An id from a path. What is no id can't be anybody's. @throws AppError not-found */
export function idOf(request: FastifyRequest): string {
  const { id } = request.params as { id: string };
  if (!UUID.test(id)) throw notFound();
  return id;
}

/** Also for what is there and isn't the caller's. */
export function notFound(): AppError {
  return new AppError('not-found', 'There is nothing here, or it is not yours to see.');
}
