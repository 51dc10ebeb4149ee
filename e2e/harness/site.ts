import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import pg from 'pg';

import { runAdmin } from '../../sync-server/testing/run-admin.ts';
import { run, type Running } from './process.ts';

/** Another way to run a server: `flags` of Node, and further variables. */
export type Manner = { flags?: string[]; env?: Record<string, string> };

/** A running sync server with a database of its own. */
export class Site {
  readonly databaseUrl: string;
  readonly #folder: string;
  readonly #env: Record<string, string>;
  readonly #flags: string[];
  #server: Running | null = null;
  url = '';

  private constructor(folder: string, databaseUrl: string, { flags = [], env = {} }: Manner) {
    this.#folder = folder;
    this.databaseUrl = databaseUrl;
    this.#env = { DATABASE_URL: databaseUrl, DATA_DIR: join(folder, 'server'), HOST: '127.0.0.1', ...env };
    this.#flags = flags;
  }

  /** `databaseUrl`: a Postgres of its own rather than the one that all specs share. */
  static async begin(databaseUrl?: string, manner: Manner = {}): Promise<Site> {
    const site = new Site(await mkdtemp(join(tmpdir(), 'trialogue-e2e-site-')), databaseUrl ?? (await newDatabase()), manner);
    try {
      await site.start(0);
      return site;
    } catch (error) {
      await site.end();
      throw error;
    }
  }

  /** Starts the server, at the port it had before unless told otherwise. */
  async start(port = Number(new URL(this.url).port)): Promise<void> {
    this.#server = run([...this.#flags, 'sync-server/main.ts'], { ...this.#env, PORT: String(port) });
    const ready = await this.#server.line(/^ready (http:\S+)$/);
    this.url = ready[1] ?? '';
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    await this.#server?.kill(signal);
  }

  /** The end of what the server wrote to its log, for a failed test's message. */
  errors(): string {
    return this.#server?.errors() ?? '';
  }

  /** Runs an admin command and returns what it printed as JSON. */
  async admin(command: string, ...args: string[]): Promise<Record<string, unknown>> {
    const { code, stdout, stderr } = await runAdmin(this.#env, [command, ...args, '--json']);
    if (code !== 0) throw new Error(`${command} ended with ${code}: ${stderr}`);
    return JSON.parse(stdout) as Record<string, unknown>;
  }

  async end(): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** An empty one in the Postgres that all specs share. */
export async function newDatabase(): Promise<string> {
  const url = process.env['TRIALOGUE_E2E_POSTGRES'];
  if (!url) throw new Error('the global set-up did not run');
  const name = `site_${process.pid}_${Date.now().toString(36)}`;
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  const own = new URL(url);
  own.pathname = `/${name}`;
  return own.href;
}
