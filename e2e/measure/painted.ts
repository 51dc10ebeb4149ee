import type { Page } from 'playwright';

/** What is waited for: an element that holds all of `texts`; without any, one that wasn't there before the input. */
export type Awaited = { selector: string; texts?: string[] };

const WITHIN_MS = 20_000;

/**
 * ms from an input event (its own time stamp, so what automation takes before it is no part of it) to the end of the frame in which
 * the page shows what is awaited. Counts from the last press of a key or button, or text put in, before it is there.
 */
export async function painted(page: Page, input: () => Promise<unknown>, awaited: Awaited): Promise<number> {
  // Two calls: nothing says that what is evaluated runs before the input that is sent after it.
  const watching = await page.evaluateHandle(watch, awaited);
  await input();
  try {
    const late = new Promise<never>((_, reject) => {
      setTimeout(() => reject(new Error(`${awaited.selector} was not shown within ${WITHIN_MS} ms`)), WITHIN_MS).unref();
    });
    return await Promise.race([watching.evaluate(({ shown }) => shown), late]);
  } finally {
    await watching.dispose();
  }
}
/** Runs in the page. */
function watch({ selector, texts = [] }: Awaited): { shown: Promise<number> } {
  const old = new Set(texts.length === 0 ? document.querySelectorAll(selector) : []);
  let pressed: number | null = null;
  const press = ({ timeStamp }: Event): void => void (pressed = timeStamp);
  for (const type of ['pointerdown', 'keydown', 'input']) document.addEventListener(type, press, { capture: true });
  const isThere = (): boolean =>
    Array.from(document.querySelectorAll(selector)).some(
      (element) => !old.has(element) && texts.every((text) => element.textContent.includes(text)),
    );
  const shown = new Promise<number>((resolve) => {
    const observer = new MutationObserver(() => {
      if (pressed === null || !isThere()) return;
      observer.disconnect();
      for (const type of ['pointerdown', 'keydown', 'input']) document.removeEventListener(type, press, { capture: true });
      const from = pressed;
      // What a frame changed is drawn in it; a message that is posted in a frame is handled after that.
      requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.addEventListener('message', () => resolve(performance.now() - from));
        channel.port1.start();
        channel.port2.postMessage(null);
      });
    });
    observer.observe(document.documentElement, {
      subtree: true,
      childList: true,
      characterData: true,
      attributeFilter: ['data-query'],
    });
  });
  return { shown };
}
