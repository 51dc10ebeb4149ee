import type { ServerParts, SyncPart } from '../parts.ts';
import { attachSync } from '../sync/attach.ts';
import { RawClient } from './raw-client.ts';
import type { TestPostgres, TestServer } from './test-server.ts';
import { createWorld, type World } from './world.ts';

/** Two nodes on one database; `lookMs`: how often each looks for what no hint told; `now`: the clock of both. */
export type Pair = { world: World; one: TestServer; two: TestServer; sync: [SyncPart, SyncPart] };

export async function startPair(test: TestPostgres, redisUrl?: string, lookMs = 60_000, now = Date.now): Promise<Pair> {
  const parts: SyncPart[] = [];
  const attach = async (given: ServerParts) => {
    const nodes = { lookMs, lookAwayMs: lookMs, peers: { everyMs: 100, aliveMs: 1_000 } };
    const attached = await attachSync(given, { now, nodes });
    parts.push(attached.sync);
    return attached;
  };
  const redis = redisUrl === undefined ? {} : { redisUrl };
  const one = await test.server({ attach, ...redis });
  const two = await test.server({ attach, ...redis, beside: one });
  const world = await createWorld(one);
  const sync = parts as [SyncPart, SyncPart];
  await until(() => sync.every((part) => part.bus().others === 1 && part.bus().transport === (redisUrl ? 'redis' : 'postgres')));
  return { world, one, two, sync };
}

export async function until(ask: () => boolean | Promise<boolean>, ms = 10_000): Promise<void> {
  for (const end = Date.now() + ms; !(await ask());) {
    if (Date.now() > end) throw new Error(`waited ${ms} ms in vain`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export async function join(server: TestServer, world: World, account: World['client']): Promise<RawClient> {
  return RawClient.open(server.running.url, `${world.conversation}/all/1`, await world.signIn(account));
}
