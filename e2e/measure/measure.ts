/**
 * Measures the app's budgets on an agency of 10,000 conversations and a thread of 36,000 messages, and prints a table.
 * Nothing here fails on a time. `npm run measure`; sizes by JOBS, LONG, ROUNDS, SWITCHES.
 */
import startPostgresForAll from '../harness/global-setup.ts';
import { ANA } from '../harness/histories.ts';
import { Screen } from '../harness/screen.ts';
import { seeded } from '../harness/seeded.ts';
import { World } from '../harness/world.ts';
import { Figures, timed } from './figures.ts';
import { largeAgency } from './large-agency.ts';
import { heapOf, memoryOf, rendererOf } from './memory.ts';
import { painted } from './painted.ts';
import { scrolling } from './scrolling.ts';

const JOBS = Number(process.env['JOBS'] ?? 10_000);
const LONG = Number(process.env['LONG'] ?? 36_000);
const ROUNDS = Number(process.env['ROUNDS'] ?? 7);
const SWITCHES = Number(process.env['SWITCHES'] ?? 500);
const LONG_JOB = 'The long renovation';
const ROW = '[role=option]';
const MESSAGE = '[data-testid=message]';

const figures = new Figures();
const stopPostgres = await startPostgresForAll();
const { random } = seeded('measure');
const imported = performance.now();
const world = await World.begin(largeAgency(JOBS, LONG, random));
figures.add(`import of ${JOBS} conversations and a thread of ${LONG}`, [performance.now() - imported]);
try {
  const network = await world.network();
  const app = await world.app(ANA, network.url);
  const page = await world.page(app);
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

  await network.cut();
  const starts: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
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
  figures.add('memory after start: app without a window', [await memoryOf(app.pid)], 'MB');
  figures.add('memory after start: the page’s process', [await rendererOf(page)], 'MB');

  const short: number[] = [];
  const long: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    short.push(await painted(page, () => screen.inbox.getByRole('option').nth(round).click(), { selector: MESSAGE }));
    await screen.search(LONG_JOB);
    const found = page.locator('#search-results').getByRole('option', { name: new RegExp(LONG_JOB) });
    await found.first().waitFor();
    long.push(await painted(page, () => found.first().click(), { selector: MESSAGE }));
    await page.keyboard.press('Escape');
  }
  figures.add('open a short thread: press → last message painted', short);
  figures.add(`open the thread of ${LONG}: press → last message painted`, long);

  figures.add('scroll that thread, 60 px a frame: frames a second', [await backwards(MESSAGE)], '/s');
  const inbox = await scrolling(page, { selector: '[role=listbox]', row: ROW, step: 60, ms: 3_000 });
  figures.add('scroll the inbox, 60 px a frame: frames a second', [inbox.rate], '/s');
  figures.add('… slowest frame', [inbox.slowest]);
  figures.add('… frames with a blank place', [inbox.blank * 100], '%');

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
  await screen.inbox.getByRole('option').first().click();
  for (let round = 0; round < ROUNDS * 2; round++) queued.push(await send(`queued ${round}`, []));
  figures.add('Enter → on screen, network off', queued);
  await network.mend();
  await screen
    .message(`queued ${ROUNDS * 2 - 1}`)
    .getByText('Sent', { exact: true })
    .waitFor({ timeout: 60_000 });
  const accepted: number[] = [];
  for (let round = 0; round < ROUNDS * 3; round++) accepted.push(await send(`sent ${round} `, ['Sent']));
  figures.add('Enter → accepted and shown so', accepted);

  await page.evaluate(switchThreads, SWITCHES);
  figures.add(`memory after ${SWITCHES} switches of thread: app without a window`, [await memoryOf(app.pid)], 'MB');
  figures.add('… the page’s process', [await rendererOf(page)], 'MB');
  figures.add('… the page’s objects', [await heapOf(page)], 'MB');

  async function send(text: string, also: string[]): Promise<number> {
    await screen.composer.fill(text);
    return painted(page, () => screen.composer.press('Enter'), { selector: MESSAGE, texts: [text, ...also] });
  }

  async function backwards(row: string): Promise<number> {
    const thread = await scrolling(page, { selector: '#thread-messages', row, step: -60, ms: 5_000 });
    figures.add('scroll that thread: slowest frame', [thread.slowest]);
    figures.add('… frames with a blank place', [thread.blank * 100], '%');
    return thread.rate;
  }
} finally {
  await world.end();
  await stopPostgres();
}
figures.print();

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
