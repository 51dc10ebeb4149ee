import fc from 'fast-check';
import { expect, test } from 'vitest';

import { feedFrame } from '#shared/api/feed.ts';
import { chatFrame } from '#shared/json-clients.ts';
import { CLOSE, MESSAGE } from '#shared/wire.ts';

import type { OpenApi } from '../http/docs/openapi.ts';
import { problemShape, type JsonSchema } from '../http/docs/schemas.ts';
import { PROBLEM_TYPE } from '../http/problems.ts';
import { silentLog } from '../log.ts';
import { chatSockets, documentSockets, feedSockets, type BadSocket } from '../testing/bad-input/frames.ts';
import { createMarkedWorld, type MarkedWorld } from '../testing/bad-input/marked-world.ts';
import { openBadSocket, type SocketOutcome } from '../testing/bad-input/open-socket.ts';
import type { Shapes } from '../testing/bad-input/values.ts';
import { serverInFile } from '../testing/in-file.ts';
import { JsonClient } from '../testing/json-client.ts';
import { RawClient } from '../testing/raw-client.ts';
import { runAdmin } from '../testing/run-admin.ts';
import type { TestServer } from '../testing/test-server.ts';

// BAD_SOCKETS=2000 looks longer; BAD_INPUT_SEED repeats what a failure said.
const RUNS = Number(process.env['BAD_SOCKETS']);
// The same each time, so that nobody's change fails on what another left; long runs take others.
const SEED = Number(
  process.env['BAD_INPUT_SEED'] ?? (process.env['OTHER_DICE'] ? Math.floor(Math.random() * 2 ** 31) : 175371094),
);

/** Those of the server, and WebSocket's own for what is no frame at all. */
const CLOSES = new Set<number>([...Object.values(CLOSE), 1002, 1007, 1009]);
const REFUSALS = new Set([400, 401, 403, 404, 409, 410]);

const errors: string[] = [];
let server: TestServer;
let world: MarkedWorld;
let shapes: Shapes;
let takes: JsonSchema;

serverInFile(
  async (started) => {
    server = started;
    world = await createMarkedWorld(server);
    const { body: api } = await server.http.call<OpenApi>('GET', '/api/docs/openapi.json');
    shapes = { schemas: api.components.schemas, pools: world.pools };
    ({ takes } = api['x-sockets']['/ws/chat/{conversation_id}/'] as { takes: JsonSchema });
  },
  { log: { ...silentLog, error: (event, fields) => void errors.push(`${event} ${JSON.stringify(fields)}`) } },
);

async function openAndJudge(socket: BadSocket): Promise<void> {
  const writer = (await world.leaseOf(socket.caller)) ?? { account: 'nobody', lease: 5_000 };
  const outcome = await openBadSocket(server.running.url, socket, await world.tokenOf(socket.caller), writer);
  const bytes = outcome.kind === 'refused' ? outcome.body : Buffer.concat(outcome.received);
  const leaked = world.markers.leaked(socket.caller, bytes, JSON.stringify(socket));
  if (leaked.length > 0) throw new Error(`${socket.caller} was told ${leaked.join(', ')}`);
  const wrong = wrongWith(socket, outcome);
  if (wrong !== null) throw new Error(wrong);
  if (errors.length > 0) throw new Error(`in the log: ${errors.splice(0).join('\n')}`);
}

function wrongWith({ kind }: BadSocket, outcome: SocketOutcome): string | null {
  if (outcome.kind === 'refused') {
    const { status, type, body } = outcome;
    if (!REFUSALS.has(status) || type !== PROBLEM_TYPE) return `refused by ${status} ${type}`;
    const problem = problemShape.parse(JSON.parse(body.toString()));
    return problem.status === status ? null : `contradicts itself: ${body.toString()}`;
  }
  if (outcome.close !== null && !CLOSES.has(outcome.close)) return `closed by ${outcome.close}`;
  for (const frame of outcome.received) {
    if (kind === 'document') {
      if (!Object.values<number>(MESSAGE).includes(frame[0]!)) return `an unknown frame ${frame[0]}`;
      continue;
    }
    const read = (kind === 'chat' ? chatFrame : feedFrame).safeParse(JSON.parse(frame.toString()));
    if (!read.success) return `an unknown frame ${frame.toString()}`;
    if (read.data.type === 'error' && read.data.code === 'internal') return `an error of the server: ${frame.toString()}`;
  }
  return null;
}

test('[SERVER-9] a text whose length can’t be compared is refused, and ends nobody’s socket', async () => {
  const { people, pools } = world.agencies[0]!;
  const [conversation] = pools.byField['conversation'] as [string];
  const url = server.running.url;
  const session = () => server.http.signIn(people.get('north.client')!.account);
  const watcher = await RawClient.open(url, `${conversation}/all/1`, await session());
  const text = { length: { toString: 1 } };
  const client = await RawClient.open(url, `${conversation}/all/1`, await session());
  client.send(client.message('', { text }));
  expect([await client.closed(), client.refusal?.rule]).toEqual([CLOSE.replicaRefused, 'schema']);
  const { accessToken } = await session();
  const { body } = await server.http.call<{ number: number }>('GET', `/api/v1/conversations/${conversation}`, {
    token: accessToken,
  });
  const chat = await JsonClient.open(url, body.number, accessToken);
  chat.send({ type: 'send_message', message: text });
  expect(await chat.next('error', 0)).toMatchObject({ code: 'bad-request' });
  const refreshed = await server.http.call('POST', '/api/v1/session/refresh', { body: { refreshToken: text } });
  const read = await server.http.call('PUT', '/api/v1/reads', { token: accessToken, body: text });
  expect([refreshed.status, read.status]).toEqual([400, 400]);
  await watcher.write(watcher.message('still here'));
  watcher.terminate();
  chat.terminate();
});

const SOCKETS: Record<BadSocket['kind'], () => fc.Arbitrary<BadSocket>> = {
  chat: () => chatSockets(callers(), takes, shapes),
  feed: () => feedSockets(callers(), shapes),
  document: () => documentSockets(callers(), shapes),
};

/** Mostly people, for nobody else gets in. */
function callers(): string[] {
  const people = world.agencies.flatMap((agency) => [...agency.people.keys()]);
  return [...world.callers, ...people, ...people, ...people];
}

test.each(Object.entries(SOCKETS))(
  `[SERVER-9] whatever a %s socket is sent, nothing breaks, hangs or tells what isn’t the caller’s (seed ${SEED})`,
  async (_kind, sockets) => {
    const result = await fc.check(fc.asyncProperty(sockets(), openAndJudge), { seed: SEED, numRuns: RUNS });
    if (result.failed) {
      throw new Error(
        `BAD_INPUT_SEED=${SEED}: ${String(result.errorInstance)}\n${String(fc.defaultReportMessage(result)).slice(0, 4_000)}`,
      );
    }
    expect(result.numRuns).toBe(RUNS);
    expect((await server.http.call('GET', '/readyz')).status).toBe(200);
    const checked = await runAdmin({ DATABASE_URL: server.url, DATA_DIR: server.dataDir }, ['check', '--json']);
    expect([checked.code, checked.stdout]).toEqual([0, expect.stringContaining('"problems":0')]);
  },
  3_600_000,
);
