import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, test } from 'vitest';

import { serverInFile } from '../../testing/in-file.ts';
import { registeredRoutes } from '../../testing/registered-routes.ts';
import type { TestServer } from '../../testing/test-server.ts';
import { codesOf, statusesOf, type Endpoint } from '../endpoint.ts';
import { PROBLEM_CODES, PROBLEM_TYPE } from '../problems.ts';
import { EXAMPLES } from './examples.ts';
import { pathOf, type OpenApi } from './openapi.ts';

let server: TestServer;
let endpoints: Endpoint[];
let registered: string[];
let api: OpenApi;

const watched = registeredRoutes((found) => ({ endpoints, registered } = found));

serverInFile(
  async (started) => {
    server = started;
    api = (await server.http.call<OpenApi>('GET', '/api/docs/openapi.json')).body;
  },
  { attach: watched },
);

describe('the description of the API', () => {
  test('[SERVER-3] is an OpenAPI 3.1 document', async () => {
    const result = await new Validator().validate(structuredClone(api));
    expect(result).toMatchObject({ valid: true });
    const wrong = structuredClone(api) as unknown as { paths: Record<string, { get: { responses?: unknown } }> };
    delete wrong.paths['/healthz']!.get.responses;
    wrong.paths['no path'] = { get: {} };
    expect((await new Validator().validate(wrong)).valid).toBe(false);
  });

  test('[SERVER-3] has every route that there is, and nothing else', () => {
    const described = Object.entries(api.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const there = registered.map((route) => {
      const [method, path] = route.split(' ') as [string, string];
      return `${method} ${pathOf({ path })}`;
    });
    // Whatever answers GET answers HEAD too, and is described as one unless it is declared as both.
    const besides = described.filter((route) => route.startsWith('HEAD '));
    expect(described.filter((route) => !besides.includes(route)).toSorted()).toEqual(there.toSorted());
    expect(besides.toSorted()).toEqual([
      'HEAD /api/v1/files/{id}',
      'HEAD /api/v1/files/{id}/thumbnail',
      'HEAD /api/v1/uploads/{id}',
    ]);
  });

  test('[SERVER-3] gives each operation a name of its own, and points at nothing that isn’t there', () => {
    const names = Object.values(api.paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId));
    expect(new Set(names).size).toBe(names.length);
    const pointed = [...JSON.stringify(api).matchAll(/"\$ref":"#\/([^"]*)"/g)].map(([, path]) => path!);
    expect(pointed.length).toBeGreaterThan(50);
    for (const path of pointed) expect(path).toMatch(/^components\/schemas\/\w+$/);
    const known = Object.keys(api.components.schemas);
    expect(known).toEqual(expect.arrayContaining(pointed.map((path) => path.split('/').at(-1))));
  });

  test('[SERVER-3] says for each route who may call it, with what, and each status that it can have', () => {
    for (const declared of endpoints) {
      const methods = typeof declared.method === 'string' ? [declared.method] : declared.method;
      for (const method of methods) {
        const operation = api.paths[pathOf(declared)]![method.toLowerCase()]!;
        expect(Object.keys(operation.responses).toSorted()).toEqual([...statusesOf(declared)].map(String).toSorted());
        expect(operation['x-error-codes']).toEqual([...codesOf(declared)]);
        expect(operation['x-roles'].length).toBeGreaterThan(0);
        expect(operation.security.length > 0).toBe(declared.access !== 'anyone');
        expect(operation.requestBody !== undefined).toBe(declared.body !== undefined || declared.bytes !== undefined);
      }
    }
  });

  test('[SERVER-3] has an example for each body, and each is one that the route takes', () => {
    const bodies = endpoints.flatMap(({ method, path, body }) => (body ? [{ name: `${String(method)} ${path}`, body }] : []));
    expect(bodies.map(({ name }) => name).toSorted()).toEqual(Object.keys(EXAMPLES).toSorted());
    for (const { name, body } of bodies) expect(body.safeParse(EXAMPLES[name]), name).toMatchObject({ success: true });
  });

  test('[SERVER-3] keeps the errors of clients that speak JSON as their platform has them', async () => {
    const { responses } = api.paths['/api/agency/conversations']!['get']!;
    expect(responses['401']!.content).toEqual({ 'application/json': { schema: { $ref: '#/components/schemas/PlainError' } } });
    const answer = await server.http.call('GET', '/api/agency/conversations');
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.body).toEqual({ error: 'Sign in to go on.' });
  });
});

