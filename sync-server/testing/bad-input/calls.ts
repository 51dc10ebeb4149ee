import fc from 'fast-check';

import type { OpenApi, Operation, Parameter } from '../../http/docs/openapi.ts';
import { oddText, valueOf, wrongOf, type Json, type Shapes } from './values.ts';

/** A call as it goes out; `caller` is added by who sends it. */
export type BadCall = { caller: string; asCookie: boolean; target: string; headers: Record<string, string>; body: Buffer | null };

export type Route = { method: string; path: string; operation: Operation };

export function routesOf(api: OpenApi): Route[] {
  return Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
}

/** Calls of one route by anybody, from ones that it takes to ones that nothing could. */
export function callsOf(route: Route, callers: readonly string[], shapes: Shapes): fc.Arbitrary<BadCall> {
  const { parameters } = route.operation;
  const of = (where: Parameter['in']) => parameters.filter((parameter) => parameter.in === where);
  return fc
    .record({
      caller: callerOf(route, callers),
      asCookie: fc.boolean(),
      path: pathOf(route.path, of('path'), shapes),
      query: queryOf(of('query'), shapes),
      headers: headersOf(of('header'), shapes),
      sent: bodyOf(route, shapes),
    })
    .map(({ caller, asCookie, path, query, headers, sent }) => ({
      caller,
      asCookie,
      target: query === '' ? path : `${path}?${query}`,
      headers: { ...sent.headers, ...headers },
      body: sent.body,
    }));
}

/** Mostly those for whom the route is, else it would be tested over and over that others aren't let in. */
function callerOf({ operation }: Route, callers: readonly string[]): fc.Arbitrary<string> {
  const roles = new Set(operation['x-roles'].map((role) => (role === 'platform' ? 'key' : role)));
  const meant = callers.filter((caller) => roles.has(caller.split('.')[1] ?? ''));
  const anybody = fc.constantFrom(...callers);
  return meant.length === 0
    ? anybody
    : fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...meant) }, { weight: 1, arbitrary: anybody });
}

/** Well encoded or not, as text can stand in a request's first line. */
function inTarget(value: Json, how: number): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (how === 0) return encodeURIComponent(encodeURIComponent(text.toWellFormed()));
  // What isn't encoded as it should be, but for what would be no HTTP at all.
  if (how === 1) return text.toWellFormed().replaceAll(/[^\x21-\x7e]|[?#]/g, '%');
  return encodeURIComponent(text.toWellFormed());
}

const encoding = fc.integer({ min: 0, max: 9 });

/** An `id` is of what stands before it. */
function kindOf(path: string, name: string, { pools }: Shapes): string {
  const before = `${path.slice(0, path.indexOf(`/{${name}}`))}/id`;
  return Object.keys(pools.byField).find((field) => field.startsWith('/') && before === field) ?? name;
}

function pathOf(path: string, parameters: Parameter[], shapes: Shapes): fc.Arbitrary<string> {
  const values = parameters.map(({ name, schema }) =>
    fc.tuple(
      fc.constant(name),
      fc.oneof({ weight: 5, arbitrary: valueOf(schema, shapes, kindOf(path, name, shapes)) }, { weight: 1, arbitrary: oddText }),
      encoding,
    ),
  );
  return fc.tuple(...values).map((found) => {
    const text = found.reduce((made, [name, value, how]) => {
      const inPath = inTarget(value, how).slice(0, 4_000);
      // A document's name has slashes that are part of the path.
      return made.replace(`{${name}}`, () => (name === 'path' && how > 1 ? inPath.replaceAll('%2F', '/') : inPath));
    }, path);
    return text;
  });
}

/** A field, so many times of a hundred: mostly what its schema takes. */
function fieldOf({ name, schema }: Parameter, shapes: Shapes, percent: number) {
  const value = fc.oneof({ weight: 5, arbitrary: valueOf(schema, shapes, name) }, { weight: 1, arbitrary: oddText });
  return fc.oneof(
    { weight: percent, arbitrary: fc.tuple(fc.constant(name), value, encoding) },
    { weight: 100 - percent, arbitrary: fc.constant(null) },
  );
}

const oddField = fc.tuple(
  fc.constantFrom('limit', 'before', 'after', 'thread', 'x', '__proto__', 'limit[]', '%', 'signature'),
  oddText,
  encoding,
);

function queryOf(parameters: Parameter[], shapes: Shapes): fc.Arbitrary<string> {
  const known = parameters.map((parameter) => fieldOf(parameter, shapes, parameter.required ? 95 : 40));
  const more = fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: oddField });
  return fc
    .tuple(...known, more)
    .map((found) => found.flatMap((one) => (one ? [`${one[0]}=${inTarget(one[1], one[2]).slice(0, 4_000)}`] : [])).join('&'));
}

/** As node lets them out. */
function headerText(value: Json): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '?').slice(0, 4_000);
}

