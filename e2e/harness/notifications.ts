import type { Page } from 'playwright';

export type Told = { title: string; body: string; closed: boolean };

/** The notifications that a page shows from now on, as the browser is asked to show them. */
export class Notifications {
  readonly #page: Page;

  private constructor(page: Page) {
    this.#page = page;
  }

  /** The page is given a browser's notifications that nobody sees: one without a window has none, and grants them to no page. */
  static async of(page: Page): Promise<Notifications> {
    await page.evaluate(() => {
      const notifications: EventTarget[] = [];
      Object.assign(globalThis, {
        notifications,
        Notification: class extends EventTarget {
          static readonly permission = 'granted';
          static requestPermission(): Promise<string> {
            return Promise.resolve('granted');
          }
          readonly title: string;
          readonly body: string;
          readonly tag: string;
          closed = false;
          constructor(title: string, { body = '', tag = '' }: NotificationOptions = {}) {
            super();
            this.title = title;
            this.body = body;
            this.tag = tag;
            // A browser puts it in the place of the one with its tag.
            for (const before of notifications as this[]) if (tag !== '' && before.tag === tag) before.closed = true;
            notifications.push(this);
          }
          close(): void {
            this.closed = true;
          }
        },
      });
    });
    return new Notifications(page);
  }

  all(): Promise<Told[]> {
    return this.#page.evaluate(() =>
      (globalThis as unknown as { notifications: Told[] }).notifications.map(({ title, body, closed }) => ({
        title,
        body,
        closed,
      })),
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
