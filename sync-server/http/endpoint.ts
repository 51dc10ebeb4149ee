import type { FastifyInstance, FastifyReply, FastifyRequest, RouteShorthandOptions } from 'fastify';
import type { z } from 'zod';

import type { Caller } from '../auth/authentication.ts';
import type { Answer } from './http.ts';
import { PROBLEMS, type ProblemCode } from './problems.ts';
import { callerOf, notFound, ownerOf, parsed, staffOf } from './routing.ts';

/** Who may call. `link`: also who has a signed link. What people are in one conversation is the route's own matter. */
export type Access = 'anyone' | 'signed-in' | 'staff' | 'owner' | 'link' | 'api-key';

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';

/** An answer besides the usual one. `type`: its media type, JSON unless said; `schema`: without one it has no body, or bytes. */
export type Given = { about: string; schema?: z.ZodType; type?: string };

/** What a route is: what is called, by whom, with what, and what comes of it. Calls are read by it, and the API's description is made of it. */
export type Endpoint = {
  method: Method | readonly Method[];
  path: string;
  tag: string;
  summary: string;
  /** More, in Markdown. */
  notes?: string;
  access: Access;
  params?: z.ZodObject;
  /** What is no such path: nothing is there, unless said otherwise. */
  invalidParams?: 'bad-request';
  query?: z.ZodType;
  /** Of the headers, which the route reads by itself. */
  headers?: z.ZodObject;
  body?: z.ZodType;
  /** The media type of a body that is read as bytes. */
  bytes?: string;
  /** The status of the usual answer; 200 unless said. */
  status?: number;
  gives?: z.ZodType;
  /** The media type of the usual answer, where it isn't JSON. */
  type?: string;
  also?: Record<number, Given>;
  /** Besides those that the kind of route has anyway. */
  errors?: readonly ProblemCode[];
  /** Errors as `{error: text}`, for clients that know no other. */
  plainErrors?: true;
};

declare module 'fastify' {
  interface FastifyContextConfig {
    endpoint?: Endpoint;
  }
}

type Output<S> = S extends z.ZodType ? z.output<S> : undefined;
type CallerFor<A> = A extends 'staff' | 'owner' ? Caller & { agencyId: string } : A extends 'signed-in' ? Caller : null;
type Call<E extends Endpoint> = {
  caller: CallerFor<E['access']>;
  params: Output<E['params']>;
  query: Output<E['query']>;
  body: Output<E['body']>;
  request: FastifyRequest;
  reply: FastifyReply;
};
type Gives<E extends Endpoint> = E['gives'] extends z.ZodType ? z.input<E['gives']> : void;
type Options = Pick<RouteShorthandOptions, 'preHandler' | 'bodyLimit'>;

/**
 * Adds a route that is read by its declaration, in this order: who calls, where, with which query and body. The handler may answer by
 * itself and give the reply, or set another status.
 */
export function endpoint<const E extends Endpoint>(
  app: FastifyInstance,
  answer: Answer,
  declared: E,
  handle: (call: Call<E>) => Promise<Gives<E> | FastifyReply>,
  options: Options = {},
): void {
  const { method, path, access, params, query, body, status = 200, gives, type, invalidParams } = declared as Endpoint;
  app.route({
    ...options,
    method: [...(typeof method === 'string' ? [method] : method)],
    url: path,
    exposeHeadRoute: method === 'GET',
    config: { endpoint: declared },
    async handler(request, reply) {
      void reply.code(status);
      const call = {
        caller: callerFor(access, request),
        params: params && (invalidParams ? parsed(params, request.params) : found(params, request.params)),
        query: query && parsed(query, request.query),
        body: body && parsed(body, request.body),
        request,
        reply,
      };
      // What the declaration says these are, which a type can't follow.
      const given = await handle(call as Call<E>);
      if ((given as unknown) === reply || reply.sent) return reply;
      if (type !== undefined) void reply.type(type);
      return reply.send(gives && type === undefined ? answer(gives, given as z.input<typeof gives>) : (given ?? undefined));
    },
  });
}

function callerFor(access: Access, request: FastifyRequest): Caller | null {
  switch (access) {
    case 'signed-in':
      return callerOf(request);
    case 'staff':
      return staffOf(request);
    case 'owner':
      return ownerOf(request);
    case 'anyone':
    case 'link':
    case 'api-key':
      return null;
  }
}

/** @throws AppError not-found, of a path that can be nobody's */
function found<S extends z.ZodObject>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value);
  if (!result.success) throw notFound();
  return result.data;
}

/** Which codes a route may answer with. */
export function codesOf({ method, access, params, invalidParams, errors = [] }: Endpoint): Set<ProblemCode> {
  const codes = new Set<ProblemCode>(['bad-request', 'too-many-requests', 'internal', 'unavailable', ...errors]);
  if (method !== 'GET') codes.add('too-large');
  if (params && !invalidParams) codes.add('not-found');
  if (access === 'api-key') codes.add('sign-in-required');
  if (access === 'signed-in' || access === 'staff' || access === 'owner' || access === 'link') {
    // `conflict`: a platform signs in somebody whose address is another's here.
    for (const code of ['sign-in-required', 'account-disabled', 'device-wiped', 'forbidden', 'conflict'] as const)
      codes.add(code);
  }
  return codes;
}

/** Which statuses a route may answer with. */
export function statusesOf(declared: Endpoint): Set<number> {
  const { status = 200, also = {} } = declared;
  return new Set([status, ...Object.keys(also).map(Number), ...[...codesOf(declared)].map((code) => PROBLEMS[code].status)]);
}
