import type { Page } from 'playwright';

import type { Screen } from './screen.ts';

type Watched = { entered: number | null; shown: Promise<number> };

/** Nobody writes faster: what the last message still sets in motion is over by then, and what is measured is one message. */
const PAUSE_MS = 500;

/**
 * Writes `count` messages, one after the other, and returns for each screen and message the ms from Enter to when it
 * is in the page, rising. The pages themselves watch, on the machine's one clock: what automation takes is no part of it.
 */
export async function delaysTo(from: Screen, others: Screen[], count: number): Promise<number[]> {
  const delays: number[] = [];
  for (let number = 0; number < count; number++) {
    const text = `delay ${number} of ${count}`;
    await from.page.evaluate(watchEnter);
    for (const { page } of others) await page.evaluate(watchMessage, text);
    await from.write(text);
    const shown = await Promise.all(others.map(({ page }) => valueOf(page, 'shown')));
    const entered = await valueOf(from.page, 'entered');
    delays.push(...shown.map((moment) => moment - entered));
    const message = from.message(text);
    await message
      .getByText('Sent', { exact: true })
      .or(message.getByRole('button', { name: /^Read by/ }))
      .first()
      .waitFor();
    await from.page.waitForTimeout(PAUSE_MS);
  }
  return delays.toSorted((a, b) => a - b);
}

function valueOf(page: Page, name: keyof Watched): Promise<number> {
  return page.evaluate((key) => (globalThis as unknown as Record<string, number>)[key]!, name);
}

/** Runs in the page. */
function watchEnter(): void {
  const watched = globalThis as unknown as Watched;
  watched.entered = null;
  const press = ({ key }: KeyboardEvent): void => void (key === 'Enter' && (watched.entered = Date.now()));
  document.addEventListener('keydown', press, { capture: true, once: true });
}

/** Runs in the page. */
function watchMessage(text: string): void {
  (globalThis as unknown as Watched).shown = new Promise((resolve) => {
    const observer = new MutationObserver(() => {
      const rows = Array.from(document.querySelectorAll('[data-testid=message]'));
      if (!rows.some((row) => row.textContent.includes(text))) return;
      observer.disconnect();
      resolve(Date.now());
    });
    observer.observe(document.body, { subtree: true, childList: true, characterData: true });
  });
}
