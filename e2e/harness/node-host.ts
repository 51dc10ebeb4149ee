import { chromium, type Browser, type BrowserContext } from 'playwright';

import { NODE_FLAGS, NODE_VARIABLES } from '../../src/launcher/node-flags.ts';
import { browserOptions } from './browser.ts';
import { PASSWORD, VIEWPORT, type Host, type Launched, type Start } from './host.ts';
import { run } from './process.ts';

/** The app on plain Node, its pages in a browser that all apps share, each in a context of its own. */
export function nodeHost(): Host {
  let browser: Promise<Browser> | null = null;
  return {
    name: 'node-host',
    missing: null,
    capabilities: { pageNotifications: true },
    launch: (start) => launch(start, () => (browser ??= browserOptions().then((options) => chromium.launch(options)))),
    async close() {
      await (await browser)?.close();
      browser = null;
    },
  };
}

async function launch({ folder, server, email, env = {} }: Start, browser: () => Promise<Browser>): Promise<Launched> {
  const args = [...NODE_FLAGS, 'src/node-host/main.ts', '--data-dir', folder, '--server', server, '--port', '0', '--no-open'];
  const host = run(email ? [...args, '--email', email] : args, { ...NODE_VARIABLES, ...env, TRIALOGUE_PASSWORD: PASSWORD });
  const [, address = ''] = await host.line(/^app (http:\S+)$/);
  /** The address lets one browser in, once: further pages share the first one's cookie. */
  let context: BrowserContext | null = null;
  return {
    pid: host.pid,
    address,
    async page(look) {
      if (context) {
        const page = await context.newPage();
        await page.goto(new URL('/', address).href);
        return page;
      }
      // Drawn without a graphics card, three moving dots in each of six windows would take both cores.
      context = await (await browser()).newContext({ viewport: VIEWPORT, reducedMotion: 'reduce', ...look });
      const page = await context.newPage();
      await page.goto(address);
      return page;
    },
    kill: (signal) => host.kill(signal),
    async closePages() {
      await context?.close();
      context = null;
    },
  };
}
