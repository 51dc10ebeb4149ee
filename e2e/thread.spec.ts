import { ANA } from './harness/histories.ts';
import { Screen } from './harness/screen.ts';
import { expect, test } from './harness/test.ts';

test('[THREAD-1] the newest message stays in view while a reply grows and the window gets smaller', async ({ world }) => {
  const page = await world.page(await world.app(ANA), { viewport: { width: 1280, height: 470 } });
  const ana = new Screen(page);
  await ana.open('Fix the leaking sink');
  const newest = ana.message('I will bring the parts');
  await expect(newest).toBeInViewport({ ratio: 1 });
  await ana.composer.fill('one\ntwo\nthree\nfour\nfive');
  await expect(newest).toBeInViewport({ ratio: 1 });
  await page.setViewportSize({ width: 800, height: 400 });
  await expect(newest).toBeInViewport({ ratio: 1 });
});