describe('a failure', () => {
  test('[SERVER-3] is a problem of RFC 9457 with its code, wherever it comes from', async () => {
    const failures: [string, string, unknown, number, string][] = [
      ['GET', '/api/v1/sessions', undefined, 401, 'sign-in-required'],
      ['GET', '/nowhere', undefined, 404, 'not-found'],
      ['GET', '/%E0%A4%A', undefined, 400, 'bad-request'],
      ['POST', '/api/v1/session', { email: 1 }, 400, 'bad-request'],
      ['POST', '/api/v1/session', { email: 'nobody@example.com', password: 'x', device: { name: 'x' } }, 401, 'sign-in-failed'],
      ['POST', '/api/v1/session', { pad: 'x'.repeat(1_100_000) }, 413, 'too-large'],
    ];
    for (const [method, path, body, status, code] of failures) {
      const answer = await server.http.call<Record<string, unknown>>(method, path, { body });
      expect(answer.headers.get('content-type')).toBe(PROBLEM_TYPE);
      const { detail } = answer.body;
      expect(answer.body).toMatchObject({ type: `/api/docs#error-${code}`, status, code, error: { code, message: detail } });
      expect([answer.status, typeof answer.body['title'], String(detail).length > 0]).toEqual([status, 'string', true]);
    }
  });

  test('[SERVER-3] is one too where no route was reached: an upgrade that is refused, and what is no HTTP', async () => {
    const { accessToken } = await server.http.signIn(await server.fixture.account('client'));
    const upgrade = (path: string) =>
      `GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${accessToken}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;
    const sent: [string, number, string][] = [
      [upgrade('/nowhere'), 404, 'not-found'],
      [upgrade('/ws/chat/99/'), 404, 'not-found'],
      [upgrade('/api/v1/feed?after=nonsense'), 410, 'gone'],
      ['nonsense\r\n\r\n', 400, 'bad-request'],
      [`GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 431, 'bad-request'],
    ];
    for (const [bytes, status, code] of sent) {
      const [head, body] = (await rawCall(server.running.url, bytes)).split('\r\n\r\n');
      expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [^]*Content-Type: ${PROBLEM_TYPE.replace('+', '\\+')}\r\n`));
      expect(JSON.parse(body!)).toMatchObject({ status, code, error: { code } });
    }
  });

  test('[SERVER-3] is none, where a call says that it sends JSON and sends nothing, and needs to send nothing', async () => {
    const { accessToken } = await server.http.signIn(await server.fixture.account('client'));
    const headers = { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' };
    const call = (path: string) => fetch(`${server.running.url}${path}`, { method: 'POST', headers });
    expect((await call('/api/v1/tickets')).status).toBe(200);
    const needed = await call('/api/v1/notifications/read');
    expect([needed.status, await needed.json()]).toMatchObject([400, { code: 'bad-request' }]);
  });

  test('[SERVER-3] has a place on the page that its type leads to', async () => {
    const page = await server.http.call<string>('GET', '/api/docs');
    for (const code of PROBLEM_CODES) expect(page.body).toContain(`id="error-${code}"`);
  });
});

test('[SERVER-3] the page holds every route, and needs neither scripts nor another server', async () => {
  const { headers, body } = await server.http.call<string>('GET', '/api/docs');
  expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(body).not.toMatch(/<script|javascript:|(?:src|href)="(?:https?:)?\/\//);
  for (const methods of Object.values(api.paths)) {
    for (const { operationId } of Object.values(methods)) expect(body).toContain(`<details id="${operationId}">`);
  }
  expect((await server.http.call('GET', '/api/docs/page.css')).headers.get('content-type')).toBe('text/css; charset=utf-8');
});

/** What comes back for these bytes. */
async function rawCall(url: string, sent: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.end(sent);
  return text(socket);
}
