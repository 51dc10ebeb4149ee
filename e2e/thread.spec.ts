import { ANA, MARIA } from './harness/histories.ts';
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

test('[THREAD-1] a thread that fits is shown from its beginning, also when it has something unread', async ({ world }) => {
  const ana = new Screen(await world.page(await world.app(ANA)));
  const maria = new Screen(await world.page(await world.app(MARIA)));
  await maria.open('Fix the leaking sink');
  for (let number = 0; number < 4; number++) await maria.write(`unread ${number}`);
  await expect(ana.row('Fix the leaking sink')).toContainText('unread 3');
  await ana.open('Fix the leaking sink');
  await expect(ana.message('unread 3')).toBeInViewport({ ratio: 1 });
  await expect(ana.thread.getByText('This is where the conversation begins.')).toBeInViewport({ ratio: 1 });
  await expect(ana.page.getByTestId('floating-day')).toHaveCount(0);
});
