import { expect, type Locator, type Page } from 'playwright/test';

/** What a person does at the app's screen, by the names and roles that assistive technology sees too. */
export class Screen {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  get inbox(): Locator {
    return this.page.getByRole('listbox', { name: 'Conversations' });
  }

  row(title: string): Locator {
    return this.inbox.getByRole('option').filter({ hasText: title });
  }

  get thread(): Locator {
    return this.page.getByRole('region', { name: 'Messages' });
  }

  get composer(): Locator {
    return this.page.getByRole('textbox', { name: /^Message to/ });
  }

  /** The line under the messages that says who is typing. */
  get typing(): Locator {
    return this.page.getByTestId('typing');
  }

  message(text: string): Locator {
    return this.thread.getByTestId('message').filter({ hasText: text });
  }

  async open(title: string): Promise<void> {
    await this.row(title).click();
    await expect(this.page.getByRole('heading', { name: title })).toBeVisible();
  }

  async write(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.composer.press('Enter');
  }

  /** Whether what is sent can be taken back for some seconds, from here on and on this machine. */
  async keepBack(on: boolean): Promise<void> {
    await this.inbox.waitFor();
    await this.page.keyboard.press('ControlOrMeta+,');
    const settings = this.page.getByRole('dialog', { name: 'Settings' });
    await settings.getByRole('checkbox', { name: 'Undo send for 5 seconds' }).setChecked(on);
    await this.page.keyboard.press('Escape');
    await expect(settings).toBeHidden();
  }

  /** The field for what the agency's staff alone reads. */
  get notes(): Locator {
    return this.page.getByRole('textbox', { name: /^Note to/ });
  }

  async search(query: string): Promise<void> {
    await this.page.keyboard.press('ControlOrMeta+f');
    await this.page
      .getByRole('searchbox')
      .or(this.page.getByRole('combobox', { name: /search/i }))
      .first()
      .fill(query);
  }
}
