import type { Locator, Page } from 'playwright';

import type { Screen } from '../harness/screen.ts';
import type { Figures } from './figures.ts';
import { painted } from './painted.ts';
import { scrolling } from './scrolling.ts';

const LONG_JOB = 'The long renovation';
const ROW = '[role=option]';
export const MESSAGE = '[data-testid=message]';

/** What a person does at the screen, each measured. `during`: what else goes on, as it stands behind the figure's name. */
export class Acts {
  readonly #screen: Screen;
  readonly #figures: Figures;
  readonly #during: string;

  constructor(screen: Screen, figures: Figures, during = '') {
    this.#screen = screen;
    this.#figures = figures;
    this.#during = during;
  }

  #add(measure: string, values: number[], unit?: string): void {
    this.#figures.add(`${measure}${this.#during}`, values, unit);
  }

  /** Rows of conversations that may be opened, `but` those of these titles: not the long one, and none that is open already and shows nothing new. */
  others(but: readonly string[] = []): Locator {
    const closed = this.#screen.inbox.locator(`${ROW}:not([aria-current=true])`);
    return [LONG_JOB, ...but].reduce((rows, hasNotText) => rows.filter({ hasNotText }), closed);
  }

  /** `but`: titles of conversations that are not to be opened as short ones. */
  async open(rounds: number, but: readonly string[] = []): Promise<void> {
    const { page } = this.#screen;
    const short: number[] = [];
    const long: number[] = [];
    for (let round = 0; round < rounds; round++) {
      short.push(await painted(page, await pressOn(this.others(but).nth(round)), { selector: MESSAGE }));
      await this.#screen.search(LONG_JOB);
      const found = page.locator('#search-results').getByRole('option', { name: new RegExp(LONG_JOB) });
      long.push(await painted(page, await pressOn(found.first()), { selector: MESSAGE }));
      await page.keyboard.press('Escape');
    }
    this.#add('open a short thread: press → last message painted', short);
    this.#add('open the long thread: press → last message painted', long);
  }

  /** The thread that is open, and the inbox beside it. */
  async scroll(): Promise<void> {
    const { page } = this.#screen;
    const thread = await scrolling(page, { selector: '#thread-messages', row: MESSAGE, step: -60, ms: 5_000 });
    this.#add('scroll the long thread: slowest frame', [thread.slowest]);
    this.#add('scroll the long thread: frames with a blank place', [thread.blank * 100], '%');
    this.#add('scroll the long thread, 60 px a frame', [thread.rate], '/s');
    const inbox = await scrolling(page, { selector: '[role=listbox]', row: ROW, step: 60, ms: 3_000 });
    this.#add('scroll the inbox, 60 px a frame', [inbox.rate], '/s');
    this.#add('scroll the inbox: slowest frame', [inbox.slowest]);
    this.#add('scroll the inbox: frames with a blank place', [inbox.blank * 100], '%');
    // What is pressed next must not be drawn anew while it is looked for.
    await page.locator('[role=listbox]').evaluate((list) => list.scrollTo(0, 0));
  }

  async search(): Promise<void> {
    const { page } = this.#screen;
    const searches: number[] = [];
    for (const query of ['renovation', 'leak', '明日', 'غدا', 'breaker tile', 'gro', 'client 5']) {
      // All but the last letter is there; that one is pressed.
      await this.#screen.search(query.slice(0, -1));
      await page.locator(`[data-query="${query.slice(0, -1).trim()}"]`).waitFor();
      const shown = { selector: `[data-query="${query}"] mark`, texts: [''] };
      searches.push(await painted(page, () => page.keyboard.insertText(query.at(-1)!), shown));
    }
    await page.keyboard.press('Escape');
    await this.#screen.inbox.getByRole('option').first().waitFor();
    this.#add('search: last key → first page painted', searches);
  }

  /** `also`: what stands at the message as well before it counts. */
  async send(measure: string, texts: readonly string[], also: readonly string[] = []): Promise<void> {
    const times: number[] = [];
    for (const text of texts) {
      await this.#screen.composer.fill(text);
      const shown = { selector: MESSAGE, texts: [text, ...also] };
      times.push(await painted(this.#screen.page, () => this.#screen.composer.press('Enter'), shown));
    }
    this.#add(measure, times);
  }
}

/** A press of the mouse there, without what automation asks of the page between button down and button up. */
export async function pressOn(element: Locator): Promise<() => Promise<void>> {
  await element.scrollIntoViewIfNeeded();
  const { x, y, width, height } = (await element.boundingBox())!;
  return () => element.page().mouse.click(x + width / 2, y + height / 2);
}

/** Runs in the page: what automation holds of each click is not the page's memory. */
export function switchThreads(page: Page, count: number): Promise<void> {
  return page.evaluate(async (count) => {
    for (let done = 0; done < count; done++) {
      const old = document.querySelector('[data-testid=message]');
      document.querySelectorAll<HTMLElement>('[role=listbox] [role=option]')[1 + (done % 9)]!.click();
      while (!document.querySelector('[data-testid=message]') || document.querySelector('[data-testid=message]') === old) {
        await new Promise(requestAnimationFrame);
      }
    }
  }, count);
}
