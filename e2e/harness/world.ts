import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';

import pg from 'pg';
import type { Page } from 'playwright';

import { PASSWORD, type Host, type Launched, type Look, type Start } from './host.ts';
import { nodeHost } from './node-host.ts';
import { run, type Running } from './process.ts';
import { Network } from './proxy.ts';

const execute = promisify(execFile);

export { PASSWORD } from './host.ts';

export type Person = { id: string; role: 'client' | 'agency' | 'worker'; name: string };
export type History = {
  id: string;
  title: string;
  participants: Person[];
  messages: { sender: string; text: string; at: string }[];
};

/** The e-mail address under which an imported person signs in. */
export function emailOf(person: Person | string): string {
  return `${typeof person === 'string' ? person : person.id}@import.example`;
}

/** A server with its database, an agency with a history, and the apps of its people; `end` takes all of it away. */
export class World {
  readonly #folder: string;
  readonly #env: Record<string, string>;
  readonly #apps = new Set<App>();
  readonly #networks = new Set<Network>();
  #server: Running | null = null;
  readonly #host: Host;
  readonly #ownsHost: boolean;
  url = '';

  private constructor(folder: string, databaseUrl: string, host: Host | undefined) {
    this.#folder = folder;
    this.#host = host ?? nodeHost();
    this.#ownsHost = !host;
    this.#env = { DATABASE_URL: databaseUrl, DATA_DIR: join(folder, 'server'), HOST: '127.0.0.1' };
  }

  /** `databaseUrl`: a Postgres of its own rather than the one that all specs share. `host`: the node host unless told otherwise. */
  static async begin(history: History[], own: { databaseUrl?: string; host?: Host } = {}): Promise<World> {
    const folder = await mkdtemp(join(tmpdir(), 'trialogue-e2e-'));
    const world = new World(folder, own.databaseUrl ?? (await newDatabase()), own.host);
    try {
      await world.startServer(0);
      const file = join(folder, 'history.jsonl');
      await writeFile(file, history.map((conversation) => JSON.stringify({ domain: 'test', ...conversation })).join('\n'));
      await world.admin('import-conversations', file, '--agency', 'Harbor Test', '--sign-in', PASSWORD);
      return world;
    } catch (error) {
      await world.end();
      throw error;
    }
  }

  get databaseUrl(): string {
    return this.#env['DATABASE_URL'] ?? '';
  }

  /** Starts the server, at the port it had before unless told otherwise. */
  async startServer(port = Number(new URL(this.url).port)): Promise<void> {
    this.#server = run(['sync-server/main.ts'], { ...this.#env, PORT: String(port) });
    const ready = await this.#server.line(/^ready (http:\S+)$/);
    this.url = ready[1] ?? '';
  }

  async killServer(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    await this.#server?.kill(signal);
  }

  /** Runs an admin command and returns what it printed as JSON. */
  async admin(command: string, ...args: string[]): Promise<Record<string, unknown>> {
    const { stdout } = await execute(process.execPath, ['sync-server/admin/main.ts', command, ...args, '--json'], {
      env: { ...process.env, ...this.#env },
      maxBuffer: 64 * 1024 * 1024,
    });
    return JSON.parse(stdout) as Record<string, unknown>;
  }

  /** A network of its own between one app and the server. */
  async network(): Promise<Network> {
    const network = new Network(this.url);
    await network.mend();
    this.#networks.add(network);
    return network;
  }

  /** Starts an app and signs its person in. `server` may be a network's address. */
  app(person: Person | string, server = this.url): Promise<App> {
    return this.#start({ server, email: emailOf(person) });
  }

  /** An app in which nobody is signed in yet. */
  freshApp(env: Record<string, string> = {}): Promise<App> {
    return this.#start({ server: this.url, email: null, env });
  }

  /** An app on a copy of another's profile folder. */
  copyOf(app: App, server = this.url): Promise<App> {
    return this.#start({ server, email: null }, app.folder);
  }

  async #start(start: Omit<Start, 'folder'>, copied?: string): Promise<App> {
    const folder = await mkdtemp(join(this.#folder, 'profile-'));
    if (copied) await cp(copied, folder, { recursive: true, filter: isNoLock });
    const app = new App(this.#host, { ...start, folder });
    this.#apps.add(app);
    await app.start();
    return app;
  }

  /** A page of an app. */
  page(app: App, look: Look = {}): Promise<Page> {
    return app.page(look);
  }

  async end(): Promise<void> {
    for (const app of this.#apps) await app.end();
    if (this.#ownsHost) await this.#host.close();
    for (const network of this.#networks) await network.cut();
    await this.killServer();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** An app on a profile folder, which can be killed and started again. */
export class App {
  readonly folder: string;
  readonly #host: Host;
  readonly #start: Start;
  readonly #launches: Launched[] = [];

  constructor(host: Host, start: Start) {
    this.#host = host;
    this.#start = start;
    this.folder = start.folder;
  }

  async start(): Promise<void> {
    this.#launches.push(await this.#host.launch(this.#start));
  }

  get pid(): number {
    return this.#launched.pid;
  }

  get address(): string {
    return this.#launched.address;
  }

  page(look: Look = {}): Promise<Page> {
    return this.#launched.page(look);
  }

  kill(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    return this.#launched.kill(signal);
  }

  async end(): Promise<void> {
    for (const launched of this.#launches) {
      await launched.kill('SIGKILL');
      await launched.closePages();
    }
  }

  get #launched(): Launched {
    const last = this.#launches.at(-1);
    if (!last) throw new Error('the app was not started');
    return last;
  }
}

/** What says that a program runs on a folder is true of the original alone. */
function isNoLock(path: string): boolean {
  return !/\.lock$|^Singleton|^lockfile$/.test(basename(path));
}

async function newDatabase(): Promise<string> {
  const url = process.env['TRIALOGUE_E2E_POSTGRES'];
  if (!url) throw new Error('the global set-up did not run');
  const name = `world_${process.pid}_${Date.now().toString(36)}`;
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  const own = new URL(url);
  own.pathname = `/${name}`;
  return own.href;
}
