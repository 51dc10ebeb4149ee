import { readFile } from 'node:fs/promises';

import type { Page } from 'playwright';

/** MB of a process's own memory and its share of what it shares with others. Linux only. */
export async function memoryOf(pid: number): Promise<number> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
  return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1]) / 1024;
}

/** MB of the page's objects, after a collection. */
export async function heapOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize / 1024 / 1024;
}

/** MB of the process that draws the page, with all that its collectors had no reason yet to take away. */
export async function rendererOf(page: Page): Promise<number> {
  return Math.max(...(await renderers(page)).values());
}

/**
 * The same of a page that is opened beside it: that one has a process of its own, as a window has when the app starts. A page that was
 * loaded several times stands among what is left of the times before. `isThere`: what the page is to show first.
 */
export async function newRendererOf(page: Page, isThere: (page: Page) => Promise<unknown>): Promise<number> {
  const before = await renderers(page);
  const largest = Math.max(...before.values());
  const other = await page.context().newPage();
  try {
    await other.goto(new URL('/', page.url()).href);
    await isThere(other);
    // The browser may have had a process ready: only the page's own is known not to be it.
    const others = [...(await renderers(page))].filter(([pid]) => before.get(pid) !== largest);
    return Math.max(...others.map(([, size]) => size));
  } finally {
    await other.close();
  }
}

/** MB of each process that draws pages. */
async function renderers(page: Page): Promise<Map<number, number>> {
  const session = await page.context().browser()!.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const ids = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
  return new Map(await Promise.all(ids.map(async (id) => [id, await memoryOf(id)] as const)));
}
