import type { z } from 'zod';

import { feedFrame } from '#shared/api/feed.ts';
import { chatFrame, chatRequest } from '#shared/json-clients.ts';
import { webhookCall } from '#shared/notifications.ts';
import { CLOSE } from '#shared/wire.ts';

import { codesOf, type Access, type Endpoint, type Given, type Method } from '../endpoint.ts';
import { PROBLEMS, PROBLEM_TYPE, type ProblemCode } from '../problems.ts';
import { EXAMPLES } from './examples.ts';
import { createSchemas, plainErrorShape, problemShape, type JsonSchema, type Schemas } from './schemas.ts';

export type Content = Record<string, { schema?: JsonSchema; example?: unknown }>;
export type Answered = { description: string; content?: Content };
export type Parameter = {
  name: string;
  in: 'path' | 'query' | 'header';
  required: boolean;
  description?: string;
  schema: JsonSchema;
};
export type Operation = {
  operationId: string;
  tags: string[];
  summary: string;
  description: string;
  security: Record<string, never[]>[];
  parameters: Parameter[];
  requestBody?: { required: boolean; content: Content };
  responses: Record<string, Answered>;
  /** Who may call. */
  'x-roles': string[];
  'x-error-codes': ProblemCode[];
};
export type OpenApi = {
  openapi: '3.1.0';
  info: { title: string; version: string; description: string; license: { name: string; identifier: string } };
  servers: { url: string }[];
  tags: { name: string }[];
  paths: Record<string, Record<string, Operation>>;
  webhooks: Record<string, unknown>;
  components: { schemas: Record<string, JsonSchema>; securitySchemes: Record<string, unknown> };
  'x-error-codes': Record<string, { status: number; title: string; about: string }>;
  'x-sockets': Record<string, unknown>;
};

const JSON_TYPE = 'application/json';

const WHO: Record<Access, { roles: string[]; security: string[] }> = {
  anyone: { roles: ['anyone'], security: [] },
  'signed-in': { roles: ['owner', 'staff', 'employee', 'client', 'worker'], security: ['bearer', 'cookie'] },
  staff: { roles: ['owner', 'staff'], security: ['bearer', 'cookie'] },
  owner: { roles: ['owner'], security: ['bearer', 'cookie'] },
  link: { roles: ['owner', 'staff', 'employee', 'client', 'worker', 'link'], security: ['bearer', 'cookie', 'link'] },
  'api-key': { roles: ['platform'], security: ['apiKey'] },
};

const ABOUT = `The HTTP side of Trialogue's server, made from what the server itself reads and checks calls by. \`docs/api.md\` says it in words, with a walk-through.

Times are ISO 8601 in UTC, ids are lower-case UUIDs. Whatever answers \`GET\` answers \`HEAD\` too.
Everything that isn't 2xx is a problem (RFC 9457) with a \`code\` that programs look at, and with \`error: {code, message, details?}\` as from the beginning. The calls of
clients that speak JSON answer \`{error: text}\` instead: that is the contract of the platform whose apps they are.`;

