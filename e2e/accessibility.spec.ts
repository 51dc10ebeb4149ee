import type { Page } from 'playwright/test';

import { findings } from './harness/accessibility.ts';
import { ANA } from './harness/histories.ts';
import type { Look } from './harness/host.ts';
import { Screen } from './harness/screen.ts';
import { expect, test } from './harness/test.ts';

/** `rules`: what alone can come out otherwise than in plain sight, which was looked at before; without them, all. */
type Shown = { colorScheme: 'light' | 'dark'; direction: 'ltr' | 'rtl'; rules?: string[] };
const PLAIN: Shown = { colorScheme: 'light', direction: 'ltr' };
/** One walk for each size of the window; each thing that is met is looked at in all of these. */
const WALKS: Record<string, { look: Look; shown: readonly Shown[] }> = {
  'light, dark and right to left': {
    look: {},
    shown: [
      PLAIN,
      { ...PLAIN, colorScheme: 'dark', rules: ['color-contrast'] },
      { ...PLAIN, direction: 'rtl', rules: ['target-size', 'scrollable-region-focusable'] },
    ],
  },
  // What a window of 1280 × 800 has left for its page at 200 %.
  'at 200 %': { look: { viewport: { width: 640, height: 400 } }, shown: [PLAIN] },
};

for (const [name, { look, shown }] of Object.entries(WALKS)) {
  test(`[DESK-2] no serious accessibility finding on inbox, thread and search, ${name}`, async ({ world }) => {
    const page = await world.page(await world.app(ANA), look);
    const screen = new Screen(page);
    await expect(screen.row('Fix the leaking sink')).toBeVisible();
    await isClean(page, shown);
    await screen.open('Fix the leaking sink');
    await expect(screen.message('I will bring the parts')).toBeVisible();
    await isClean(page, shown);
    const answer = screen.message('I will bring the parts');
    await screen.thread.focus();
    await page.keyboard.press('ArrowUp');
    await expect(answer).toBeFocused();
    await isClean(page, shown);
    await page.keyboard.press('+');
    await expect(page.getByRole('option', { name: 'thumbs up' }).first()).toBeVisible();
    await isClean(page, shown);
    await page.keyboard.press('Escape');
    await expect(answer).toBeFocused();
    await page.keyboard.press('t');
    await expect(screen.notes).toBeFocused();
    await isClean(page, shown);
    await page.getByRole('radio', { name: 'Everyone' }).click();
    await screen.write('internal: is it theirs?');
    await expect(page.getByRole('alertdialog')).toBeVisible();
    await isClean(page, shown);
    await page.keyboard.press('Escape');
    await screen.search('parts');
    await expect(page.getByText('I will bring the').first()).toBeVisible();
    await isClean(page, shown);
    await page.keyboard.press('Escape');
    // Once, and where there is least room.
    if (look.viewport) await inArabic(page, () => isClean(page, [{ ...PLAIN, direction: 'rtl' }]));
  });
}

/** [DESK-3] Chosen by the palette, the app speaks Arabic at once, from right to left; what that opens is looked at too. */
async function inArabic(page: Page, clean: () => Promise<void>): Promise<void> {
  await page.keyboard.press('ControlOrMeta+k');
  await page.getByRole('combobox', { name: 'Find people, jobs and actions' }).fill('language');
  await page.getByRole('option', { name: 'Language: العربية' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'ar');
  await expect(page.locator('html')).toHaveAttribute('dir', 'rtl');
  await page.keyboard.press('ControlOrMeta+k');
  await expect(page.getByRole('option', { name: /^أرشفة/ })).toBeVisible();
  await clean();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.keyboard.press('ControlOrMeta+,');
  await expect(page.getByRole('dialog', { name: 'الإعدادات' })).toBeVisible();
  await clean();
  await page.keyboard.press('Escape');
}

for (const [name, { look, shown }] of Object.entries(WALKS)) {
  test(`[DESK-2] no serious accessibility finding on the work list: picking, its dialogs and menus, ${name}`, async ({
    world,
  }) => {
    const page = await world.page(await world.app(ANA), look);
    const screen = new Screen(page);
    await expect(screen.row('Fix the leaking sink')).toBeVisible();
    const clean = (): Promise<void> => isClean(page, shown);
    await screen.inbox.focus();
    await page.keyboard.press('x');
    await expect(page.getByText('1 selected')).toBeVisible();
    await clean();
    await page.keyboard.press('l');
    await page.getByRole('combobox', { name: 'Labels' }).fill('Second visit');
    await clean();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await page.keyboard.press('Shift+A');
    await expect(page.getByRole('option', { name: /\(you\)/ })).toBeVisible();
    await clean();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await expect(page.getByTestId('toast')).toBeVisible();
    await clean();
    await page.keyboard.press('h');
    await expect(page.getByRole('dialog', { name: 'Snooze until' })).toBeVisible();
    await clean();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    await page.getByRole('menuitemradio', { name: /^Second visit/ }).hover();
    await clean();
    await page.getByRole('menuitemradio', { name: /^Second visit/ }).click();
    await expect(page.getByRole('button', { name: 'Don’t narrow by Second visit' })).toBeVisible();
    await clean();
  });
}

async function isClean(page: Page, shown: readonly Shown[]): Promise<void> {
  for (const { colorScheme, direction, rules } of shown) {
    await page.emulateMedia({ colorScheme });
    await page.evaluate((dir) => {
      document.documentElement.dir = dir;
    }, direction);
    expect(await findings(page, rules ? { rules } : {}), `${colorScheme}, ${direction}`).toEqual([]);
  }
}
