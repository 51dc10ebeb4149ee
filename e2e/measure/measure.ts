/**
 * Measures the app's budgets on an agency of 10,000 conversations and a thread of 36,000 messages, and prints a table.
 * Nothing here fails on a time. `npm run measure`; sizes by JOBS, LONG, ROUNDS.
 */
import type { Page } from 'playwright';

import startPostgresForAll from '../harness/global-setup.ts';
import { ANA } from '../harness/histories.ts';
import { Screen } from '../harness/screen.ts';
import { seeded } from '../harness/seeded.ts';
import { World } from '../harness/world.ts';
import { largeAgency } from './large-agency.ts';

const JOBS = Number(process.env['JOBS'] ?? 10_000);
const LONG = Number(process.env['LONG'] ?? 36_000);
const ROUNDS = Number(process.env['ROUNDS'] ?? 7);
const LONG_JOB = 'The long renovation';

const stopPostgres = await startPostgresForAll();
const rows: string[] = [];
function record(measure: string, values: number[], unit = 'ms'): void {
  const sorted = values.toSorted((a, b) => a - b);
  const row = `| ${measure} | ${sorted[Math.floor(sorted.length / 2)]!.toFixed(0)} | ${sorted[0]!.toFixed(0)}–${sorted.at(-1)!.toFixed(0)} | ${unit} | ${values.length} |`;
  rows.push(row);
  console.log(row);
}
async function timed(action: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await action();
  return performance.now() - from;
}

const { random } = seeded('measure');
let from = performance.now();
const world = await World.begin(largeAgency(JOBS, LONG, random));
record(`import of ${JOBS} conversations and a thread of ${LONG}`, [performance.now() - from]);
try {
  const network = await world.network();
  const app = await world.app(ANA, network.url);
  const page = await world.page(app);
  const screen = new Screen(page);
  from = performance.now();
  await screen.inbox.getByRole('option').first().waitFor();
  record('first sign-in: usable inbox after', [performance.now() - from]);
  await page
    .getByText(/of \d+.*conversations/)
    .first()
    .waitFor({ state: 'hidden', timeout: 600_000 });
  await screen.search('nothing-like-this');
  await page.keyboard.press('Escape');
  record('first sync done after', [performance.now() - from]);

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
  record('start to usable inbox, network off', starts);

  const opens: number[] = [];
  const short: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    short.push(await openTime(page, screen.inbox.getByRole('option').nth(round)));
    await screen.search(LONG_JOB);
    opens.push(await openTime(page, page.getByRole('option', { name: new RegExp(LONG_JOB) }).first()));
    await page.keyboard.press('Escape');
  }
  record('open a short thread: click → last message painted', short);
  record(`open a thread of ${LONG}: click → last message painted`, opens);

  const searches: number[] = [];
  for (const query of ['renovation', 'leak', '明日', 'غدا', 'breaker tile', 'gro', 'client 5'].slice(0, ROUNDS)) {
    await screen.search('');
    searches.push(
      await timed(async () => {
        await screen.search(query);
        await page.locator('mark').first().waitFor();
      }),
    );
  }
  record('search: last key → first hit painted', searches);

  await network.mend();
  await page.keyboard.press('Escape');
  const accepted: number[] = [];
  await screen.inbox.getByRole('option').first().click();
  for (let round = 0; round < ROUNDS * 3; round++) {
    const text = `measured ${round} ${performance.now()}`;
    await screen.composer.fill(text);
    accepted.push(
      await timed(async () => {
        await screen.composer.press('Enter');
        await screen
          .message(text)
          .getByRole('img', { name: /Sent|Read/ })
          .or(screen.message(text).getByText(/Sent|Read/))
          .first()
          .waitFor();
      }),
    );
  }
  record('Enter → accepted and shown so', accepted);
} finally {
  await world.end();
  await stopPostgres();
}
console.log(['', '| measure | median | range | unit | runs |', '| --- | --- | --- | --- | --- |', ...rows].join('\n'));

async function openTime(page: Page, row: ReturnType<Page['locator']>): Promise<number> {
  await row.waitFor();
  return timed(async () => {
    await row.click();
    await page.getByRole('region', { name: 'Messages' }).getByTestId('message').last().waitFor();
  });
}
