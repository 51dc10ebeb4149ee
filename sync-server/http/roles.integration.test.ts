import { expect, test } from 'vitest';

import { newId } from '#shared/ids.ts';

import { serverInFile } from '../testing/in-file.ts';
import { registeredRoutes } from '../testing/registered-routes.ts';
import type { TestServer } from '../testing/test-server.ts';
import { createWorld, type World } from '../testing/world.ts';

const WHO = ['owner', 'staff', 'employee', 'client', 'worker', 'stranger', 'nobody'] as const;
type Who = (typeof WHO)[number];
type Row = { path?: () => string; body?: unknown; expected: Partial<Record<Who, number>> & { all?: number } };

let server: TestServer;
let world: World;
let registered: string[];
const tokens = new Map<Who, string>();

const CONVERSATION = () => world.conversation;
const NUMBER = () => String(number);
let number = 0;
let file = '';
let picture = '';

/** `all` is everybody who isn't named; nobody is 401 unless named. The worker, the client and an employee take part; the stranger is a client elsewhere. */
const anybody = (status: number): Row['expected'] => ({ all: status, nobody: status });
const signedIn = (status: number): Row['expected'] => ({ all: status });
const participants = (status: number): Row['expected'] => ({ all: status, stranger: 404 });
const staffOnly = (status: number): Row['expected'] => ({ all: 403, owner: status, staff: status });
const ownerOnly = (status: number): Row['expected'] => ({ all: 403, owner: status });

/** Bodies are refused (400), or ask for what isn't there (404), where the call was let through; so all but the job stays as it is. */
const TABLE: Record<string, Row> = {
  'OPTIONS /*': { path: () => '/api/v1/server', expected: anybody(204) },
  'GET /healthz': { expected: anybody(200) },
  'GET /readyz': { expected: anybody(200) },
  'GET /account': { expected: anybody(200) },
  'GET /account/page.js': { expected: anybody(200) },
  'GET /account/page.css': { expected: anybody(200) },
  'GET /api/docs': { expected: anybody(200) },
  'GET /api/docs/openapi.json': { expected: anybody(200) },
  'GET /api/docs/page.css': { expected: anybody(200) },
  'GET /api/v1/server': { expected: anybody(200) },
  'POST /api/v1/session': { body: {}, expected: anybody(400) },
  'POST /api/v1/session/refresh': { body: {}, expected: anybody(400) },
  'POST /api/v1/password/reset': { body: {}, expected: anybody(400) },
  'POST /api/v1/invitations/read': { body: {}, expected: anybody(400) },
  'POST /api/v1/invitations/accept': { body: {}, expected: anybody(400) },
  'GET /api/v1/sessions': { expected: signedIn(200) },
  'DELETE /api/v1/sessions/:id': { expected: signedIn(404) },
  'POST /api/v1/device/lease': { expected: signedIn(200) },
  'POST /api/v1/tickets': { expected: signedIn(200) },
  'POST /api/v1/password': { body: {}, expected: signedIn(400) },
  'GET /api/v1/people': { expected: staffOnly(200) },
  'PATCH /api/v1/people/:id': { body: {}, expected: ownerOnly(404) },
  'POST /api/v1/invitations': { body: {}, expected: ownerOnly(400) },
  'GET /api/v1/invitations': { expected: ownerOnly(200) },
  'DELETE /api/v1/invitations/:id': { expected: ownerOnly(404) },
  'GET /api/v1/conversations': { expected: signedIn(200) },
  'POST /api/v1/conversations': { body: {}, expected: staffOnly(400) },
  'GET /api/v1/conversations/:id': { path: () => `/api/v1/conversations/${CONVERSATION()}`, expected: participants(200) },
  'GET /api/v1/conversations/:id/messages': {
    path: () => `/api/v1/conversations/${CONVERSATION()}/messages?thread=team`,
    expected: { all: 404, owner: 200, staff: 200 },
  },
  'GET /api/v1/conversations/:id/export': {
    path: () => `/api/v1/conversations/${CONVERSATION()}/export`,
    expected: staffOnly(200),
  },
  'POST /api/v1/conversations/:id/files': {
    path: () => `/api/v1/conversations/${CONVERSATION()}/files?name=a.txt`,
    body: Buffer.from(''),
    expected: participants(400),
  },
  'GET /api/v1/files/:id': { path: () => `/api/v1/files/${file}`, expected: participants(200) },
  'GET /api/v1/files/:id/thumbnail': { path: () => `/api/v1/files/${picture}/thumbnail`, expected: participants(200) },
  'GET /api/v1/files/:id/state': { path: () => `/api/v1/files/${file}/state`, expected: participants(200) },
  'POST /api/v1/uploads': { body: {}, expected: signedIn(412) },
  'PATCH /api/v1/uploads/:id': { expected: signedIn(404) },
  'DELETE /api/v1/uploads/:id': { expected: signedIn(404) },
  // A job from its start to its end, by those whom it concerns.
  'POST /api/v1/conversations/:id/job/start': {
    path: () => `/api/v1/conversations/${CONVERSATION()}/job/start`,
    expected: { all: 200, client: 403, stranger: 404 },
  },
  'POST /api/v1/conversations/:id/job/complete': {
    path: () => `/api/v1/conversations/${CONVERSATION()}/job/complete`,
    expected: { all: 200, client: 403, stranger: 404 },
  },
  'POST /api/v1/conversations/:id/job/approve': {
    path: () => `/api/v1/conversations/${CONVERSATION()}/job/approve`,
    expected: { all: 403, client: 200, stranger: 404 },
  },
  'POST /api/v1/conversations/:id/job/reopen': {
    path: () => `/api/v1/conversations/${CONVERSATION()}/job/reopen`,
    expected: { all: 403, owner: 409, staff: 409, stranger: 404 },
  },
  'POST /api/v1/conversations/:id/job/cancel': {
    path: () => `/api/v1/conversations/${CONVERSATION()}/job/cancel`,
    expected: { all: 403, owner: 409, staff: 409, stranger: 404 },
  },
  // Takes an agency's API key alone, which is nobody's token.
  'GET /api/v1/platform/jobs/:externalId': { expected: anybody(401) },
  'PUT /api/v1/platform/jobs/:externalId': { body: {}, expected: anybody(401) },
  'PUT /api/v1/platform/jobs/:externalId/participants/:person': { body: {}, expected: anybody(401) },
  'DELETE /api/v1/platform/jobs/:externalId/participants/:person': { expected: anybody(401) },
  'PUT /api/v1/platform/jobs/:externalId/locks/:reason': { expected: anybody(401) },
  'DELETE /api/v1/platform/jobs/:externalId/locks/:reason': { expected: anybody(401) },
  'POST /api/v1/platform/jobs/:externalId/close': { expected: anybody(401) },
  'POST /api/v1/platform/jobs/:externalId/reopen': { expected: anybody(401) },
  'GET /api/v1/log/*': {
    path: () => `/api/v1/log/${CONVERSATION()}/team/1`,
    expected: { all: 404, owner: 200, staff: 200 },
  },
  'POST /api/v1/log': { body: {}, expected: signedIn(400) },
  'GET /api/v1/feed': { expected: signedIn(200) },
  'GET /api/v1/notifications': { expected: signedIn(200) },
  'GET /api/v1/notifications/unread': { expected: signedIn(200) },
  'POST /api/v1/notifications/read': { body: {}, expected: signedIn(400) },
  'POST /api/v1/webhooks': { body: {}, expected: ownerOnly(400) },
  'GET /api/v1/webhooks': { expected: ownerOnly(200) },
  'DELETE /api/v1/webhooks/:id': { expected: ownerOnly(404) },
  'GET /api/v1/webhooks/failures': { expected: ownerOnly(200) },
  'POST /api/v1/webhooks/failures/:id/replay': { expected: ownerOnly(404) },
  'PUT /api/v1/reads': { body: {}, expected: signedIn(400) },
  'GET /api/agency/conversations': { expected: staffOnly(200) },
  'GET /api/agency/conversations/:id/messages': {
    path: () => `/api/agency/conversations/${NUMBER()}/messages`,
    expected: { all: 404, owner: 200, staff: 200 },
  },
  'POST /api/agency/conversations/:id/upload': {
    path: () => `/api/agency/conversations/${NUMBER()}/upload`,
    body: {},
    expected: { all: 404, owner: 400, staff: 400 },
  },
  'POST /api/conversations/:id/upload': {
    path: () => `/api/conversations/${NUMBER()}/upload`,
    body: {},
    expected: participants(400),
  },
  'GET /api/conversations': { expected: signedIn(200) },
  'GET /api/conversations/:id/messages': { path: () => `/api/conversations/${NUMBER()}/messages`, expected: participants(200) },
  // Last: it ends the sessions of the table.
  'DELETE /api/v1/session': { expected: signedIn(204) },
};

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

