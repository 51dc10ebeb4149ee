import { join } from 'node:path';

import { chooseBrowser, type Machine, openBrowser } from './browser.ts';

/** A browser that ends sooner has not shown a window: it handed over to another one, or could not start. */
const SHOWN_AFTER_MS = 3_000;

export type AppWindow = { close(): void };

/**
 * Opens the app's window if there is a browser for it. `say` gets one line, `window: …`, with what was done and why.
 * `onClosed`: the person closed the window.
 */
export function openWindow(
  address: string,
  dataDir: string,
  machine: Machine,
  say: (line: string) => void,
  onClosed: () => void,
): AppWindow {
  const choice = chooseBrowser(machine);
  if (choice.kind === 'address') {
    say(`window: none, since ${choice.why}`);
    return { close: () => undefined };
  }
  const browser = openBrowser(choice.path, address, join(dataDir, 'browser'), machine.isRoot);
  const openedAt = performance.now();
  let ending = false;
  browser.on('error', (error) =>
    say(`open the app’s address in a browser yourself: ${choice.path} did not start (${error.message})`),
  );
  browser.on('exit', () => {
    if (ending) return;
    if (performance.now() - openedAt >= SHOWN_AFTER_MS) onClosed();
    else say(`if no window came up, open the app’s address in a browser yourself: ${choice.path} ended at once`);
  });
  say(`window: ${choice.path}`);
  return {
    close() {
      ending = true;
      browser.kill();
    },
  };
}
