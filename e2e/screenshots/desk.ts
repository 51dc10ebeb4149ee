import type { Locator, Page } from 'playwright';

/** What a person does at the app's screen, in whatever language it speaks. */
export class Desk {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  get inbox(): Locator {
    return this.page.locator('#inbox-list');
  }

  get composer(): Locator {
    return this.page.locator('#composer');
  }

  get messages(): Locator {
    return this.page.locator('#thread-messages [data-testid=message]');
  }

  get dialog(): Locator {
    return this.page.getByRole('dialog').last();
  }

  message(text: string): Locator {
    return this.messages.filter({ hasText: text }).last();
  }

  /** The app as it is when it was opened. */
  async begin(): Promise<void> {
    await this.page.goto('/');
    await this.inbox.getByRole('option').first().waitFor();
  }

  /** Nothing is on its way any more. */
  async settled(): Promise<void> {
    await this.page.locator('[data-testid=status][data-state=online]').waitFor({ timeout: 60_000 });
    await this.page.getByTestId('first-sync').waitFor({ state: 'detached', timeout: 120_000 });
  }

  async open(title: string): Promise<void> {
    await this.inbox.getByRole('option').filter({ hasText: title }).first().click();
    await this.read();
  }

  /** What was opened is on screen, and counts as read. */
  async read(): Promise<void> {
    await this.messages.first().waitFor();
    await this.inbox.locator('[aria-current=true][data-unread=true]').waitFor({ state: 'detached' });
  }

  /** Opens what the list shows only further below. */
  async find(title: string): Promise<void> {
    await this.search(title);
    await this.press('Enter');
    await this.messages.first().waitFor({ state: 'attached' });
    const field = this.page.locator('#search-field');
    if (await field.isVisible()) await field.press('Escape');
    await this.read();
  }

  /** Puts the keyboard on a conversation in the list, without opening it, and presses these. */
  async mark(title: string, ...keys: string[]): Promise<void> {
    await this.inbox.focus();
    await this.press('Home');
    const focused = this.inbox.locator('.inbox-row-focused');
    for (let step = 0; step < 12; step++) {
      if ((await focused.textContent())?.includes(title)) break;
      await this.press('j');
    }
    await this.press(...keys);
  }

  async label(title: string, label: string): Promise<void> {
    await this.mark(title, 'l');
    await this.dialog.getByRole('combobox').fill(label);
    await this.press('Enter');
    await this.dialog.getByRole('option', { name: label, exact: true }).waitFor();
    await this.press('Escape');
    await this.dialog.waitFor({ state: 'detached' });
  }

  /** The thread that only the staff reads. */
  async openNotes(title: string): Promise<void> {
    await this.open(title);
    await this.page.locator('#thread-messages').focus();
    await this.page.keyboard.press('t');
    await this.page.getByTestId('notes-band').waitFor();
  }

  async press(...keys: string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** Runs what the palette finds for these words. */
  async palette(words: string): Promise<void> {
    await this.press('ControlOrMeta+k');
    await this.dialog.getByRole('combobox').fill(words);
  }

  async search(words: string): Promise<void> {
    await this.press('ControlOrMeta+f');
    await this.page.locator('#search-field').fill(words);
    await this.page.locator(`[data-testid=search-panel][data-query="${words}"]`).waitFor();
  }

  /** By its place in the rail: names are of the language. */
  async view(place: number): Promise<void> {
    await this.page.getByRole('navigation').getByRole('button').nth(place).click();
  }
}