const ODD_HEADERS: Record<string, readonly string[]> = {
  origin: ['https://evil.example', 'null', 'http://'],
  range: ['bytes=0-', 'bytes=-1', 'bytes=5-1', 'bytes=0-0,2-3', 'bytes=99999999999999999999-', 'lines=1-2', 'bytes='],
  'if-none-match': ['*', 'W/"x"', '"', ''],
  'if-range': ['"x"', 'Wed, 21 Oct 2026 07:28:00 GMT'],
  'accept-encoding': ['gzip;q=x, *', 'identity;q=0'],
  'content-encoding': ['gzip', 'br'],
  'x-forwarded-for': ['1.2.3.4', "x', '", '::', '1.1.1.1,'.repeat(50), 'unknown'],
  'x-forwarded-host': ['evil.example'],
  'tus-resumable': ['0.0.1', '1.0.0'],
  'upload-offset': ['-1', '0', '1e3', '99999999999999999999'],
  'upload-length': ['-1', '0', 'x', '5', '99999999999999999999'],
  'upload-defer-length': ['1'],
  'upload-metadata': ['', ',', 'conversation', 'conversation !!!', 'thread dGVhbQ==,name AA=='],
  'upload-concat': ['partial', 'final;/api/v1/uploads/x'],
  'x-http-method-override': ['DELETE', 'PATCH'],
};
const oddHeader = fc
  .constantFrom(...Object.keys(ODD_HEADERS))
  .chain((name) => fc.tuple(fc.constant(name), fc.constantFrom(...ODD_HEADERS[name]!)));

function headersOf(parameters: Parameter[], shapes: Shapes): fc.Arbitrary<Record<string, string>> {
  const known = parameters.map((parameter) => fieldOf(parameter, shapes, 85));
  const odd = fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(oddHeader, { maxLength: 2 }) },
  );
  return fc
    .tuple(fc.tuple(...known), odd)
    .map(([found, odd]) =>
      Object.fromEntries([...odd, ...found.flatMap((one) => (one ? [[one[0], headerText(one[1])] as const] : []))]),
    );
}

type Sent = { headers: Record<string, string>; body: Buffer | null };
const JSON_TYPE = { 'content-type': 'application/json' };
const ODD_TYPES = [
  'text/plain',
  'application/x-www-form-urlencoded',
  'application/json; charset=utf-16',
  'multipart/form-data',
  'multipart/form-data; boundary=x',
  'application/xml',
  'nonsense',
  ';',
  '',
];
const BOUNDARY = 'boundary-of-the-form';

function bodyOf({ method, operation }: Route, shapes: Shapes): fc.Arbitrary<Sent> {
  const content = operation.requestBody?.content ?? {};
  const [type, { schema = {} } = {}] = Object.entries(content)[0] ?? [];
  const none: fc.Arbitrary<Sent> = fc.constant({ headers: {}, body: null });
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return none;
  const value = wrongOf(schema, shapes);
  const text = value.map((made) => JSON.stringify(made));
  const json = text.map((made): Sent => ({ headers: JSON_TYPE, body: Buffer.from(made) }));
  const odd: fc.Arbitrary<Sent> = fc.oneof(
    fc
      .tuple(text, fc.nat(100))
      .map(([made, cut]) => ({ headers: JSON_TYPE, body: Buffer.from(made.slice(0, (made.length * cut) / 100)) })),
    text.map((made) => ({ headers: JSON_TYPE, body: Buffer.from(JSON.stringify(made)) })),
    text.map((made) => ({ headers: JSON_TYPE, body: Buffer.from(`\uFEFF${made}`) })),
    text.map((made) => ({ headers: JSON_TYPE, body: Buffer.from(made.replace('{', '{"__proto__":{"a":1},')) })),
    fc.uint8Array({ maxLength: 200 }).map((bytes) => ({ headers: JSON_TYPE, body: Buffer.from(bytes) })),
    fc
      .tuple(text, fc.constantFrom(...ODD_TYPES))
      .map(([made, of]) => ({ headers: { 'content-type': of }, body: Buffer.from(made) })),
    fc.constant({ headers: JSON_TYPE, body: Buffer.from('['.repeat(300_000)) }),
    fc.constant({ headers: JSON_TYPE, body: Buffer.from(`${'['.repeat(200_000)}${']'.repeat(200_000)}`) }),
    fc.constant({ headers: JSON_TYPE, body: Buffer.from(`{"a":${'9'.repeat(5_000)}}`) }),
    none,
  );
  if (type === undefined) return fc.oneof({ weight: 3, arbitrary: none }, { weight: 1, arbitrary: odd });
  if (type === 'application/json') return fc.oneof({ weight: 4, arbitrary: json }, { weight: 2, arbitrary: odd });
  return fc.oneof({ weight: 4, arbitrary: type === 'multipart/form-data' ? form : bytesAs(type) }, { weight: 1, arbitrary: odd });
}

const FIRST_BYTES = [
  '',
  'MZ',
  '#!/bin/sh\n',
  '%PDF-1.7\n',
  '\x89PNG\r\n\x1a\n',
  '\xff\xd8\xff\xe0',
  'GIF89a',
  'RIFF\0\0\0\0WEBP',
  '<svg xmlns="x">',
  'hello',
];
const fileBytes = fc
  .tuple(fc.constantFrom(...FIRST_BYTES), fc.uint8Array({ maxLength: 300 }))
  .map(([first, rest]) => Buffer.concat([Buffer.from(first, 'latin1'), rest]));

function bytesAs(type: string): fc.Arbitrary<Sent> {
  return fileBytes.map((body) => ({ headers: { 'content-type': type }, body }));
}

const form: fc.Arbitrary<Sent> = fc
  .record({
    name: fc.oneof(fc.constant('a.txt'), oddText),
    bytes: fileBytes,
    ending: fc.constantFrom(`\r\n--${BOUNDARY}--\r\n`, `\r\n--${BOUNDARY}\r\n`, ''),
  })
  .map(({ name, bytes, ending }) => ({
    headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
    body: Buffer.concat([
      Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\n\r\n`),
      bytes,
      Buffer.from(ending),
    ]),
  }));
