import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import pg from 'pg';
import { chromium, type Browser, type Page } from 'playwright';

import { browserOptions } from './browser.ts';
import { run, type Running } from './process.ts';
import { Network } from './proxy.ts';

const execute = promisify(execFile);

export const PASSWORD = 'correct horse battery';

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
  #browser: Browser | null = null;
  url = '';

  private constructor(folder: string, databaseUrl: string) {
    this.#folder = folder;
    this.#env = { DATABASE_URL: databaseUrl, DATA_DIR: join(folder, 'server'), HOST: '127.0.0.1' };
  }

  /** `databaseUrl`: a Postgres of its own rather than the one that all specs share. */
  static async begin(history: History[], databaseUrl?: string): Promise<World> {
    const folder = await mkdtemp(join(tmpdir(), 'trialogue-e2e-'));
    const world = new World(folder, databaseUrl ?? (await newDatabase()));
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
  async app(person: Person | string, server = this.url): Promise<App> {
    const app = new App(await mkdtemp(join(this.#folder, 'profile-')), server, emailOf(person));
    this.#apps.add(app);
    await app.start();
    return app;
  }

  /** An app on a copy of another's profile folder. */
  async copyOf(app: App, server = this.url): Promise<App> {
    const folder = await mkdtemp(join(this.#folder, 'profile-'));
    await cp(app.folder, folder, { recursive: true, filter: (path) => !path.endsWith('.lock') });
    const copy = new App(folder, server, null);
    this.#apps.add(copy);
    await copy.start();
    return copy;
  }

  /** A page of an app, in a browser context of its own. */
  async page(app: App, options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
    this.#browser ??= await chromium.launch(await browserOptions());
    // Drawn without a graphics card, three moving dots in each of six windows would take both cores.
    const context = await this.#browser.newContext({
      viewport: { width: 1280, height: 800 },
      reducedMotion: 'reduce',
      ...options,
    });
    const page = await context.newPage();
    await page.goto(app.address);
    return page;
  }

  async end(): Promise<void> {
    await this.#browser?.close();
    for (const app of this.#apps) await app.kill('SIGKILL');
    for (const network of this.#networks) await network.cut();
    await this.killServer();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** One node host process on a profile folder. */
export class App {
  readonly folder: string;
  readonly #server: string;
  readonly #email: string | null;
  #process: Running | null = null;
  /** The one-time address that it printed at its last start. */
  address = '';

  constructor(folder: string, server: string, email: string | null) {
    this.folder = folder;
    this.#server = server;
    this.#email = email;
  }

  async start(): Promise<void> {
    const args = ['src/node-host/main.ts', '--data-dir', this.folder, '--server', this.#server, '--port', '0', '--no-open'];
    this.#process = run(this.#email ? [...args, '--email', this.#email] : args, { TRIALOGUE_PASSWORD: PASSWORD });
    const line = await this.#process.line(/^app (http:\S+)$/);
    this.address = line[1] ?? '';
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    await this.#process?.kill(signal);
  }
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
