import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import pg from 'pg';

import { AppError } from '#shared/errors.ts';

import { noRedis, startRedis, type RedisProcess } from '../../sync-server/testing/redis-process.ts';
import { CoreClient } from '../harness/core-client.ts';
import { DatabaseWay } from '../harness/database-way.ts';
import { FrameWay } from '../harness/frames.ts';
import { ANA, LUIS, MARIA, smallAgency } from '../harness/histories.ts';
import { Network } from '../harness/proxy.ts';
import { until } from '../harness/seeded.ts';
import { newDatabase, Site } from '../harness/site.ts';
import { StoppablePostgres } from '../harness/stoppable-postgres.ts';
import { Volume } from '../harness/volume.ts';
import { World } from '../harness/world.ts';

const APP_DISK_MB = 64;
const CLOCK = new URL('../harness/shifted-clock.ts', import.meta.url).href;

/** Somebody's app, as a core in this process, and the way to its server. */
export type Desk = { name: string; email: string; url: string; folder: string; writes: boolean; app: CoreClient | null };

/**
 * Two nodes on one Postgres and Redis, with three apps that write, each on its own way to them: what faults happen to. A fourth is Ana's as well,
 * at the other node: it only reads, and nobody is notified of their own messages, so nothing but the nodes' hints tells it of them.
 */
export class Floor {
  readonly postgres = new StoppablePostgres();
  readonly disks = { app: Volume.make(APP_DISK_MB), nodes: Volume.make(APP_DISK_MB) };
  readonly desks: Desk[] = [];
  /** Each text that a core has answered for. No two are the same. */
  readonly sent = new Set<string>();
  /** Texts whose answer nobody heard: they stand once, or not at all. */
  readonly unheard = new Set<string>();
  /** What a core said it can't keep, in its folder, with its code. */
  readonly refused: { folder: string; code: string }[] = [];
  readonly random: () => number;
  conversations: string[] = [];
  databaseUrl = '';
  redis: RedisProcess | null = null;
  way!: DatabaseWay;
  nodes!: [Site, Site];
  world!: World;
  frames!: FrameWay;
  networks!: { maria: Network; luis: Network };
  readonly #hurry: readonly [number, number];
  #count = 0;
  #folder = '';

  private constructor(random: () => number, hurry: readonly [number, number]) {
    this.random = random;
    this.#hurry = hurry;
  }

  /** `hurry`: how long each app rests between two messages, in ms, at least and at most. */
  static async begin(random: () => number, hurry: readonly [number, number]): Promise<Floor> {
    const floor = new Floor(random, hurry);
    try {
      await floor.#begin();
      return floor;
    } catch (error) {
      await floor.end();
      throw error;
    }
  }

  get apps(): CoreClient[] {
    return this.desks.flatMap(({ app }) => app ?? []);
  }

  desk(name: string): Desk {
    return this.desks.find((desk) => desk.name === name)!;
  }

  async openApp(desk: Desk): Promise<CoreClient> {
    return (desk.app = await CoreClient.open(desk.email, desk.url, desk.folder));
  }

  /** As what watches over a server does: where it can't begin, since its database is away too, it is tried again. */
  async revive(node: Site): Promise<void> {
    for (let left = 20; ; left--) {
      try {
        return await node.start();
      } catch (error) {
        if (left === 0) throw error;
        await this.pause(250);
      }
    }
  }

