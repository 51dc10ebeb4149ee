import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createClient } from '@redis/client';

const PROGRAM = ['valkey-server', 'redis-server'].find((name) => spawnSync(name, ['--version']).status === 0) ?? null;

/** Why tests with Redis can't run on this machine; `null` when they can. */
export const noRedis: string | null =
  PROGRAM === null
    ? 'there is no redis-server or valkey-server on the PATH: install one (Debian: apt-get install redis-server) to run it'
    : null;

/** A Redis that a test may kill and start again at the same address. */
export type RedisProcess = {
  url: string;
  start(): Promise<void>;
  kill(): Promise<void>;
  /** It takes what is sent and does nothing with it, until it is killed. */
  freeze(): void;
  /** How many are connected to it. */
  clients(): Promise<number>;
  /** Anybody who can reach it, with the key of no node. */
  publish(channel: string, text: string): Promise<void>;
  /** What goes over it from now on. */
  record(into: { channel: string; text: string }[]): Promise<() => Promise<void>>;
  stop(): Promise<void>;
};

export async function startRedis(): Promise<RedisProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'trialogue-redis-'));
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  let process: ChildProcess | null = null;

  async function start(): Promise<void> {
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder];
    const started = spawn(PROGRAM!, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    process = started;
    for await (const line of started.stdout) if (String(line).includes('Ready to accept connections')) break;
    started.stdout.resume();
  }

  async function kill(): Promise<void> {
    const running = process;
    process = null;
    if (!running || running.exitCode !== null) return;
    running.kill('SIGKILL');
    await once(running, 'exit');
  }

  async function client(): Promise<ReturnType<typeof createClient>> {
    const made = createClient({ url });
    made.on('error', () => {}); // it is killed on purpose
    await made.connect();
    return made as ReturnType<typeof createClient>;
  }

  await start();
  return {
    url,
    start,
    kill,
    freeze: () => void process?.kill('SIGSTOP'),
    async clients() {
      const one = await client();
      const list = (await one.sendCommand(['CLIENT', 'LIST'])) as unknown as string;
      one.destroy();
      return list.trim().split('\n').length - 1;
    },
    async publish(channel, text) {
      const one = await client();
      await one.publish(channel, text);
      one.destroy();
    },
    async record(into) {
      const one = await client();
      await one.pSubscribe('*', (text, channel) => void into.push({ channel, text }));
      return async () => one.destroy();
    },
    async stop() {
      await kill();
      await rm(folder, { recursive: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
