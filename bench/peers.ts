import { fileURLToPath } from 'node:url';

import { freePort, startProgram, type Program } from './program.ts';
import type { Running, Target } from './target.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));

/** Yjs ids that nobody else has. */
const leaseOf = (thread: number, person: number): number => 10_000 + thread * 100 + person;

function clientsOf(
  threads: number,
  perThread: number,
  of: (document: string) => { url: string; document: string | null },
): Running['clients'] {
  return Array.from({ length: threads * perThread }, (_, index) => {
    const thread = index % threads;
    const person = Math.floor(index / threads);
    return { ...of(`thread-${thread}`), headers: {}, lease: leaseOf(thread, person), account: `person-${person}`, thread };
  });
}

function running(program: Program, clients: Running['clients']): Running {
  return { pid: program.pid, clients, kill: () => program.kill(), stop: () => program.stop() };
}

/** The reference server, `y-websocket@2`. */
function yWebsocket(name: string, durability: string, persistence: (folder: string) => Record<string, string>): Target {
  return {
    name,
    durability,
    async start({ folder, threads, perThread }) {
      const port = await freePort();
      const env = { HOST: '127.0.0.1', PORT: String(port), ...persistence(folder) };
      const program = await startProgram(['node_modules/y-websocket/bin/server.cjs'], { cwd: HERE, env, ready: /running at/ });
      return running(
        program,
        clientsOf(threads, perThread, (document) => ({ url: `ws://127.0.0.1:${port}/${document}`, document: null })),
      );
    },
  };
}

/** Hocuspocus 4 with its database extension on the same Postgres. */
function hocuspocus(name: string, durability: string, debounceMs: number): Target {
  return {
    name,
    durability,
    async start({ postgres, threads, perThread }) {
      const port = await freePort();
      const env = { PORT: String(port), DATABASE_URL: postgres, DEBOUNCE_MS: String(debounceMs) };
      const program = await startProgram(['peers/hocuspocus.mjs'], { cwd: HERE, env, ready: /^ready$/m });
      return running(
        program,
        clientsOf(threads, perThread, (document) => ({ url: `ws://127.0.0.1:${port}/`, document })),
      );
    },
  };
}

export const PEERS: readonly Target[] = [
  yWebsocket('y-websocket 2, memory', 'nothing', () => ({})),
  yWebsocket('y-websocket 2, LevelDB', 'nothing; written behind it', (folder) => ({ YPERSISTENCE: `${folder}/leveldb` })),
  hocuspocus('Hocuspocus 4, stores after 2 s', 'nothing; whole documents to Postgres 2 s later', 2_000),
  hocuspocus('Hocuspocus 4, stores each change', 'nothing; whole documents to Postgres at once', 0),
];
