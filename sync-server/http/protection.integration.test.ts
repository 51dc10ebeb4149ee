import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';

import { afterEach, beforeAll, expect, test } from 'vitest';

import type { SessionResponse } from '#shared/api/accounts.ts';

import { serverInFile } from '../testing/in-file.ts';
import type { TestServer } from '../testing/test-server.ts';
import { createWorld, type World } from '../testing/world.ts';

let server: TestServer;
let world: World;
let session: SessionResponse;
const open: Socket[] = [];

serverInFile((started) => void (server = started), {
  limits: {
    bodyMs: 1_000,
    headersMs: 300,
    idleMs: 1_500,
    strangersPerAddress: 40,
    callsPerAccount: 60,
    callsAtOncePerAccount: 3,
    uploadsAtOnce: 1,
  },
  metrics: { port: 0, host: '127.0.0.1', token: null },
});
beforeAll(async () => {
  world = await createWorld(server);
  session = await world.signIn(world.client);
});
afterEach(async () => {
  for (const socket of open.splice(0)) {
    if (socket.closed) continue;
    socket.destroy();
    await once(socket, 'close');
  }
});

function raw(text: string): Socket {
  const { hostname, port } = new URL(server.running.url);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.on('error', () => {});
  open.push(socket);
  socket.write(text);
  return socket;
}

/** All that came until the other side ended the connection. */
async function untilEnd(socket: Socket): Promise<string> {
  let text = '';
  socket.setEncoding('utf8').on('data', (part: string) => (text += part));
  await once(socket, 'close');
  return text;
}

const post = (path: string, headers: string, body = ''): Socket =>
  raw(`POST ${path} HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\n${headers}\r\n\r\n${body}`);
const bearer = (): string => `Authorization: Bearer ${session.accessToken}`;

/** How often a limit said no, as the metrics tell. */
async function refusals(limit: string): Promise<number> {
  const text = await (await fetch(server.running.metricsUrl!)).text();
  return Number(new RegExp(`^trialogue_limit_refusals_total\\{limit="${limit}"\\} (\\d+)$`, 'm').exec(text)?.[1]);
}

test('[SERVER-6] a connection that says nothing, or only half of its headers, is ended and told why', async () => {
  const [silent, half] = await Promise.all([untilEnd(raw('')), untilEnd(raw('GET /healthz HTTP/1.1\r\nHost: he'))]);
  expect(half).toMatch(/^HTTP\/1\.1 408 /);
  expect(silent).toMatch(/^HTTP\/1\.1 408 /);
  expect(await refusals('headers')).toBeGreaterThanOrEqual(2);
});

test('[SERVER-6] a body that does not come whole does not hold its connection', async () => {
  const told = await untilEnd(post('/api/v1/session', 'Content-Length: 100', '{"email":'));
  expect(told).toMatch(/^HTTP\/1\.1 408 [\s\S]*"code":"bad-request"/);
  expect(await refusals('body-time')).toBe(1);
});

