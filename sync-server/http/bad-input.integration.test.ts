import { Agent } from 'node:http';

import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';

import { silentLog } from '../log.ts';
import { callsOf, routesOf, type BadCall, type Route } from '../testing/bad-input/calls.ts';
import { createJudge, type Judge } from '../testing/bad-input/judge.ts';
import { createMarkedWorld, type MarkedWorld } from '../testing/bad-input/marked-world.ts';
import { markersIn } from '../testing/bad-input/markers.ts';
import { sendCall, type RawAnswer } from '../testing/bad-input/send-call.ts';
import type { Shapes } from '../testing/bad-input/values.ts';
import { serverInFile } from '../testing/in-file.ts';
import { runAdmin } from '../testing/run-admin.ts';
import type { TestServer } from '../testing/test-server.ts';
import type { OpenApi } from './docs/openapi.ts';

// BAD_INPUT_RUNS=2000 looks longer; BAD_INPUT_SEED repeats what a failure said.
const RUNS = Number(process.env['BAD_INPUT_RUNS'] ?? 40);
const SEED = Number(process.env['BAD_INPUT_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

const agent = new Agent({ keepAlive: true, maxSockets: 4 });
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

async function callAndJudge(route: Route, call: BadCall): Promise<void> {
  if (changesCaller(route, call)) return;
  const address = `10.${(calls >> 16) & 255}.${(calls >> 8) & 255}.${calls++ & 255}`;
  const headers = { 'x-forwarded-for': address, ...call.headers };
  const token = await world.tokenOf(call.caller);
  const answer = await sendCall(server.running.url, agent, route.method, { ...call, headers }, token);
  note(route, call, answer);
  answered[answer.status < 400 ? 'taken' : 'refused'] += 1;
  const sent = `${call.target} ${String(call.body)}`;
  const leaked = world.markers.leaked(
    whoIs(route, call, answer),
    Buffer.concat([answer.body, Buffer.from(JSON.stringify(answer.headers))]),
    sent,
  );
  const said = `${answer.status} ${answer.body.toString().slice(0, 2_000)}`;
  if (leaked.length > 0) throw new Error(`${call.caller} was told ${leaked.join(', ')}: ${said}`);
  const wrong = judge(route, answer);
  if (wrong !== null) throw new Error(wrong);
  if (errors.length > 0) throw new Error(`in the log: ${errors.splice(0).join('\n')}`);
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

test(`[SERVER-9] whatever is called with, nothing breaks, hangs or tells what isn’t the caller’s (seed ${SEED})`, async () => {
  const shapes: Shapes = { schemas: api.components.schemas, pools: world.pools };
  for (const route of routesOf(api)) {
    const property = fc.asyncProperty(callsOf(route, world.callers, shapes), (call) => callAndJudge(route, call));
    const result = await fc.check(property, { seed: SEED, numRuns: RUNS });
    if (result.failed) {
      throw new Error(
        `${route.method} ${route.path}, BAD_INPUT_SEED=${SEED}: ${String(result.errorInstance)}\n${String(fc.defaultReportMessage(result)).slice(0, 4_000)}`,
      );
    }
  }
  agent.destroy();
  // Of both kinds, or nothing would have been looked at.
  expect(answered.taken).toBeGreaterThan(RUNS * 10);
  expect(answered.refused).toBeGreaterThan(RUNS * 10);
  expect((await server.http.call('GET', '/readyz')).status).toBe(200);
  const checked = await runAdmin({ DATABASE_URL: server.url, DATA_DIR: server.dataDir }, ['check', '--json']);
  expect([checked.code, checked.stdout]).toEqual([0, expect.stringContaining('"problems":0')]);
}, 3_600_000);
