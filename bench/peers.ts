import { fileURLToPath } from 'node:url';

import type { ClientOf } from './load/orders.ts';
import { startProgram } from './program.ts';
import type { Layout, Place, Target } from './target.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));

/** Yjs ids that nobody else has. */
const leaseOf = (thread: number, person: number): number => 10_000 + thread * 100 + person;

function clientsOf(
  { threads, perThread }: Layout,
  of: (document: string) => { url: string; document: string | null },
): Promise<ClientOf[]> {
  const clients = Array.from({ length: threads * perThread }, (_, index) => {
    const thread = index % threads;
    const person = Math.floor(index / threads);
    return { ...of(`thread-${thread}`), headers: {}, lease: leaseOf(thread, person), account: `person-${person}`, thread };
  });
  return Promise.resolve(clients);
}

type Kind = Pick<Target, 'name' | 'durability' | 'saved' | 'keeps' | 'settleMs'>;

/** The reference server, `y-websocket@2`. */
function yWebsocket(kind: Kind, persistence: (place: Place) => Record<string, string>): Target {
  return {
    ...kind,
    documents: (messages) => [messages],
    prepare: ({ port }, layout) =>
      clientsOf(layout, (document) => ({ url: `ws://127.0.0.1:${port}/${document}`, document: null })),
    start(place) {
      const env = { HOST: '127.0.0.1', PORT: String(place.port), NODE_ENV: 'production', ...persistence(place) };
      return startProgram(['node_modules/y-websocket/bin/server.cjs'], { cwd: HERE, env, ready: /running at/ });
    },
  };
}

/** Hocuspocus 4 with its database extension on the same Postgres. */
function hocuspocus(kind: Kind, debounceMs: number): Target {
  return {
    ...kind,
    documents: (messages) => [messages],
    prepare: ({ port }, layout) => clientsOf(layout, (document) => ({ url: `ws://127.0.0.1:${port}/`, document })),
    start({ port, postgres }) {
      const env = {
        PORT: String(port),
        DATABASE_URL: postgres,
        DEBOUNCE_MS: String(debounceMs),
        NODE_ENV: 'production',
      };
      return startProgram(['peers/hocuspocus.mjs'], { cwd: HERE, env, ready: /^ready$/m });
    },
  };
}

const ANOTHER = 'nothing says so; another person has it';
const STATUS = 'its status "saved" comes when the document in memory has it, as the others do';

export const MEMORY = yWebsocket(
  { name: 'y-websocket 2, memory', durability: 'nowhere', saved: ANOTHER, keeps: false, settleMs: 0 },
  () => ({}),
);
export const LEVELDB = yWebsocket(
  { name: 'y-websocket 2, LevelDB', durability: 'nowhere; written behind it', saved: ANOTHER, keeps: true, settleMs: 2_000 },
  ({ folder }) => ({ YPERSISTENCE: `${folder}/leveldb` }),
);
export const LATER = hocuspocus(
  {
    name: 'Hocuspocus 4, after 2 s',
    durability: 'nowhere; the whole document goes to Postgres 2 s later',
    saved: STATUS,
    keeps: true,
    settleMs: 4_000,
  },
  2_000,
);
export const EACH = hocuspocus(
  {
    name: 'Hocuspocus 4, each change',
    durability: 'nowhere; the whole document goes to Postgres at once',
    saved: STATUS,
    keeps: true,
    settleMs: 2_000,
  },
  0,
);

export const PEERS: readonly Target[] = [MEMORY, LEVELDB, LATER, EACH];
