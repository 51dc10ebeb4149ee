import { randomUUID } from 'node:crypto';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import type { Page } from 'playwright';

import { PASSWORD, type Host, type Launched, type Look, type Start } from './host.ts';
import { nodeHost } from './node-host.ts';
import { Network } from './proxy.ts';
import { Site } from './site.ts';

export { PASSWORD } from './host.ts';

export type Person = { id: string; role: 'client' | 'agency' | 'worker'; name: string };
export type History = {
  id: string;
  title: string;
  participants: Person[];
  messages: { sender: string; text: string; at: string }[];
};

/** An agency with a history on a server, and the apps of its people; `end` takes its apps away, and the server if it is its own. */
export class World {
  readonly site: Site;
  readonly agency: string;
  readonly #tag: string;
  readonly #folder: string;
  readonly #apps = new Set<App>();
  readonly #networks = new Set<Network>();
  readonly #host: Host;
  readonly #owns: { site: boolean; host: boolean };

  private constructor(folder: string, site: Site, tag: string, host: Host, owns: { site: boolean; host: boolean }) {
    this.#folder = folder;
    this.site = site;
    this.#tag = tag;
    this.agency = `Harbor Test${tag}`;
    this.#host = host;
    this.#owns = owns;
  }

  /** `site`: a server that others use too; else it has its own. `host`: the node host unless told otherwise. */
  static async begin(history: History[], { site, host }: { site?: Site; host?: Host } = {}): Promise<World> {
    const tag = site ? `-${randomUUID().slice(0, 8)}` : '';
    const folder = await mkdtemp(join(tmpdir(), 'trialogue-e2e-'));
    const owns = { site: !site, host: !host };
    const world = new World(folder, site ?? (await Site.begin()), tag, host ?? nodeHost(), owns);
    try {
      const file = join(folder, 'history.jsonl');
      await writeFile(file, history.map((conversation) => JSON.stringify(tagged(conversation, tag))).join('\n'));
      await world.admin('import-conversations', file, '--agency', world.agency, '--sign-in', PASSWORD);
      return world;
    } catch (error) {
      await world.end();
      throw error;
    }
  }

  get url(): string {
    return this.site.url;
  }

  /** The e-mail address under which one of its people signs in. */
  emailOf(person: Person | string): string {
    return `${typeof person === 'string' ? person : person.id}${this.#tag}@import.example`;
  }

  /** Runs an admin command and returns what it printed as JSON. */
  admin(command: string, ...args: string[]): Promise<Record<string, unknown>> {
    return this.site.admin(command, ...args);
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
    return this.#start({ server, email: this.emailOf(person) });
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
    if (this.#owns.host) await this.#host.close();
    for (const network of this.#networks) await network.cut();
    if (this.#owns.site) await this.site.end();
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

/** One that no other agency on the server has. */
function tagged({ id, title, participants, messages }: History, tag: string): History & { domain: string } {
  return {
    domain: 'test',
    id: `${id}${tag}`,
    title,
    participants: participants.map((person) => ({ ...person, id: `${person.id}${tag}` })),
    messages: messages.map((message) => ({ ...message, sender: `${message.sender}${tag}` })),
  };
}