test('[SERVER-6] one that was answered before its body came is not answered twice', async () => {
  const told = await untilEnd(post('/api/v1/conversations', 'Content-Length: 100', '{'));
  expect(told.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 401']);
});

test('[SERVER-6] a file on a slow line is not bound by the time of other bodies', async () => {
  const bytes = Buffer.from('a text that is long enough');
  const path = `/api/v1/conversations/${world.conversation}/files?name=slow.txt`;
  const socket = raw(
    `POST ${path} HTTP/1.1\r\nHost: here\r\n${bearer()}\r\nContent-Type: application/octet-stream\r\nContent-Length: ${bytes.length}\r\nConnection: close\r\n\r\n`,
  );
  const told = untilEnd(socket);
  // Another call of the same kind is given up meanwhile.
  await untilEnd(post('/api/v1/session', 'Content-Length: 100', '{"email":'));
  socket.write(bytes.subarray(0, 3));
  await untilEnd(post('/api/v1/session', 'Content-Length: 100', '{"email":'));
  socket.write(bytes.subarray(3));
  expect(await told).toMatch(/^HTTP\/1\.1 201 /);
});

test('[SERVER-6] one whose bytes stop coming is given up, and its place is free again', async () => {
  const path = `/api/v1/conversations/${world.conversation}/files?name=never.txt`;
  const headers = `Host: here\r\n${bearer()}\r\nContent-Type: a/b\r\nContent-Length: 50\r\nConnection: close`;
  const started = (): Promise<string> => untilEnd(raw(`POST ${path} HTTP/1.1\r\n${headers}\r\n\r\nabc`));
  // Whichever comes second finds no place.
  const told = await Promise.all([started(), started()]);
  expect(told.filter((answer) => answer.startsWith('HTTP/1.1 429 '))).toHaveLength(1);
  const call = () => server.http.call('POST', path, { token: session.accessToken, body: new Uint8Array([65, 66, 67]) });
  await expect.poll(async () => (await call()).status).toBe(201);
  expect(await refusals('uploads-at-once')).toBeGreaterThan(0);
});

test('[SERVER-6] an account has so many calls under way; those that were given up count no more', async () => {
  const { accessToken } = await world.signIn(world.staff);
  const headers = `Authorization: Bearer ${accessToken}\r\nContent-Length: 20\r\nConnection: close`;
  const told = await Promise.all(Array.from({ length: 5 }, () => untilEnd(post('/api/v1/tickets', headers, '{'))));
  expect(told.map((answer) => answer.slice(9, 12)).toSorted()).toEqual(['408', '408', '408', '429', '429']);
  expect(await refusals('calls-at-once')).toBe(2);
  await expect.poll(async () => (await call(accessToken)).status).toBe(200);
});

test('[SERVER-6] who is nobody is told so before their body is read, however long it is', async () => {
  const told = await untilEnd(post('/api/v1/conversations', 'Content-Length: 900000000', '{'));
  expect(told).toMatch(/^HTTP\/1\.1 401 /);
  const large = await untilEnd(post('/api/v1/session', 'Content-Length: 100000', '{'));
  expect(large).toMatch(/^HTTP\/1\.1 413 /);
  expect(await refusals('body-size')).toBe(1);
});

test('[SERVER-6] nothing that comes packed is unpacked', async () => {
  const bomb = gzipSync(Buffer.alloc(4 * 1024 * 1024, ' '));
  const response = await fetch(`${server.running.url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    body: bomb,
  });
  expect([response.status, await response.json()]).toMatchObject([400, { code: 'bad-request' }]);
});

test.each([
  ['nests deeper than any call', `${'['.repeat(5_000)}${']'.repeat(5_000)}`],
  ['has more values than any call', JSON.stringify(Array.from({ length: 30_000 }, () => 0))],
  ['brings a prototype of its own', '{"__proto__": {"isStaff": true}}'],
  ['brings a constructor of its own', '{"constructor": {"prototype": {"isStaff": true}}}'],
])('[SERVER-6] JSON that %s is refused before a route sees it', async (_what, text) => {
  const response = await fetch(`${server.running.url}/api/v1/reads`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${session.accessToken}` },
    body: text,
  });
  expect([response.status, await response.json()]).toMatchObject([400, { code: 'bad-request' }]);
});

test('[SERVER-6] so many connections of one address may be nobody’s; who shows who they are is not counted', async () => {
  const known = raw(`GET /api/v1/sessions HTTP/1.1\r\nHost: here\r\n${bearer()}\r\n\r\n`);
  await once(known, 'data');
  const crowd = Array.from({ length: 40 }, () => raw('GET /healthz HTTP/1.1\r\nHost: here\r\n\r\n'));
  await Promise.all(crowd.map((socket) => once(socket, 'data')));
  const told = await untilEnd(raw('GET /healthz HTTP/1.1\r\nHost: here\r\n\r\n'));
  expect(told).toMatch(/^HTTP\/1\.1 429 [\s\S]*Retry-After: \d+[\s\S]*strangers-per-address/);
  known.write(`GET /api/v1/sessions HTTP/1.1\r\nHost: here\r\n${bearer()}\r\n\r\n`);
  const [again] = (await once(known, 'data')) as [Buffer];
  expect(again.toString()).toMatch(/^HTTP\/1\.1 200 /);
  crowd[0]!.destroy();
  await expect
    .poll(async () => (await once(raw('GET /healthz HTTP/1.1\r\nHost: here\r\n\r\n'), 'data')).toString().slice(9, 12))
    .toBe('200');
  for (const socket of crowd) socket.destroy();
});

const call = (token: string) => server.http.call('GET', '/api/v1/sessions', { token });

test('[SERVER-6] one account makes so many calls a minute; others go on', async () => {
  const other = await world.signIn(world.worker);
  await expect.poll(async () => (await call(session.accessToken)).status, { interval: 1 }).toBe(429);
  const refused = await call(session.accessToken);
  expect(refused.body).toMatchObject({ code: 'too-many-requests', error: { details: { limit: 'calls-per-account' } } });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await call(other.accessToken)).status).toBe(200);
});
