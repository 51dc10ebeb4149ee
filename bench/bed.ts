import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startClients, type Clients } from './load/clients.ts';
import type { ClientOf, Opening, Told } from './load/orders.ts';
import type { BenchPostgres } from './postgres.ts';
import { memoryOf, processorSeconds } from './processor-time.ts';
import { freePort, type Program } from './program.ts';
import type { Layout, Place, Target } from './target.ts';

const PATIENCE_MS = 60_000;
/** So many at once connect; a storm has no such bound. */
const AT_ONCE = 50;

type Openings = { again?: boolean; patienceMs?: number; atOnce?: number };

/** One target with its place, its people and a process of clients. The server is started and ended as a part wants it. */
export class Bed {
  readonly target: Target;
  readonly place: Place;
  readonly clients: ClientOf[];
  readonly load: Clients;
  readonly #postgres: BenchPostgres;
  readonly #drop: () => Promise<void>;
  #server: Program | null = null;

  private constructor(made: {
    target: Target;
    place: Place;
    clients: ClientOf[];
    load: Clients;
    postgres: BenchPostgres;
    drop: () => Promise<void>;
  }) {
    this.target = made.target;
    this.place = made.place;
    this.clients = made.clients;
    this.load = made.load;
    this.#postgres = made.postgres;
    this.#drop = made.drop;
  }

  static async make(target: Target, postgres: BenchPostgres, layout: Layout): Promise<Bed> {
    const folder = await mkdtemp(join(tmpdir(), 'trialogue-bench-'));
    const database = await postgres.database();
    const place = { folder, postgres: database.url, port: await freePort() };
    const clients = await target.prepare(place, layout);
    return new Bed({ target, place, clients, load: startClients(), postgres, drop: database.drop });
  }

  get server(): Program {
    if (!this.#server) throw new Error('the server was not started');
    return this.#server;
  }

  async start(): Promise<void> {
    this.#server = await this.target.start(this.place);
  }

  /** Ends it after all is written, and its clients' sockets. */
  async stop(): Promise<void> {
    await this.load.order({ kind: 'close', forgets: !this.target.keeps }, 'done');
    await this.server.stop();
  }

  /** Processor time of the server and of its Postgres so far, s. */
  processor(): number {
    return processorSeconds([this.server.pid, this.#postgres.pid]);
  }

  /** … of the server alone. */
  serverProcessor(): number {
    return processorSeconds([this.server.pid]);
  }

  /** MiB of the server's own process. */
  memory(): number {
    return memoryOf(this.server.pid);
  }

  open(openings: Opening[], options: Openings = {}): Promise<Extract<Told, { kind: 'opened' }>> {
    const { again = false, patienceMs = PATIENCE_MS, atOnce = AT_ONCE } = options;
    return this.load.order({ kind: 'open', openings, again, patienceMs, atOnce }, 'opened');
  }

  /** Opens these, each for itself. @throws Error when one of them can't be had */
  async connect(clients: readonly ClientOf[]): Promise<void> {
    const { missing } = await this.open(clients.map((client) => ({ clients: [client], messages: 0 })));
    if (missing > 0) throw new Error(`${this.target.name}: ${missing} of ${clients.length} clients did not get in`);
  }

  async writeHistory(threads: { thread: number; messages: number }[], perUpdate: number): Promise<void> {
    await this.load.order({ kind: 'fill', threads, perUpdate }, 'done');
  }

  write(
    perSecond: number,
    seconds: number,
    also: { length?: number; killWhenDone?: number } = {},
  ): Promise<Extract<Told, { kind: 'written' }>> {
    const { length = 120, killWhenDone = null } = also;
    return this.load.order({ kind: 'write', perSecond, seconds, length, killWhenDone }, 'written');
  }

  async end(): Promise<void> {
    await this.load.end();
    await this.#server?.stop();
    await this.#drop();
    await rm(this.place.folder, { recursive: true, force: true });
  }
}

/** The socket by which a client has the n-th document of its thread. */
export function inDocument(client: ClientOf, number: number): ClientOf {
  return number === 0 ? client : { ...client, url: client.url.replace(/\/1$/, `/${number + 1}`) };
}

export const settled = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Runs `work` on a bed, and takes the bed away. */
export async function onBed<T>(
  target: Target,
  postgres: BenchPostgres,
  layout: Layout,
  work: (bed: Bed) => Promise<T>,
): Promise<T> {
  const bed = await Bed.make(target, postgres, layout);
  try {
    return await work(bed);
  } finally {
    await bed.end();
  }
}
