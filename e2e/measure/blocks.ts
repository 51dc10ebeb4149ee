import { existsSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import type { Page } from 'playwright';

import { until } from '../harness/seeded.ts';

/** Has all apps that are started from here on watch their event loop. */
export function watchLoops(file: string): void {
  const module = fileURLToPath(new URL('watch-loop.ts', import.meta.url));
  process.env['NODE_OPTIONS'] = `${process.env['NODE_OPTIONS'] ?? ''} --import=${module}`.trim();
  process.env['MEASURE_LOOP_FILE'] = file;
}

/** ms of the longest time in which the app's event loop did not come round, since the last asking. */
export async function longestTurn(pid: number): Promise<number> {
  const file = process.env['MEASURE_LOOP_FILE']!;
  rmSync(file, { force: true });
  process.kill(pid, 'SIGUSR2');
  await until('the app says how long its loop stood still', () => existsSync(file));
  return Number(readFileSync(file, 'utf8'));
}

/** Begins to watch the page; what it gives says how many ms the page's longest block took since. */
export async function watchPage(page: Page): Promise<() => Promise<number>> {
  const watching = await page.evaluateHandle(watch);
  return async () => {
    const longest = await watching.evaluate(({ stop }) => stop());
    await watching.dispose();
    return longest;
  };
}

/** Runs in the page. */
function watch(): { stop: () => number } {
  const everyMs = 5;
  let last = performance.now();
  let longest = 0;
  const timer = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last - everyMs);
    last = now;
  }, everyMs);
  return {
    stop() {
      clearInterval(timer);
      return longest;
    },
  };
}
