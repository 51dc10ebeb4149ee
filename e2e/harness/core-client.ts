import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createCore } from '#core/core.ts';
import type { Core, Platform } from '#core/platform.ts';
import { createSecretsFile, PLAIN } from '#core/secrets-file.ts';
import type { SyncStatus } from '#shared/app-views.ts';
import { createClient, createPortPair, type Client } from '#shared/bridge.ts';
import type { ThreadItem } from '#shared/views.ts';

import { PASSWORD } from './host.ts';

/** An app's core in this process, without host and page: for tests about what is kept and sent. */
export class CoreClient {
  readonly client: Client;
  readonly folder: string;
  readonly core: Core;
  /** How far this machine's clock is off, in ms. */
  readonly clock: { offMs: number };
  #status: SyncStatus | null = null;

  private constructor(core: Core, folder: string, clock: { offMs: number }) {
    this.core = core;
    this.folder = folder;
    this.clock = clock;
    const [near, far] = createPortPair();
    core.attach(near);
    this.client = createClient(far);
    this.client.on('status', (status) => (this.#status = status));
  }

  static async open(email: string, server: string, folder?: string): Promise<CoreClient> {
    const dataDir = folder ?? (await mkdtemp(join(tmpdir(), 'trialogue-core-')));
    const clock = { offMs: 0 };
    const core = await createCore(platform(dataDir, clock), { server });
    await core.signIn(email, PASSWORD);
    return new CoreClient(core, dataDir, clock);
  }

  get status(): SyncStatus | null {
    return this.#status;
  }

  async conversations(): Promise<{ id: string; title: string }[]> {
    const { rows } = await this.client.send('inbox.list', { view: 'everything', offset: 0, limit: 200 });
    return rows.map((row) => ({ id: row.conversation, title: row.job.title }));
  }

  /** Everything of a thread that is on this machine, oldest first. */
  async thread(conversation: string): Promise<ThreadItem[]> {
    const items: ThreadItem[] = [];
    for (let after = 0; ;) {
      const page = await this.client.send('thread.page', { conversation, thread: 'all', after, limit: 300 });
      items.push(...page.items);
      const last = page.items.at(-1)?.seq;
      if (!page.after || !last) return items;
      after = last;
    }
  }

  close(): Promise<void> {
    return this.core.close();
  }
}

const silent = (): void => {};

const log = { info: silent, warn: silent, error: silent };

function platform(dataDir: string, clock: { offMs: number }): Platform {
  return {
    version: 'test',
    dataDir,
    // As the hosts keep them: a core that is opened on the folder again is still signed in.
    secrets: createSecretsFile(join(dataDir, 'secrets.json'), PLAIN, log),
    capabilities: { notifications: 'page', badge: false, secretStore: false },
    notify: silent,
    withdraw: silent,
    setBadge: silent,
    openLink: async () => {},
    deviceName: 'test',
    log,
    now: () => Date.now() + clock.offMs,
    random: Math.random,
  };
}
