import { ANA, MARIA } from './harness/histories.ts';
import { Screen } from './harness/screen.ts';
import { expect, test } from './harness/test.ts';

test.use({ jobs: 3 });

test('[SYNC-1] [SYNC-2] [INBOX-5] five replies written offline survive kill -9 and go out once, in order, by themselves', async ({
  world,
}) => {
  const network = await world.network();
  const app = await world.app(ANA, network.url);
  let screen = new Screen(await world.page(app));
  await expect(screen.row('Repaint the hallway')).toBeVisible();
  await screen.open('Fix the leaking sink');
  await expect(screen.message('I will bring the parts')).toBeVisible();

  await network.cut();
  await expect(screen.page.getByText(/Offline since/).first()).toBeVisible({ timeout: 20_000 });
  await screen.search('明日');
  await expect(screen.page.getByText('明日').first()).toBeVisible();
  await screen.page.keyboard.press('Escape');

  const replies = [
    ['Fix the leaking sink', 'first offline'],
    ['Fix the leaking sink', 'second offline'],
    ['Repaint the hallway', 'third offline'],
    ['Service the air conditioner', 'fourth offline'],
    ['Fix the leaking sink', 'fifth offline'],
  ] as const;
  for (const [job, text] of replies) {
    await screen.open(job);
    await screen.write(text);
    await expect(screen.message(text)).toBeVisible();
  }

  await app.kill('SIGKILL');
  await app.start();
  screen = new Screen(await world.page(app));
  await expect(screen.page.getByText(/5 replies wait/).first()).toBeVisible({ timeout: 20_000 });
  await screen.open('Fix the leaking sink');
  for (const text of ['first offline', 'second offline', 'fifth offline']) await expect(screen.message(text)).toHaveCount(1);

  await network.mend();
  await expect(screen.page.getByText(/replies wait/)).toHaveCount(0, { timeout: 20_000 });
  const maria = new Screen(await world.page(await world.app(MARIA)));
  await maria.open('Fix the leaking sink');
  await expect(maria.message('fifth offline')).toHaveCount(1);
  const order = await maria.thread.getByTestId('message').filter({ hasText: 'offline' }).allInnerTexts();
  expect(order.map((text) => /(first|second|fifth) offline/.exec(text)?.[1])).toEqual(['first', 'second', 'fifth']);
  for (const [job, text] of replies) {
    await maria.open(job);
    await expect(maria.message(text)).toHaveCount(1);
  }
});
