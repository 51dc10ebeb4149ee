import type { Page } from 'playwright/test';

import { ANA, MARIA } from './harness/histories.ts';
import { Screen } from './harness/screen.ts';
import { expect, test } from './harness/test.ts';

const [SINK, HALLWAY] = ['Fix the leaking sink', 'Repaint the hallway'] as const;
/** More than a window of 1280 × 800 shows, with what is kept ready beyond its edges; far less than a page of what is loaded. */
const MOST_ROWS = 60;

test.describe('a long thread', () => {
  // Of two epochs: one holds some 4,000 entries.
  const LINES = 4_500;
  test.use({ jobs: 1, long: LINES });

  test('[THREAD-10] is there at once without a network, is read through without a hole, and never draws more than is seen', async ({
    world,
  }) => {
    const network = await world.network();
    const ana = new Screen(await world.page(await world.app(ANA, network.url)));
    const { page } = ana;
    await expect(ana.row(SINK)).toBeVisible();
    await expect(page.getByTestId('first-sync')).toHaveCount(0, { timeout: 30_000 });
    await network.cut();
    await ana.open(HALLWAY);
    await expect(ana.message('I will bring the parts')).toBeVisible();

    await ana.open(SINK);
    const line = (number: number) => ana.message(`Line ${number} of the log.`);
    await expect(line(LINES - 1)).toBeInViewport({ ratio: 1 });

    // Back past what was loaded at first, and past the page behind it.
    await ana.thread.hover();
    let top = LINES;
    for (let step = 0; step < 100; step++) {
      if (top < LINES - 300) break;
      await page.mouse.wheel(0, -600);
      await expect(async () => {
        const lines = await linesOnScreen(page);
        expect(lines.length).toBeGreaterThan(5);
        expect(lines).toEqual(lines.map((_, index) => lines[0]! + index));
        expect(lines[0]).toBeLessThan(top);
        top = lines[0]!;
      }).toPass({ intervals: [50], timeout: 10_000 });
      expect(await ana.thread.getByTestId('message').count()).toBeLessThan(MOST_ROWS);
    }
    expect(top).toBeLessThan(LINES - 300);

    // By keyboard to its first day, in the other epoch, and by a click to its end.
    await ana.thread.focus();
    await page.keyboard.press('g');
    await page.getByLabel('Day', { exact: true }).fill('2026-10-02');
    await page.keyboard.press('Enter');
    await expect(ana.thread.getByText('Friday, October 2')).toBeInViewport();
    expect((await linesOnScreen(page))[0]).toBeLessThan(2_000);
    await page.getByTestId('to-latest').click();
    await expect(line(LINES - 1)).toBeInViewport({ ratio: 1 });
    expect(await ana.thread.getByTestId('message').count()).toBeLessThan(MOST_ROWS);
  });
});

test.describe('many conversations', () => {
  const JOBS = 120;
  test.use({ jobs: JOBS - 1 });

  test('[SYNC-4] come newest first and can be used at once; it can be paused, outlives kill -9, and later brings differences alone', async ({
    world,
  }) => {
    const network = await world.network();
    const app = await world.app(ANA, network.url);
    network.slow({ delayMs: 20, bytesPerSecond: 40_000 });
    let ana = new Screen(await world.page(app));
    const progress = ana.page.getByRole('progressbar', { name: 'Bringing your conversations here' });
    await expect.poll(() => done(ana.page)).toBeGreaterThan(0);
    await ana.page.getByRole('button', { name: 'Pause', exact: true }).click();
    await expect(ana.page.getByText(/^Paused at \d+ of \d+ conversations\.$/)).toBeVisible();
    await network.cut();
    const [here, total] = [await done(ana.page), Number(await progress.getAttribute('max'))];
    expect(here).toBeLessThan(total);

    await ana.open(SINK);
    await expect(ana.message('I will bring the parts')).toBeVisible();
    await ana.write('said while it was paused');
    await expect(ana.message('said while it was paused')).toBeVisible();
    // The last of those that are listed is still on its way.
    await ana.inbox.focus();
    await ana.page.keyboard.press('End');
    await expect(ana.inbox.locator('.inbox-row-focused')).toContainText(/Job \d+/);
    await ana.page.keyboard.press('Enter');
    await expect(ana.page.getByRole('heading', { name: /^Job \d+$/ })).toBeVisible();
    await expect(ana.thread.getByText('Older messages are still on their way to this machine.')).toBeVisible();

    await app.kill('SIGKILL');
    network.slow(null);
    await app.start();
    ana = new Screen(await world.page(app));
    await expect.poll(() => done(ana.page)).toBeGreaterThanOrEqual(here);
    await network.mend();
    await expect(ana.page.getByTestId('first-sync')).toHaveCount(0, { timeout: 30_000 });
    await ana.open(SINK);
    await expect(ana.message('said while it was paused').getByText('Sent', { exact: true })).toBeVisible();
    const first = network.brought;

    await app.kill('SIGKILL');
    const maria = new Screen(await world.page(await world.app(MARIA)));
    await maria.open(HALLWAY);
    await maria.write('said while it was away');
    await expect(maria.message('said while it was away').getByText('Sent', { exact: true })).toBeVisible();
    await app.start();
    ana = new Screen(await world.page(app));
    await expect(ana.row(HALLWAY)).toContainText('said while it was away', { timeout: 20_000 });
    await ana.open(HALLWAY);
    await expect(ana.message('said while it was away')).toHaveCount(1);
    expect(network.brought - first).toBeLessThan(first / 4);
  });
});

/** How many conversations the progress says are here; 0 while it isn't shown. */
function done(page: Page): Promise<number> {
  return page.evaluate(() => document.querySelector<HTMLProgressElement>('[data-testid=first-sync] progress')?.value ?? 0);
}

/** The numbers of the lines whose middle is on the screen, from top to bottom. */
function linesOnScreen(page: Page): Promise<number[]> {
  return page.evaluate(() => {
    const view = document.querySelector('#thread-messages')!.getBoundingClientRect();
    return [...document.querySelectorAll('#thread-messages [data-testid=message]')]
      .map((row) => ({ row, box: row.getBoundingClientRect() }))
      .filter(({ box }) => (box.top + box.bottom) / 2 > view.top && (box.top + box.bottom) / 2 < view.bottom)
      .sort((a, b) => a.box.top - b.box.top)
      .map(({ row }) => Number(/Line (\d+) of/.exec(row.textContent ?? '')?.[1]));
  });
}
