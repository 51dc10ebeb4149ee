import type { Locator, Page } from 'playwright';

import { ANA } from '../harness/histories.ts';
import { Screen } from '../harness/screen.ts';
import { seeded } from '../harness/seeded.ts';
import { World } from '../harness/world.ts';
import { longestTurn } from './blocks.ts';
import { catchUp } from './catch-up.ts';
import { timed, type Figures } from './figures.ts';
import { largeAgency } from './large-agency.ts';
import { heapOf, memoryOf, rendererOf } from './memory.ts';
import { painted } from './painted.ts';
import { scrolling } from './scrolling.ts';

const LONG_JOB = 'The long renovation';
const ROW = '[role=option]';
const MESSAGE = '[data-testid=message]';

/** `jobs` conversations and one thread of `long` messages; `waiting` messages come while the app is away. */
export type Sizes = { jobs: number; long: number; waiting: number; rounds: number; switches: number };

/** Measures one app on one agency of its own. */
export async function measureApp({ jobs, long: longest, waiting, rounds, switches }: Sizes, figures: Figures): Promise<void> {
  const histories = largeAgency(jobs, longest, seeded('measure').random);
  const imported = performance.now();
  const world = await World.begin(histories);
  figures.add('import of all', [performance.now() - imported]);
  try {
    const network = await world.network();
    const app = await world.app(ANA, network.url);
    const page = await world.page(app);
    page.setDefaultTimeout(60_000);
    const screen = new Screen(page);
    const signedIn = performance.now();
    await screen.inbox.getByRole('option').first().waitFor();
    figures.add('first sign-in: usable inbox after', [performance.now() - signedIn]);
    await page
      .getByText(/of \d+.*conversations/)
      .first()
      .waitFor({ state: 'hidden', timeout: 600_000 });
    await screen.search('nothing-like-this');
    await page.keyboard.press('Escape');
    figures.add('first sync done after', [performance.now() - signedIn]);
    figures.add('first sync: longest block of the core', [await longestTurn(app.pid)]);

    await network.cut();
    const starts: number[] = [];
    for (let round = 0; round < rounds; round++) {
      await app.kill('SIGKILL');
      starts.push(
        await timed(async () => {
          await app.start();
          await page.goto(app.address);
          await screen.inbox.getByRole('option').first().waitFor();
        }),
      );
    }
    figures.add('start to usable inbox, network off', starts);
    figures.add('memory after start: core’s process', [await memoryOf(app.pid)], 'MB');
    figures.add('memory after start: page’s process', [await rendererOf(page)], 'MB');

    const short: number[] = [];
    const long: number[] = [];
    for (let round = 0; round < rounds; round++) {
      // Never the long one, which is to be opened next: what is open already shows nothing new.
      const other = screen.inbox.getByRole('option').filter({ hasNotText: LONG_JOB }).nth(round);
      short.push(await painted(page, await pressOn(other), { selector: MESSAGE }));
      await screen.search(LONG_JOB);
      const found = page.locator('#search-results').getByRole('option', { name: new RegExp(LONG_JOB) });
      long.push(await painted(page, await pressOn(found.first()), { selector: MESSAGE }));
      await page.keyboard.press('Escape');
    }
    figures.add('open a short thread: press → last message painted', short);
    figures.add('open the long thread: press → last message painted', long);

    figures.add('scroll the long thread, 60 px a frame', [await backwards(page, figures)], '/s');
    const inbox = await scrolling(page, { selector: '[role=listbox]', row: ROW, step: 60, ms: 3_000 });
    figures.add('scroll the inbox, 60 px a frame', [inbox.rate], '/s');
    figures.add('scroll the inbox: slowest frame', [inbox.slowest]);
    figures.add('scroll the inbox: frames with a blank place', [inbox.blank * 100], '%');

    const searches: number[] = [];
    for (const query of ['renovation', 'leak', '明日', 'غدا', 'breaker tile', 'gro', 'client 5']) {
      // All but the last letter is there; that one is pressed.
      await screen.search(query.slice(0, -1));
      await page.locator(`[data-query="${query.slice(0, -1).trim()}"]`).waitFor();
      const shown = { selector: `[data-query="${query}"] mark`, texts: [''] };
      searches.push(await painted(page, () => page.keyboard.insertText(query.at(-1)!), shown));
    }
    figures.add('search: last key → first page painted', searches);

    await page.keyboard.press('Escape');
    const queued: number[] = [];
    await painted(page, await pressOn(screen.inbox.getByRole('option').first()), { selector: MESSAGE });
    for (let round = 0; round < rounds * 2; round++) queued.push(await send(screen, `queued ${round}`, []));
    figures.add('Enter → on screen, network off', queued);
    await network.mend();
    await screen
      .message(`queued ${rounds * 2 - 1}`)
      .getByText('Sent', { exact: true })
      .waitFor({ timeout: 60_000 });
    const accepted: number[] = [];
    for (let round = 0; round < rounds * 3; round++) accepted.push(await send(screen, `sent ${round} `, ['Sent']));
    figures.add('Enter → accepted and shown so', accepted);

    await catchUp(waiting, { world, app, page, network, histories }, figures);
    await page.evaluate(switchThreads, switches);
    figures.add('memory after the switches: core’s process', [await memoryOf(app.pid)], 'MB');
    figures.add('memory after the switches: page’s process', [await rendererOf(page)], 'MB');
    figures.add('memory after the switches: page’s objects', [await heapOf(page)], 'MB');
  } finally {
    await world.end();
  }
}

/** A press of the mouse there, without what automation asks of the page between button down and button up. */
async function pressOn(element: Locator): Promise<() => Promise<void>> {
  await element.scrollIntoViewIfNeeded();
  const { x, y, width, height } = (await element.boundingBox())!;
  return () => element.page().mouse.click(x + width / 2, y + height / 2);
}

function send(screen: Screen, text: string, also: string[]): Promise<number> {
  return screen.composer
    .fill(text)
    .then(() => painted(screen.page, () => screen.composer.press('Enter'), { selector: MESSAGE, texts: [text, ...also] }));
}

async function backwards(page: Page, figures: Figures): Promise<number> {
  const thread = await scrolling(page, { selector: '#thread-messages', row: MESSAGE, step: -60, ms: 5_000 });
  figures.add('scroll the long thread: slowest frame', [thread.slowest]);
  figures.add('scroll the long thread: frames with a blank place', [thread.blank * 100], '%');
  return thread.rate;
}

/** Runs in the page: what automation holds of each click is not the page's memory. */
async function switchThreads(count: number): Promise<void> {
  for (let done = 0; done < count; done++) {
    const old = document.querySelector('[data-testid=message]');
    document.querySelectorAll<HTMLElement>('[role=listbox] [role=option]')[1 + (done % 9)]!.click();
    while (!document.querySelector('[data-testid=message]') || document.querySelector('[data-testid=message]') === old) {
      await new Promise(requestAnimationFrame);
    }
  }
}
