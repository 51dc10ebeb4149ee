import { ANA, LUIS, MARIA } from './harness/histories.ts';
import { setFocused } from './harness/notifications.ts';
import { Screen } from './harness/screen.ts';
import { expect, test } from './harness/test.ts';
import { PASSWORD } from './harness/world.ts';

const SINK = 'Fix the leaking sink';
const HALLWAY = 'Repaint the hallway';

test('[INBOX-1] [INBOX-3] [NOTIFY-3] the inbox says who writes, what is new and who it is for; a hit of the search is shown in its place', async ({
  world,
}) => {
  const ana = new Screen(await world.page(await world.app(ANA)));
  const maria = new Screen(await world.page(await world.app(MARIA)));
  await ana.open(HALLWAY);
  await maria.open(SINK);
  await maria.composer.pressSequentially('@An');
  await maria.page.getByRole('option', { name: /Ana Reyes/ }).click();
  // What is typed before her thread is live is told to nobody.
  await expect(async () => {
    await maria.composer.pressSequentially(' ');
    await expect(ana.row(SINK)).toContainText(/typing/, { timeout: 2_000 });
  }).toPass();
  await maria.composer.pressSequentially('the valve is a V-22');
  await maria.composer.press('Enter');
  await expect(ana.row(SINK)).toContainText('the valve is a V-22');
  await expect(ana.row(SINK).getByText('1 unread message')).toBeAttached();
  await expect(ana.row(SINK).getByText('You are mentioned')).toBeAttached();
  await expect(ana.page).toHaveTitle('(1) Trialogue');

  await ana.search('v-22');
  await ana.page.getByRole('option', { name: /the valve is a V-22/ }).click();
  await expect(ana.page.getByRole('heading', { name: SINK })).toBeVisible();
  await expect(ana.message('the valve is a V-22')).toBeInViewport({ ratio: 1 });
  await expect(ana.page).toHaveTitle('Trialogue');
});

test('[THREAD-7] [THREAD-4] a message is read once it was on the screen of a window that has the focus', async ({ world }) => {
  const ana = new Screen(await world.page(await world.app(ANA)));
  const maria = new Screen(await world.page(await world.app(MARIA)));
  for (const screen of [ana, maria]) await screen.open(SINK);
  await setFocused(ana.page, false);
  await maria.write('are you there?');
  await expect(ana.message('are you there?')).toBeVisible();
  await expect(maria.message('are you there?')).toHaveAttribute('data-state', 'sent');
  const read = maria.message('are you there?').getByRole('button', { name: /^Read by .*Ana Reyes/ });
  await expect(read).toHaveCount(0);
  await setFocused(ana.page, true);
  await expect(read).toBeVisible();
});

test('[THREAD-8] a job is led on from its panel, and everybody sees it in the thread', async ({ world }) => {
  const luis = new Screen(await world.page(await world.app(LUIS)));
  const maria = new Screen(await world.page(await world.app(MARIA)));
  for (const screen of [luis, maria]) {
    await screen.open(SINK);
    const panel = screen.page.getByRole('region', { name: 'Job details' });
    await screen.thread.focus();
    if (!(await panel.isVisible())) await screen.page.keyboard.press('i');
    await expect(panel).toContainText('Luis Santos');
  }
  await luis.page.getByRole('button', { name: 'Start job' }).click();
  await expect(maria.thread).toContainText(/Luis Santos.? changed the job from Open to In progress/);
  await luis.page.getByRole('button', { name: 'Mark complete' }).click();
  await maria.page.getByRole('button', { name: 'Approve completion' }).click();
  await maria.page.getByRole('alertdialog').getByRole('button', { name: 'Approve completion' }).click();
  await expect(luis.thread).toContainText(/Maria Cruz.? changed the job from Completed to Approved/);
});

test('[SYNC-3] [SYNC-5] the status says what waits; the queue shows it, lets one of it go, and empties by itself', async ({
  world,
}) => {
  const network = await world.network();
  const ana = new Screen(await world.page(await world.app(ANA, network.url)));
  await ana.open(SINK);
  await expect(ana.message('I will bring the parts')).toBeVisible();
  await network.cut();
  await expect(ana.page.getByText(/Offline since/).first()).toBeVisible({ timeout: 20_000 });
  for (const text of ['goes out', 'does not']) await ana.write(text);
  await ana.page.getByText('2 replies wait').first().waitFor();
  await ana.page.getByRole('button', { name: /^Connection: Offline/ }).click();
  const queue = ana.page.getByRole('dialog').filter({ hasText: 'Last in step' });
  const row = queue.getByRole('listitem').filter({ hasText: 'does not' });
  await row.getByRole('button', { name: 'Discard' }).click();
  await ana.page.getByRole('button', { name: 'Discard reply' }).click();
  await expect(row).toHaveCount(0);
  await expect(queue.getByRole('listitem').filter({ hasText: 'goes out' })).toHaveCount(1);
  await network.mend();
  await expect(queue).toContainText('Nothing waits', { timeout: 20_000 });
  await ana.page.keyboard.press('Escape');
  await expect(ana.message('goes out')).toHaveAttribute('data-state', 'sent');
  await expect(ana.message('does not')).toHaveCount(0);
});

test('[DESK-1] [DESK-4] [DESK-5] from sign-in by keyboard alone: a wrong password, the palette, the list of keys, another language, and signed out for good', async ({
  world,
}) => {
  const app = await world.freshApp();
  let page = await world.page(app);
  await page.getByLabel('E-mail address').fill(world.emailOf(ANA));
  await page.getByRole('textbox', { name: 'Password' }).fill('not this one');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toBeVisible();
  await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
  await page.keyboard.press('Enter');
  let ana = new Screen(page);
  await expect(ana.row(SINK)).toBeVisible();

  await page.keyboard.press('ControlOrMeta+k');
  await page.keyboard.type('hallw');
  await expect(page.getByRole('option', { name: new RegExp(HALLWAY), selected: true })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: HALLWAY })).toBeVisible();
  await ana.inbox.focus();
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toContainText('Snooze');
  await page.keyboard.press('Escape');

  await page.keyboard.press('ControlOrMeta+,');
  await page.getByRole('combobox', { name: 'Language' }).selectOption('fil');
  await expect(page.locator('html')).toHaveAttribute('lang', 'fil');
  await app.kill('SIGTERM');
  await app.start();
  page = await world.page(app);
  await expect(page.locator('html')).toHaveAttribute('lang', 'fil');
  await page.keyboard.press('ControlOrMeta+,');
  await page.getByRole('combobox').first().selectOption('en');
  await page.keyboard.press('Escape');

  ana = new Screen(page);
  await expect(ana.row(SINK)).toBeVisible();
  await page.getByRole('button', { name: /account and settings$/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out…' }).click();
  await page.getByRole('button', { name: 'Sign out and wipe' }).click();
  await expect(page.getByLabel('E-mail address')).toBeVisible();
  await expect(page.getByText(SINK)).toHaveCount(0);
});