serverInFile(
  async (started) => {
    server = started;
    world = await createWorld(server);
    const employee = await server.fixture.account('employee', { agency: world.agency });
    world.conversation = await server.fixture.conversation({
      agency: world.agency,
      people: [world.client, world.worker, employee],
    });
    const stranger = await server.fixture.account('client');
    const people = { owner: world.owner, staff: world.staff, employee, client: world.client, worker: world.worker, stranger };
    for (const [who, account] of Object.entries(people)) tokens.set(who as Who, (await world.signIn(account)).accessToken);
    const [row] = await world.rows<{ number: number }>('SELECT number FROM conversations WHERE id = $1', [world.conversation]);
    number = row!.number;
    const upload = async (name: string, body: Buffer) => {
      const path = `/api/v1/conversations/${world.conversation}/files?name=${name}`;
      return (await server.http.call<{ id: string }>('POST', path, { token: tokens.get('owner')!, body })).body.id;
    };
    file = await upload('a.txt', Buffer.from('a'));
    picture = await upload('a.png', PNG);
  },
  {
    attach: registeredRoutes((routes) => ({ registered } = routes)),
  },
);

test('[SERVER-2] the table of roles has every route, and no other', () => {
  expect(Object.keys(TABLE).toSorted((a, b) => a.localeCompare(b))).toEqual(registered.toSorted((a, b) => a.localeCompare(b)));
});

test.each(Object.entries(TABLE))('[SERVER-2] %s is open to whom the table says', async (route, { path, body, expected }) => {
  const [method, template] = route.split(' ') as [string, string];
  const statuses: Record<string, number> = {};
  const wanted: Record<string, number> = {};
  for (const who of WHO) {
    const token = tokens.get(who);
    const url = path?.() ?? template.replace(':id', newId());
    const answer = await server.http.call(method, url, { ...(token === undefined ? {} : { token }), body });
    statuses[who] = answer.status;
    wanted[who] = expected[who] ?? (who === 'nobody' ? 401 : expected.all!);
  }
  expect(statuses).toEqual(wanted);
});
