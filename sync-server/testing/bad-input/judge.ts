import { z } from 'zod';

import type { OpenApi } from '../../http/docs/openapi.ts';
import { problemShape, type JsonSchema } from '../../http/docs/schemas.ts';
import { PROBLEM_TYPE } from '../../http/problems.ts';
import type { Route } from './calls.ts';
import type { RawAnswer } from './send-call.ts';

/** What is wrong with an answer by what the description of the API says of its route; `null`: nothing. */
export type Judge = (route: Route, answer: RawAnswer) => string | null;

const plain = z.strictObject({ error: z.string().min(1) });

export function createJudge(api: OpenApi): Judge {
  const known = new Map<JsonSchema, z.ZodType>();

  function schemaOf(schema: JsonSchema): z.ZodType {
    const made = known.get(schema) ?? readSchema(schema, api);
    known.set(schema, made);
    return made;
  }

  return ({ method, operation }, { status, headers, body }) => {
    const described = operation.responses[status];
    // A path that came out as another one's, or nobody's.
    if (!described && status !== 404 && status !== 400) return `the status ${status} is not described`;
    if (status >= 500) return `${status}: ${body.toString()}`;
    if (method === 'HEAD' || body.length === 0) return status >= 400 && method !== 'HEAD' ? `${status} without a body` : null;
    const type = String(headers['content-type']);
    if (status >= 400) return problemWith(type, status, body, operation['x-error-codes']);
    const content = Object.entries(described?.content ?? {}).find(([of]) => type.startsWith(of.split(';')[0]!));
    if (!content) return described?.content && !type.startsWith('text/plain') ? `the type ${type} is not described` : null;
    const [of, { schema }] = content;
    if (!schema) return null;
    const lines = of.includes('ndjson') ? body.toString().split('\n').filter(Boolean) : [body.toString()];
    for (const line of lines) {
      const read = schemaOf(schema).safeParse(JSON.parse(line));
      if (!read.success) return `is not as described: ${z.prettifyError(read.error)}\n${line.slice(0, 500)}`;
    }
    return null;
  };
}

function problemWith(type: string, status: number, body: Buffer, codes: readonly string[]): string | null {
  const said: unknown = JSON.parse(body.toString());
  if (plain.safeParse(said).success) return type.startsWith('application/json') ? null : `a plain error has the type ${type}`;
  const read = problemShape.safeParse(said);
  if (!read.success) return `is no problem: ${body.toString()}`;
  const { code, status: told, detail, error } = read.data;
  if (type !== PROBLEM_TYPE) return `a problem has the type ${type}`;
  if (told !== status || error.code !== code || error.message !== detail) return `contradicts itself: ${body.toString()}`;
  return codes.includes(code) || code === 'not-found' || code === 'bad-request' ? null : `the code ${code} is not described`;
}

/** The very schema of the document: not what it was made from. */
function readSchema(schema: JsonSchema, api: OpenApi): z.ZodType {
  const whole = { ...schema, $defs: api.components.schemas };
  const text = JSON.stringify(whole).replaceAll('"#/components/schemas/', '"#/$defs/');
  return z.fromJSONSchema(JSON.parse(text) as Parameters<typeof z.fromJSONSchema>[0]);
}
