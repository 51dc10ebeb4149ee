import { ANA } from '../harness/histories.ts';
import { Screen } from '../harness/screen.ts';
import { seeded } from '../harness/seeded.ts';
import { World } from '../harness/world.ts';
import { Acts, MESSAGE, pressOn, switchThreads } from './acts.ts';
import { longestTurn } from './blocks.ts';
import { catchUp } from './catch-up.ts';
import { timed, type Figures } from './figures.ts';
import { flooded } from './flooded.ts';
import { largeAgency } from './large-agency.ts';
import { heapOf, memoryOf, newRendererOf, rendererOf } from './memory.ts';
import { painted } from './painted.ts';

const REST_MS = 25_000;

/** `jobs` conversations and one thread of `long` messages; `waiting` messages come while the app is away; `flood`: messages a second. */
export type Sizes = { jobs: number; long: number; waiting: number; rounds: number; switches: number; flood: number };

/** Measures one app on one agency of its own. */
export async function measureApp(sizes: Sizes, figures: Figures): Promise<void> {
  const { jobs, long, waiting, rounds, switches, flood } = sizes;
  const histories = largeAgency(jobs, long, seeded('measure').random);
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
    const started = await newRendererOf(page, (opened) => new Screen(opened).inbox.getByRole('option').first().waitFor());
    figures.add('memory after start: page’s process', [started], 'MB');
    figures.add('memory after start: process of a page that was loaded several times', [await rendererOf(page)], 'MB');

    const acts = new Acts(screen, figures);
    await acts.open(rounds);
    await acts.scroll();
    await acts.search();
    await painted(page, await pressOn(acts.others().first()), { selector: MESSAGE });
    await acts.send(
      'Enter → on screen, network off',
      Array.from({ length: rounds * 2 }, (_, round) => `queued ${round} `),
    );
    await network.mend();
    await screen
      .message(`queued ${rounds * 2 - 1} `)
      .getByText('Sent', { exact: true })
      .waitFor({ timeout: 60_000 });
    await acts.send(
      'Enter → accepted and shown so',
      Array.from({ length: rounds * 3 }, (_, round) => `sent ${round} `),
      ['Sent'],
    );

    await catchUp(waiting, { world, app, page, network, histories }, figures);
    await switchThreads(page, switches);
    figures.add('memory after the switches: core’s process', [await memoryOf(app.pid)], 'MB');
    figures.add('memory after the switches: page’s process', [await rendererOf(page)], 'MB');
    // What nobody holds any more goes when there is nothing to do: V8 waits some 10 s for that.
    await page.waitForTimeout(REST_MS);
    figures.add('memory after the switches and a rest: core’s process', [await memoryOf(app.pid)], 'MB');
    figures.add('memory after the switches and a rest: page’s process', [await rendererOf(page)], 'MB');
    figures.add('memory after the switches: page’s objects', [await heapOf(page)], 'MB');
    await flooded(flood, rounds, { world, app, screen, histories }, figures);
  } finally {
    await world.end();
  }
}
