import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { expect } from 'vitest';

import { noRedis } from '../../sync-server/testing/redis-process.ts';
import { PASSWORD } from '../harness/host.ts';
import { until } from '../harness/seeded.ts';
import type { Fault } from './fault.ts';
import type { Floor } from './floor.ts';
import { areEmpty } from './whole.ts';

const SENDING = fileURLToPath(new URL('../../src/core/testing/sending-process.ts', import.meta.url));

/** Connections of a node: one that sends, one that hears. */
const BY_REDIS = 2;

/** In long runs as long as a failover by hand takes: the apps have backed off as far as they do. */
const WITHOUT_POSTGRES_MS: readonly [number, number] = Number(process.env['FAULT_ROUNDS']) > 0 ? [20_000, 20_000] : [400, 3_000];

/** Programs that are killed, or stop, and come back. */
export const KILLED: Fault[] = [
  { name: 'an app is killed while it sends (kill -9)', touches: ['luis'], strike: killApp },
  {
    name: 'a node is killed (kill -9); who was there is led to the other meanwhile',
    touches: ['nodes'],
    async strike(floor) {
      const [dead, other] = floor.random() < 0.5 ? floor.nodes : floor.nodes.toReversed();
      await floor.pause(100, 600);
      await dead!.kill('SIGKILL');
      const network = dead === floor.nodes[0] ? floor.networks.luis : floor.networks.maria;
      network.retarget(other!.url);
      await floor.pause(100, 400);
      await floor.revive(dead!);
      network.retarget(dead!.url);
      network.reset();
      await floor.pause(100, 300);
    },
  },
  {
    name: 'both nodes are killed at once',
    touches: ['nodes'],
    async strike(floor) {
      await floor.pause(100, 600);
      await Promise.all(floor.nodes.map((node) => node.kill('SIGKILL')));
      await floor.pause(0, 300);
      await Promise.all(floor.nodes.map((node) => floor.revive(node)));
      await floor.pause(100, 300);
    },
  },
  {
    name: 'Postgres is killed (kill -9)',
    touches: ['postgres'],
    async strike(floor) {
      await floor.pause(100, 500);
      await floor.postgres.end('SIGKILL');
      await floor.pause(100, 500);
      await floor.postgres.start();
      await floor.pause(100, 300);
    },
  },
  {
    name: 'Postgres is stopped: nothing is acknowledged meanwhile',
    touches: ['postgres'],
    strike: stopPostgres,
  },
  {
    name: 'Redis is killed (kill -9)',
    touches: ['redis'],
    missing: noRedis,
    async strike(floor) {
      await floor.pause(100, 300);
      await floor.redis!.kill();
      await floor.pause(200, 1_000);
      await floor.redis!.start();
      await floor.pause(100, 300);
    },
    // With hints that it took, and passes on to nobody. Who is notified of a message hears of it by Postgres too, and of what else there is.
    async strikeLast(floor) {
      await until(
        'both nodes send and hear by it again',
        async () => (await floor.redis!.clients()) >= BY_REDIS * floor.nodes.length,
      );
      await until('all is accepted, and told', async () => (await areEmpty(floor)) && (await floor.hasToldAll()));
      floor.redis!.freeze();
      try {
        await floor.sayMore('ana');
        await until('all is accepted', () => areEmpty(floor));
      } finally {
        await floor.redis!.kill();
        await floor.redis!.start();
      }
    },
  },
];

/** Its core runs in a program of its own until then; what that had answered for is known by what it printed. */
async function killApp(floor: Floor): Promise<void> {
  const desk = floor.desk('luis');
  const { app } = desk;
  desk.app = null;
  await app!.close();
  const round = floor.newText();
  const args = [SENDING, desk.folder, desk.url, desk.email, PASSWORD, floor.conversations[0]!, round];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const answers = floor.between(5, 60);
  let count = 0;
  for await (const text of createInterface({ input: child.stdout })) {
    floor.sent.add(text);
    if (++count === answers) child.kill('SIGKILL');
  }
  // The one that was under way: kept, and never answered.
  floor.unheard.add(`${round}-${count}`);
  expect(count, 'the app ended by itself').toBeGreaterThanOrEqual(answers);
  await floor.openApp(desk);
}

async function stopPostgres(floor: Floor): Promise<void> {
  await floor.pause(100, 500);
  await floor.postgres.end('SIGINT');
  const before = new Set(floor.sent);
  await floor.pause(...WITHOUT_POSTGRES_MS);
  const since = [...floor.sent].filter((text) => !before.has(text));
  const queues = await Promise.all(floor.apps.map((app) => app.client.send('queue.list', {})));
  const waiting = new Set(
    queues.flatMap(({ items }) => items.flatMap(({ work }) => (work.kind === 'message' ? [work.text] : []))),
  );
  // Those of an app that is away just now are nobody's to look at.
  if (floor.apps.length === floor.desks.length)
    expect(
      since.filter((text) => !waiting.has(text)),
      'acknowledged without Postgres',
    ).toEqual([]);
  await floor.postgres.start();
  await floor.pause(100, 300);
}
