import { expect, test } from 'vitest';

import { serverInFile } from '../testing/in-file.ts';
import type { TestServer } from '../testing/test-server.ts';

const SITE = 'https://app.example.com';

let server: TestServer;
serverInFile((started) => void (server = started), { allowedOrigins: [SITE] });

const ask = (origin: string, method: string, path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${server.running.url}${path}`, { method, headers: { origin, ...headers } });

const allowed = ({ headers }: Response): (string | null)[] => [
  headers.get('access-control-allow-origin'),
  headers.get('access-control-allow-credentials'),
];

test('[SERVER-7] pages of an allowed site read answers, refusals too; those of others do not', async () => {
  const { accessToken } = await server.http.signIn(await server.fixture.account('client'));
  const cookie = `access=${accessToken}`;
  for (const [path, status] of [
    ['/api/v1/conversations', 200],
    ['/api/conversations/999999/messages', 404],
    ['/nowhere', 404],
  ] as const) {
    const answer = await ask(SITE, 'GET', path, { cookie });
    expect([path, answer.status, ...allowed(answer)]).toEqual([path, status, SITE, 'true']);
    expect(answer.headers.get('vary')).toBe('Origin');
    for (const origin of ['https://evil.example', `${SITE}.evil.example`, 'null']) {
      expect(allowed(await ask(origin, 'GET', path, { cookie }))).toEqual([null, null]);
    }
  }
});

test('[SERVER-7] a page of an allowed site may change something, after asking; those of others may not', async () => {
  const { accessToken } = await server.http.signIn(await server.fixture.account('client'));
  const wanted = { 'access-control-request-method': 'PUT', 'access-control-request-headers': 'content-type' };
  const before = await ask(SITE, 'OPTIONS', '/api/v1/reads', wanted);
  expect([before.status, ...allowed(before)]).toEqual([204, SITE, 'true']);
  expect(before.headers.get('access-control-allow-methods')).toContain('PUT');
  expect(before.headers.get('access-control-allow-headers')).toBe('content-type');
  expect(allowed(await ask('https://evil.example', 'OPTIONS', '/api/v1/reads', wanted))).toEqual([null, null]);
  const lease = (origin: string): Promise<Response> =>
    ask(origin, 'POST', '/api/v1/device/lease', { cookie: `access=${accessToken}` });
  expect([(await lease(SITE)).status, (await lease('https://evil.example')).status]).toEqual([200, 403]);
});
