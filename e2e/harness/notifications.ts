import type { Page } from 'playwright';

export type Told = { title: string; body: string; closed: boolean };

/** The notifications that a page shows from now on, as the browser is asked to show them. */
export class Notifications {
  readonly #page: Page;

  private constructor(page: Page) {
    this.#page = page;
  }

  static async of(page: Page): Promise<Notifications> {
    await page.evaluate(() => {
      const all: (Notification & { taken?: boolean })[] = [];
      globalThis.Notification = class extends Notification {
        taken = false;
        constructor(title: string, options?: NotificationOptions) {
          super(title, options);
          all.push(this);
        }
        override close(): void {
          this.taken = true;
          super.close();
        }
      };
      Object.assign(globalThis, { notifications: all });
    });
    return new Notifications(page);
  }

  all(): Promise<Told[]> {
    return this.#page.evaluate(() =>
      (globalThis as unknown as { notifications: (Notification & { taken: boolean })[] }).notifications.map(
        ({ title, body, taken }) => ({ title, body, closed: taken }),
      ),
    );
  }

  /** What the system does when a person clicks on the newest. */
  async clickNewest(): Promise<void> {
    await this.#page.evaluate(() =>
      (globalThis as unknown as { notifications: Notification[] }).notifications.at(-1)?.dispatchEvent(new Event('click')),
    );
  }
}

/** Another program's window comes to the front, or the app's own again: pages that are driven always have the focus. */
export async function setFocused(page: Page, focused: boolean): Promise<void> {
  await page.evaluate((has) => {
    document.hasFocus = () => has;
    window.dispatchEvent(new Event(has ? 'focus' : 'blur'));
  }, focused);
}
