import { readFile } from 'node:fs/promises';

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

test('[THREAD-11] a conversation is written into a PDF and into JSON without a network, once each', async ({ world, host }) => {
  // In Electron the system's own dialog asks where to.
  test.skip(!host.capabilities.pageNotifications, 'what it saves can’t be seen from a page');
  const network = await world.network();
  const ana = new Screen(await world.page(await world.app(ANA, network.url)));
  const { page } = ana;
  await ana.open('Fix the leaking sink');
  await expect(ana.message('I will bring the parts')).toBeVisible();
  await network.cut();
  await expect(page.getByText(/Offline since/).first()).toBeVisible({ timeout: 20_000 });
  await ana.write('not sent yet');
  await expect(ana.message('not sent yet')).toBeVisible();

  const files: Record<string, string> = {};
  for (const format of ['PDF', 'JSON']) {
    await page.getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Export…' }).click();
    await page.getByRole('radio', { name: format }).check();
    const fetched = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export', exact: true }).click();
    const download = await fetched;
    expect(download.suggestedFilename()).toMatch(/^Fix the leaking sink.*, conversation \d+\.(pdf|json)$/);
    files[format] = await readFile(await download.path(), 'utf8');
    await expect(page.getByText(/ is saved\.$/)).toBeVisible();
    // Its address has led somewhere once.
    expect((await page.request.get(download.url())).status()).toBe(404);
    await page.keyboard.press('Escape');
  }
  expect(files['PDF']).toMatch(/^%PDF-[\s\S]*%%EOF\s*$/);
  const written = JSON.parse(files['JSON']!) as { thread: string; messages: { text: string }[] };
  expect(written.thread).toBe('all');
  expect(written.messages.at(-1)!.text).toBe('I will bring the parts. 明日の朝に行きます。 سأحضر غدا.');
  expect(files['JSON']).not.toContain('not sent yet');
});
