import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { PASSWORD } from '../harness/host.ts';
import { run } from '../harness/process.ts';
import type { Screen } from '../harness/screen.ts';
import type { App, History, World } from '../harness/world.ts';
import { Acts, MESSAGE, pressOn } from './acts.ts';
import { longestTurn } from './blocks.ts';
import type { Figures } from './figures.ts';
import { painted } from './painted.ts';
import { processorOf, drawingOf } from './processor.ts';

const DURING = ', another thread flooded';
/** The long one comes first. */
const FLOODED = 1;
const WATCHED_MS = 10_000;

/** The same acts while somebody else, in a process of its own, writes so many messages a second into a thread that isn't open. */
export async function flooded(
  perSecond: number,
  rounds: number,
  { world, app, screen, histories }: { world: World; app: App; screen: Screen; histories: History[] },
  figures: Figures,
): Promise<void> {
  const { page } = screen;
  const { title, participants } = histories[FLOODED]!;
  const client = participants.find(({ role }) => role === 'client')!;
  const program = fileURLToPath(new URL('flood.ts', import.meta.url));
  const flood = run([program, world.url, world.emailOf(client), title, String(perSecond)], { TRIALOGUE_PASSWORD: PASSWORD });
  try {
    await flood.line(/^flooding$/);
    // It stands at the top as soon as the app has heard of it.
    await screen.inbox
      .getByRole('option')
      .filter({ hasText: /flood \d/ })
      .first()
      .waitFor();
    await longestTurn(app.pid);
    const acts = new Acts(screen, figures, DURING);
    await acts.open(rounds, [title]);
    await acts.scroll();
    await acts.search();
    await painted(page, await pressOn(acts.others([title]).first()), { selector: MESSAGE });
    await acts.send(
      'Enter → on screen',
      Array.from({ length: rounds * 2 }, (_, round) => `meanwhile ${round} `),
    );
    figures.add(`longest block of the core${DURING}`, [await longestTurn(app.pid)]);

    // Nobody does anything: what it costs to be told of it.
    const [core, drawing, from] = [await processorOf(app.pid), await drawingOf(page), performance.now()];
    await pause(WATCHED_MS);
    const seconds = (performance.now() - from) / 1_000;
    figures.add(`processor time of the core, a second${DURING}`, [((await processorOf(app.pid)) - core) / seconds]);
    figures.add(`processor time of the page’s process, a second${DURING}`, [((await drawingOf(page)) - drawing) / seconds]);
  } finally {
    const ended = flood.line(/^flooded (\d+) (\d+)$/, 5_000);
    await flood.kill('SIGTERM');
    const [, count, ms] = await ended;
    figures.add('messages a second that the flood brought', [(Number(count) * 1_000) / Number(ms)], '/s');
  }
}