  /** Sets the clock of both nodes; they see it within a moment. */
  setNodesClock(offMs: number): Promise<void> {
    return writeFile(join(this.#folder, 'clock'), String(offMs));
  }

  /** A number from `least` up to `most`, by the dice. */
  between(least: number, most: number): number {
    return Math.round(least + this.random() * (most - least));
  }

  /** Goes on while everybody writes. The moment of a fault is the point: any. */
  pause(least: number, most = least): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, this.between(least, most)));
  }

  /** A text that nobody has sent. */
  newText(): string {
    return `message ${this.#count++}`;
  }

  /** Sends and keeps account of the answer. */
  async write(app: CoreClient, files: string[] = [], conversation = this.#anyConversation()): Promise<void> {
    const text = this.newText();
    try {
      await app.client.send('message.send', { conversation, thread: 'all', text, files });
      this.sent.add(text);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      // One that closes just now says no more than that; it may have kept it.
      if (error.code === 'unavailable') this.unheard.add(text);
      else this.refused.push({ folder: app.folder, code: error.code });
    }
  }

  /** Everybody writes while `work` goes on. */
  async underLoad(work: () => Promise<void>): Promise<void> {
    const writing = new AbortController();
    const writers = this.#writing().map(async (desk) => {
      while (!writing.signal.aborted) {
        if (desk.app) await this.write(desk.app);
        await this.pause(...this.#hurry);
      }
    });
    try {
      await work();
    } finally {
      writing.abort();
      await Promise.all(writers);
    }
  }

  /** They say one more thing in each conversation; all who write, unless told whose desks. */
  async sayMore(...names: string[]): Promise<void> {
    const desks = this.#writing().filter(({ name }) => names.length === 0 || names.includes(name));
    for (const conversation of this.conversations) for (const { app } of desks) await this.write(app!, [], conversation);
  }

  /** Whether everybody was notified of all that is committed. */
  async hasToldAll(): Promise<boolean> {
    const client = new pg.Client({ connectionString: this.databaseUrl });
    await client.connect();
    const { rowCount } = await client.query('SELECT FROM notifications_due LIMIT 1');
    await client.end();
    return rowCount === 0;
  }

  async end(): Promise<void> {
    for (const app of this.apps) await app.close();
    await this.frames?.end();
    for (const network of [this.networks?.maria, this.networks?.luis, this.way]) await network?.cut();
    await this.world?.end();
    for (const node of this.nodes ?? []) await node.end();
    await this.redis?.stop();
    for (const disk of Object.values(this.disks)) disk.end();
    if (this.#folder) await rm(this.#folder, { recursive: true, force: true });
  }

  async #begin(): Promise<void> {
    this.databaseUrl = await newDatabase();
    this.way = new DatabaseWay(this.databaseUrl);
    await this.way.mend();
    const database = new URL(this.databaseUrl);
    database.port = new URL(this.way.url).port;
    this.redis = noRedis === null ? await startRedis() : null;
    this.#folder = await mkdtemp(join(tmpdir(), 'trialogue-floor-'));
    const env = {
      DATA_DIR: join(this.disks.nodes.path, 'server'),
      CLOCK_FILE: join(this.#folder, 'clock'),
      ...(this.redis && { REDIS_URL: this.redis.url }),
    };
    const manner = { env, flags: ['--import', CLOCK] };
    const one = await Site.begin(database.href, manner);
    this.nodes = [one, await Site.begin(database.href, manner)];
    this.world = await World.begin(smallAgency(1), { site: one });
    this.frames = await FrameWay.begin(one.url);
    this.networks = { maria: new Network(this.nodes[1].url), luis: new Network(one.url) };
    for (const network of Object.values(this.networks)) await network.mend();
    const { frames, networks, nodes } = this;
    for (const [name, person, url] of [
      ['ana', ANA, frames.url],
      ['maria', MARIA, networks.maria.url],
      ['luis', LUIS, networks.luis.url],
      ['ana elsewhere', ANA, nodes[1].url],
    ] as const) {
      const folder = join(name === 'ana' ? this.disks.app.path : this.#folder, name);
      await mkdir(folder, { recursive: true });
      const desk: Desk = { name, email: this.world.emailOf(person), url, folder, writes: name !== 'ana elsewhere', app: null };
      this.desks.push(desk);
      await this.openApp(desk);
    }
    await until('the first sync', async () => {
      const lists = await Promise.all(this.apps.map((app) => app.conversations()));
      return lists.every((list) => list.length === 2);
    });
    this.conversations = (await this.apps[0]!.conversations()).map(({ id }) => id);
  }

  #writing(): Desk[] {
    return this.desks.filter(({ writes }) => writes);
  }

  #anyConversation(): string {
    return this.conversations[Math.floor(this.random() * this.conversations.length)]!;
  }
}
