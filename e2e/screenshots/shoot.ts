import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { BrowserContext, Page } from 'playwright';

import { Demo, type Who } from './demo.ts';
import { Desk } from './desk.ts';
import type { Look } from './looks.ts';
import { looksOf, SCENES, type Scene } from './scenes.ts';

export type Picture = { scene: Scene; look: Look; png: Buffer };

/**
 * Makes the pictures of the wanted scenes, one after the other. The others are gone through too, in one look and without a picture: what they
 * do to the demo, such as reading a thread, later ones show. `failed`: what could not be shown, and why.
 */
export async function shoot(
  isWanted: (scene: Scene, look: Look) => boolean,
  onPicture: (picture: Picture) => Promise<void>,
): Promise<{ browser: string; failed: string[] }> {
  const demo = await Demo.begin();
  const failed: string[] = [];
  try {
    const pages = new Map<string, Page>();
    const open = new Map<Who, (look: Look) => Promise<BrowserContext>>();
    const pageOf = async (scene: Scene, look: Look): Promise<Page> => {
      const who = scene.app ?? 'owner';
      const key = `${who} ${look}`;
      const known = pages.get(key);
      if (known) return known;
      const contextOf = open.get(who) ?? (await demo.app(who));
      open.set(who, contextOf);
      const page = await (await contextOf(look)).newPage();
      page.setDefaultTimeout(20_000);
      pages.set(key, page);
      return page;
    };
    // All of the first fetch, so that no picture shows half of it.
    const first = new Desk(await pageOf({ name: 'first', title: '', show: async () => {} }, 'light'));
    await first.begin();
    await first.settled();
    for (const scene of SCENES) {
      if (scene.missing) {
        console.log(`${scene.name} stays as it is: ${scene.missing}`);
        continue;
      }
      const wanted = looksOf(scene).filter((look) => isWanted(scene, look));
      if (scene.prepare) {
        const desk = new Desk(await pageOf(scene, 'light'));
        try {
          await desk.begin();
          await scene.prepare(demo, desk);
        } catch (error) {
          failed.push(await whatWasSeen(scene, 'light', desk, error));
          continue;
        }
      }
      for (const look of wanted.length > 0 ? wanted : looksOf(scene).slice(0, 1)) {
        const desk = new Desk(await pageOf(scene, look));
        try {
          await (scene.app === 'nobody' ? desk.page.goto('/') : desk.begin());
          await scene.show(desk);
          if (wanted.length > 0) await onPicture({ scene, look, png: await still(desk.page) });
          await scene.tidy?.(desk);
        } catch (error) {
          // The others are wanted all the same.
          failed.push(await whatWasSeen(scene, look, desk, error));
        }
      }
    }
    return { browser: demo.browser.version(), failed };
  } finally {
    await demo.end();
  }
}

/** What was seen instead says why. */
async function whatWasSeen({ name }: Scene, look: Look, { page }: Desk, error: unknown): Promise<string> {
  const path = join(tmpdir(), `trialogue-${name}-${look}.png`);
  await page.screenshot({ path });
  return `${name}, ${look}: ${error instanceof Error ? error.message : String(error)}\n  instead: ${path}`;
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
