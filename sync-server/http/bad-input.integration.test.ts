import { Agent } from 'node:http';

import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';

import { silentLog } from '../log.ts';
import { callsOf, routesOf, type BadCall, type Route } from '../testing/bad-input/calls.ts';
import { createJudge, type Judge } from '../testing/bad-input/judge.ts';
import { createMarkedWorld, type MarkedWorld } from '../testing/bad-input/marked-world.ts';
import { markersIn } from '../testing/bad-input/markers.ts';
import { sendCall, type RawAnswer } from '../testing/bad-input/send-call.ts';
import { serverInFile } from '../testing/in-file.ts';
import { runAdmin } from '../testing/run-admin.ts';
import type { TestServer } from '../testing/test-server.ts';
import type { OpenApi } from './docs/openapi.ts';

// BAD_CALLS=2000 looks longer; BAD_INPUT_SEED repeats what a failure said.
const RUNS = Number(process.env['BAD_CALLS']);
// The same each time, so that nobody's change fails on what another left; long runs take others.
const SEED = Number(
  process.env['BAD_INPUT_SEED'] ?? (process.env['OTHER_DICE'] ? Math.floor(Math.random() * 2 ** 31) : 175371094),
);

const agent = new Agent({ keepAlive: true, maxSockets: 20 });
const errors: string[] = [];
let server: TestServer;
let world: MarkedWorld;
let api: OpenApi;
let judge: Judge;

serverInFile(
  (started) => {
    server = started;
  },
  {
    log: { ...silentLog, error: (event, fields) => void errors.push(`${event} ${JSON.stringify(fields)}`) },
    // Each of its calls may come from an address of its own.
    trustedProxies: ['127.0.0.1'],
  },
);

beforeAll(async () => {
  world = await createMarkedWorld(server);
  api = (await server.http.call<OpenApi>('GET', '/api/docs/openapi.json')).body;
  judge = createJudge(api);
});

let calls = 0;
const answered = { taken: 0, refused: 0 };

type Sent = { route: Route; call: BadCall };

/** All at once. What each may be told is looked at when all is known that they did. */
async function callAndJudge(all: readonly Sent[]): Promise<void> {
  const sent = all.filter(({ route, call }) => !changesCaller(route, call));
  const answers = await Promise.all(
    sent.map(async ({ route, call }) => {
      const address = `10.${(calls >> 16) & 255}.${(calls >> 8) & 255}.${calls++ & 255}`;
      const headers = { 'x-forwarded-for': address, ...call.headers };
      const token = await world.tokenOf(call.caller);
      return sendCall(server.running.url, agent, route.method, { ...call, headers }, token);
    }),
  );
  for (const [index, { route, call }] of sent.entries()) note(route, call, answers[index]!);
  for (const [index, { route, call }] of sent.entries()) judgeOne(route, call, answers[index]!);
  if (errors.length > 0) throw new Error(`in the log: ${errors.splice(0).join('\n')}`);
}

function judgeOne(route: Route, call: BadCall, answer: RawAnswer): void {
  answered[answer.status < 400 ? 'taken' : 'refused'] += 1;
  const told = Buffer.concat([answer.body, Buffer.from(JSON.stringify(answer.headers))]);
  const leaked = world.markers.leaked(whoIs(route, call, answer), told, `${call.target} ${String(call.body)}`);
  const said = `${answer.status} ${answer.body.toString().slice(0, 2_000)}`;
  if (leaked.length > 0) throw new Error(`${call.caller} was told ${leaked.join(', ')}: ${said}`);
  const wrong = judge(route, answer);
  if (wrong !== null) throw new Error(`${route.method} ${route.path}: ${wrong}`);
}

/** Who calls; with an e-mail address and its password, whose these are. */
function whoIs({ path }: Route, { caller }: BadCall, { status, body }: RawAnswer): string {
  if (status !== 200 || !path.startsWith('/api/v1/session')) return caller;
  const { account } = JSON.parse(body.toString() || '{}') as { account?: { id: string } };
  return account ? world.callerOf(account.id) : caller;
}

/** Who calls stays who they are, or nobody could say any more what they may see. */
function changesCaller({ method }: Route, { caller, target }: BadCall): boolean {
  const agency = world.agencies.find(({ title }) => caller === `${title}.owner`);
  return method === 'PATCH' && [...(agency?.people.values() ?? [])].some(({ account }) => target.includes(account.id));
}

function note({ method }: Route, { caller, body: sent }: BadCall, { status, headers, body }: RawAnswer): void {
  if (status === 401 || (method === 'DELETE' && status === 204)) world.signedOut(caller);
  const agency = world.agencies.find(({ title }) => caller.startsWith(`${title}.`));
  if (!agency || method === 'GET' || status >= 300 || !String(headers['content-type']).startsWith('application/json')) return;
  // What they said themselves, such as an address that they invite, they are told again.
  for (const marker of markersIn(String(sent))) world.markers.grant(marker, agency.people.keys());
  const { participants } = JSON.parse(body.toString() || '{}') as { participants?: { account: string }[] };
  const isOfAgency = ['owner', 'staff', 'key'].some((who) => caller === `${agency.title}.${who}`);
  if (participants && isOfAgency)
    world.joined(
      agency,
      participants.map(({ account }) => account),
    );
}

async function holds(what: string, sent: fc.Arbitrary<Sent[]>): Promise<void> {
  const result = await fc.check(fc.asyncProperty(sent, callAndJudge), { seed: SEED, numRuns: RUNS });
  if (!result.failed) return;
  const shown = result.counterexample?.[0].map(({ route: { method, path }, call }) => ({
    method,
    path,
    ...call,
    body: String(call.body),
  }));
  const report = `${JSON.stringify(shown).slice(0, 4_000)} after ${result.numRuns} runs`;
  throw new Error(`${what}, BAD_INPUT_SEED=${SEED}: ${String(result.errorInstance).slice(0, 4_000)}\n${report}`);
}

const sentBy = (route: Route): fc.Arbitrary<Sent> =>
  callsOf(route, world.callers, { schemas: api.components.schemas, pools: world.pools }).map((call) => ({ route, call }));

test(`[SERVER-9] whatever is called with, nothing breaks, hangs or tells what isn’t the caller’s (seed ${SEED})`, async () => {
  // Some of them several times at once.
  const times = fc.constantFrom(1, 1, 1, 1, 1, 4);
  for (const route of routesOf(api)) {
    const sent = fc.tuple(sentBy(route), times).map(([one, count]) => Array.from({ length: count }, () => one));
    await holds(`${route.method} ${route.path}`, sent);
  }
  // Of both kinds, or nothing would have been looked at.
  expect(answered.taken).toBeGreaterThan(RUNS * 10);
  expect(answered.refused).toBeGreaterThan(RUNS * 10);
}, 3_600_000);

test(`[SERVER-9] nor does it when everybody calls everything at once (seed ${SEED})`, async () => {
  const before = answered.taken;
  await holds('all at once', fc.array(fc.oneof(...routesOf(api).map(sentBy)), { minLength: 2, maxLength: 20 }));
  expect(answered.taken).toBeGreaterThan(before);
}, 3_600_000);

test('[SERVER-9] the server lives on after all of that, and documents and rows agree', async () => {
  agent.destroy();
  expect((await server.http.call('GET', '/readyz')).status).toBe(200);
  const checked = await runAdmin({ DATABASE_URL: server.url, DATA_DIR: server.dataDir }, ['check', '--json']);
  expect([checked.code, checked.stdout]).toEqual([0, expect.stringContaining('"problems":0')]);
});
