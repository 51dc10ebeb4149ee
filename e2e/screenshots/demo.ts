import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { chromium, type Browser, type BrowserContext } from 'playwright';
import { z } from 'zod';

import { NODE_FLAGS } from '../../src/launcher/node-flags.ts';
import { browserOptions } from '../harness/browser.ts';
import startPostgresForAll from '../harness/global-setup.ts';
import { run, type Running } from '../harness/process.ts';
import { Network } from '../harness/proxy.ts';
import { Site } from '../harness/site.ts';
import { Volume } from '../harness/volume.ts';
import { standStill } from './clock.ts';
import { contextOf, type Look } from './looks.ts';

const PAGE = fileURLToPath(new URL('../../out/renderer', import.meta.url));

const seededShape = z.object({
  agency: z.string(),
  password: z.string(),
  people: z.array(z.object({ name: z.string(), email: z.string() })),
});

const listShape = z.object({ conversations: z.array(z.object({ id: z.string(), title: z.string() })) });

/**
 * Whose app: the owner's at the desk, or one in which nobody is signed in; further ones of the owner: the laptop, whose network nobody cuts, one
 * that is `new`, on a line that is slow, and one on a disk that can be `full`.
 */
export type Who = 'owner' | 'nobody' | 'laptop' | 'new' | 'full';

/** Of a disk that is to be filled. */
const DISK_MB = 200;
/** All of the demo takes some seconds. */
const SLOW = { delayMs: 20, bytesPerSecond: 20_000 };

/** The demo as `npm start` has it, with a database, folders and ports of its own, and its owner's app behind a network that can be cut. */
export class Demo {
  readonly network: Network;
  /** Of the app that is `new`. */
  readonly slowNetwork: Network;
  readonly browser: Browser;
  readonly agency: string;
  #disk: Volume | null = null;
  readonly #site: Site;
  readonly #folder: string;
  readonly #seededAt: number;
  readonly #signIn: { email: string; password: string };
  readonly #stopPostgres: () => Promise<void>;
  readonly #apps: Running[] = [];

  private constructor(of: {
    network: Network;
    browser: Browser;
    site: Site;
    folder: string;
    seeded: z.infer<typeof seededShape>;
    seededAt: number;
    stopPostgres: () => Promise<void>;
  }) {
    this.network = of.network;
    this.slowNetwork = new Network(of.site.url);
    this.slowNetwork.slow(SLOW);
    this.browser = of.browser;
    this.#site = of.site;
    this.#folder = of.folder;
    this.#seededAt = of.seededAt;
    this.#stopPostgres = of.stopPostgres;
    this.agency = of.seeded.agency;
    this.#signIn = { email: of.seeded.people[0]?.email ?? '', password: of.seeded.password };
  }

  static async begin(): Promise<Demo> {
    const stopPostgres = await startPostgresForAll();
    const folder = await mkdtemp(join(tmpdir(), 'trialogue-screenshots-'));
    // A copy, so that a build beside it takes no page away.
    await cp(PAGE, join(folder, 'page'), { recursive: true });
    const site = await Site.begin();
    const seededAt = Date.now();
    const seeded = seededShape.parse(await site.admin('seed-demo'));
    const network = new Network(site.url);
    await network.mend();
    const browser = await chromium.launch(await browserOptions());
    return new Demo({ network, browser, site, folder, seeded, seededAt, stopPostgres });
  }

  /** The id of the conversation about this job. */
  async conversation(title: string): Promise<string> {
    const { conversations } = listShape.parse(await this.admin('list-conversations', '--agency', this.agency));
    const found = conversations.find((one) => one.title === title);
    if (!found) throw new Error(`the demo has no “${title}”`);
    return found.id;
  }

  admin(command: string, ...args: string[]): Promise<Record<string, unknown>> {
    return this.#site.admin(command, ...args);
  }

  /** The disk of the app `full` takes nothing more. */
  fillDisk(): void {
    this.#disk?.fill();
  }

  /** Starts an app. Returns what makes pages of it in any look. */
  async app(who: Who): Promise<(look: Look) => Promise<BrowserContext>> {
    const network = who === 'new' ? this.slowNetwork : this.network;
    await network.mend();
    if (who === 'full') this.#disk = Volume.make(DISK_MB);
    const server = who === 'laptop' || who === 'full' ? this.#site.url : network.url;
    const folder = this.#disk && who === 'full' ? this.#disk.path : join(this.#folder, who);
    const args = [
      '--data-dir',
      folder,
      '--server',
      server,
      '--port',
      '0',
      '--no-open',
      '--renderer-dir',
      join(this.#folder, 'page'),
    ];
    const signIn = who === 'nobody' ? [] : ['--email', this.#signIn.email];
    const app = run([...NODE_FLAGS, 'src/node-host/main.ts', ...args, ...signIn], { TRIALOGUE_PASSWORD: this.#signIn.password });
    this.#apps.push(app);
    const [, address = ''] = await app.line(/^app (http:\S+)$/);
    // The address lets one browser in, once: the others get its cookie.
    const first = await this.browser.newContext();
    await (await first.newPage()).goto(address);
    const storageState = await first.storageState();
    await first.close();
    return async (look) => {
      const context = await this.browser.newContext({ ...contextOf(look), storageState, baseURL: new URL('/', address).href });
      await standStill(context, { seededAt: this.#seededAt, server });
      return context;
    };
  }

  async end(): Promise<void> {
    await this.browser.close();
    for (const app of this.#apps) await app.kill('SIGKILL');
    this.#disk?.end();
    for (const network of [this.network, this.slowNetwork]) await network.cut();
    await this.#site.end();
    await this.#stopPostgres();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
