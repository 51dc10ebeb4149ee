import { test as base } from 'playwright/test';

import { electronHost } from './electron.ts';
import { smallAgency } from './histories.ts';
import type { Host, HostName } from './host.ts';
import { nodeHost } from './node-host.ts';
import { Site } from './site.ts';
import { World } from './world.ts';

/** What a project chooses: the host that all specs run in. */
export type HostOption = { hostName: HostName };

/**
 * A spec with a world of its own on a server that they share: an agency (`test.use({ jobs, long })`: one conversation with all four people on it, so many
 * more, and so many messages more on the first), and their apps in the project's host. Where that host can't run, the spec is skipped and says what to do.
 */
export const test = base.extend<
  { jobs: number; long: number; world: World },
  HostOption & { host: Host; site: () => Promise<Site> }
>({
  hostName: ['node-host', { option: true, scope: 'worker' }],
  jobs: [2, { option: true }],
  long: [0, { option: true }],
  host: [
    async ({ hostName }, use) => {
      const host = hostName === 'electron' ? electronHost() : nodeHost();
      if (host.missing !== null) console.log(`${hostName}: nothing of it runs here; ${host.missing}`);
      await use(host);
      await host.close();
    },
    { scope: 'worker' },
  ],
  // A start of the server for each of them takes as long as what they are about.
  site: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads from the pattern which fixtures it needs: none
    async ({}, use) => {
      let site = null as Promise<Site> | null;
      await use(() => (site ??= Site.begin()));
      await (await site)?.end();
    },
    { scope: 'worker' },
  ],
  world: [
    async ({ host, jobs, long, site }, use, info) => {
      info.skip(host.missing !== null, host.missing ?? '');
      const world = await World.begin(smallAgency(jobs, long), { host, site: await site() });
      await use(world);
      await world.end();
    },
    { timeout: 60_000 },
  ],
});

export { expect } from 'playwright/test';
