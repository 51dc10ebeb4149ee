import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { BrowserContext, Page } from 'playwright';

import { Demo } from './demo.ts';
import { Desk } from './desk.ts';
import type { Look } from './looks.ts';
import { looksOf, SCENES, type Scene } from './scenes.ts';

export type Picture = { scene: Scene; look: Look; png: Buffer };

/**
 * Makes the pictures of the wanted scenes, one after the other. The others are gone through too, in one look and without a picture: what they
 * do to the demo, such as reading a thread, later ones show. `failed`: what could not be shown, and why.
 */
export async function shoot(
  isWanted: (scene: Scene) => boolean,
  onPicture: (picture: Picture) => Promise<void>,
): Promise<{ browser: string; failed: string[] }> {
  const demo = await Demo.begin();
  const failed: string[] = [];
  try {
    const pages = new Map<string, Page>();
    const open = { owner: null, nobody: null } as Record<'owner' | 'nobody', ((look: Look) => Promise<BrowserContext>) | null>;
    const pageOf = async (scene: Scene, look: Look): Promise<Page> => {
      const who = scene.app ?? 'owner';
      const key = `${who} ${look}`;
      const known = pages.get(key);
      if (known) return known;
      open[who] ??= await demo.app(who);
      const page = await (await open[who](look)).newPage();
      page.setDefaultTimeout(20_000);
      pages.set(key, page);
      return page;
    };
    // All of the first fetch, so that no picture shows half of it.
    const first = new Desk(await pageOf({ name: 'first', title: '', show: async () => {} }, 'light'));
    await first.begin();
    await first.settled();
    for (const scene of SCENES) {
      if (scene.prepare) {
        const desk = new Desk(await pageOf(scene, 'light'));
        await desk.begin();
        await scene.prepare(demo, desk);
      }
      for (const look of isWanted(scene) ? looksOf(scene) : looksOf(scene).slice(0, 1)) {
        const desk = new Desk(await pageOf(scene, look));
        try {
          await (scene.app === 'nobody' ? desk.page.goto('/') : desk.begin());
          await scene.show(desk);
          if (isWanted(scene)) await onPicture({ scene, look, png: await still(desk.page) });
          await scene.tidy?.(desk);
        } catch (error) {
          // The others are wanted all the same, and what was seen instead says why.
          const seen = join(tmpdir(), `trialogue-${scene.name}-${look}.png`);
          await desk.page.screenshot({ path: seen });
          failed.push(`${scene.name}, ${look}: ${error instanceof Error ? error.message : String(error)}\n  instead: ${seen}`);
        }
      }
    }
    return { browser: demo.browser.version(), failed };
  } finally {
    await demo.end();
  }
}

/** The page when nothing of it moves any more. */
async function still(page: Page): Promise<Buffer> {
  await page.mouse.move(0, 0);
  await page.evaluate(async () => {
    await document.fonts.ready;
    await Promise.all([...document.images].map((image) => image.decode().catch(() => undefined)));
  });
  let before = await page.screenshot();
  for (let round = 0; round < 20; round++) {
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    const now = await page.screenshot();
    if (now.equals(before)) return now;
    before = now;
  }
  throw new Error('the page does not come to rest');
}