/** The description of the API, of all routes that there are. */
export function openApiOf(endpoints: readonly Endpoint[], version: string): OpenApi {
  const schemas = createSchemas();
  const paths: OpenApi['paths'] = {};
  for (const declared of endpoints) {
    const methods = typeof declared.method === 'string' ? [declared.method] : declared.method;
    for (const method of methods) (paths[pathOf(declared)] ??= {})[method.toLowerCase()] = operationOf(declared, method, schemas);
  }
  const webhooks = { notification: { post: webhookOf(schemas) } };
  return {
    openapi: '3.1.0',
    info: { title: 'Trialogue', version, description: ABOUT, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/' }],
    tags: [...new Set(endpoints.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    webhooks,
    'x-error-codes': PROBLEMS,
    'x-sockets': socketsOf(schemas),
    components: { schemas: schemas.named, securitySchemes: SECURITY },
  };
}

/** As OpenAPI writes a path; the rest of one has the name `path`. */
export function pathOf({ path }: Pick<Endpoint, 'path'>): string {
  return path.replaceAll(/:(\w+)/g, '{$1}').replace('*', '{path}');
}

function operationOf(declared: Endpoint, method: Method, schemas: Schemas): Operation {
  const { access, tag, summary, notes, body, bytes } = declared;
  const { roles, security } = WHO[access];
  const example = EXAMPLES[`${method} ${declared.path}`];
  const content: Content | null = body
    ? { [JSON_TYPE]: { schema: schemas.taken(body), ...(example === undefined ? {} : { example }) } }
    : bytes === undefined
      ? null
      : { [bytes]: {} };
  return {
    operationId: `${method.toLowerCase()}${pathOf(declared).replaceAll(/[^a-z0-9]+/gi, '-')}`.replace(/-$/, ''),
    tags: [tag],
    summary,
    description: notes ?? '',
    security: security.map((name) => ({ [name]: [] })),
    parameters: parametersOf(declared, schemas),
    ...(content ? { requestBody: { required: true, content } } : {}),
    responses: responsesOf(declared, schemas),
    'x-roles': roles,
    'x-error-codes': [...codesOf(declared)],
  };
}

function parametersOf({ path, params, query, headers }: Endpoint, schemas: Schemas): Parameter[] {
  const fields = (where: Parameter['in'], schema: z.ZodType | undefined): Parameter[] =>
    (schema ? schemas.fields(schema) : []).map(({ name, required, schema: of }) => ({
      name: name === '*' ? 'path' : name,
      in: where,
      required: where === 'path' || required,
      schema: of,
    }));
  // That of the preflight, which looks at none.
  const rest: Parameter[] =
    path.includes('*') && !params ? [{ name: 'path', in: 'path', required: true, schema: { type: 'string' } }] : [];
  return [...rest, ...fields('path', params), ...fields('query', query), ...fields('header', headers)];
}

function responsesOf(declared: Endpoint, schemas: Schemas): Record<string, Answered> {
  const { status = 200, gives, type, also = {}, plainErrors } = declared;
  const errors = new Map<number, ProblemCode[]>();
  for (const code of codesOf(declared)) {
    const of = PROBLEMS[code].status;
    errors.set(of, [...(errors.get(of) ?? []), code]);
  }
  const usual: Given = { about: 'As asked for.', ...(gives ? { schema: gives } : {}), ...(type === undefined ? {} : { type }) };
  const answers = new Map<number, Answered>([[status, answeredOf(usual, schemas)]]);
  for (const [of, given] of Object.entries(also)) {
    const one = answeredOf(given, schemas);
    const other = answers.get(Number(of));
    // Of another type, under the same status.
    answers.set(Number(of), other ? { ...other, content: { ...other.content, ...one.content } } : one);
  }
  for (const [of, codes] of errors) {
    const description = codes.map((code) => `\`${code}\`: ${PROBLEMS[code].about}`).join(' ');
    const content = plainErrors
      ? { [JSON_TYPE]: { schema: schemas.given(plainErrorShape) } }
      : { [PROBLEM_TYPE]: { schema: { allOf: [schemas.given(problemShape), { properties: { code: { enum: codes } } }] } } };
    // `readyz` says 503 in its own words.
    if (!answers.has(of) || of < 500) answers.set(of, { description, content });
  }
  return Object.fromEntries(answers);
}

function answeredOf({ about, schema, type }: Given, schemas: Schemas): Answered {
  const isProblem = type === PROBLEM_TYPE;
  const of = isProblem ? problemShape : schema;
  if (!of && type === undefined) return { description: about };
  return { description: about, content: { [type ?? JSON_TYPE]: of ? { schema: schemas.given(of) } : {} } };
}

const SECURITY = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description: 'An access token (15 minutes), or one of the platform that signs people in.',
  },
  cookie: { type: 'apiKey', in: 'cookie', name: 'access', description: 'The same, as a cookie.' },
  apiKey: { type: 'http', scheme: 'bearer', description: 'An agency’s API key, `trk_…` (`create-api-key`).' },
  link: { type: 'apiKey', in: 'query', name: 'signature', description: 'A link that this server signed, with `expires`.' },
};

function webhookOf(schemas: Schemas): object {
  return {
    summary: 'What a webhook is called with',
    description: '`Trialogue-Signature: t=<unix seconds>,v1=<hex>` signs `<t>.<body>` by HMAC-SHA-256 with the webhook’s secret.',
    requestBody: { required: true, content: { [JSON_TYPE]: { schema: schemas.given(webhookCall) } } },
    responses: { '2XX': { description: 'Taken. Anything else is tried again.' } },
  };
}

/** OpenAPI knows no WebSockets. */
function socketsOf(schemas: Schemas): Record<string, unknown> {
  return {
    '/sync/{document}': { summary: 'A thread or one’s own document, by the y-websocket protocol', closes: CLOSE },
    '/api/v1/feed': { summary: 'The feed as it happens; `?after=<cursor>`', sends: schemas.given(feedFrame), closes: CLOSE },
    '/ws/chat/{conversation_id}/': {
      summary: 'A conversation, for clients that speak JSON',
      takes: schemas.taken(chatRequest),
      sends: schemas.given(chatFrame),
      closes: CLOSE,
    },
  };
}
