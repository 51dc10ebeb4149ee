import { ANA, MARIA } from './harness/histories.ts';
import { Screen } from './harness/screen.ts';
import { expect, test } from './harness/test.ts';

const [SINK, HALLWAY, AIR] = ['Fix the leaking sink', 'Repaint the hallway', 'Service the air conditioner'] as const;

test.use({ jobs: 3 });

/** The view of this name in the rail. */
const view = (screen: Screen, name: string): Promise<void> =>
  screen.page
    .getByRole('navigation', { name: 'Views' })
    .getByRole('button', { name: new RegExp(`^${name}`) })
    .click();

/** Puts the keyboard on this conversation in the list, without opening it. */
async function standOn(screen: Screen, title: string): Promise<void> {
  await screen.inbox.focus();
  await screen.page.keyboard.press('Home');
  const focused = screen.inbox.locator('.inbox-row-focused');
  for (let step = 0; step < 5; step++) {
    if ((await focused.textContent())?.includes(title)) break;
    await screen.page.keyboard.press('j');
  }
  await expect(focused).toContainText(title);
}

test('[INBOX-4] by keyboard and offline: archive, take, label and snooze outlive a crash, are in step on both devices, and come undone by a message', async ({
  world,
}) => {
  const network = await world.network();
  const desk = await world.app(ANA, network.url);
  let ana = new Screen(await world.page(desk));
  const laptop = new Screen(await world.page(await world.app(ANA)));
  for (const screen of [ana, laptop]) for (const job of [SINK, HALLWAY, AIR]) await expect(screen.row(job)).toBeVisible();

  await network.cut();
  await expect(ana.page.getByText(/Offline since/).first()).toBeVisible({ timeout: 20_000 });
  const toast = ana.page.getByTestId('toast');

  await standOn(ana, SINK);
  await ana.page.keyboard.press('e');
  await expect(ana.row(SINK)).toHaveCount(0);
  await expect(toast).toContainText('Archived');
  await ana.page.keyboard.press('ControlOrMeta+z');
  await expect(ana.row(SINK)).toBeVisible();
  await standOn(ana, SINK);
  await ana.page.keyboard.press('e');
  await expect(ana.row(SINK)).toHaveCount(0);

  await standOn(ana, HALLWAY);
  await ana.page.keyboard.press('a');
  await expect(ana.row(HALLWAY)).toContainText(/Assigned to .*Ana/);
  await ana.page.keyboard.press('l');
  await ana.page.getByRole('combobox', { name: 'Labels' }).fill('Second visit');
  await ana.page.keyboard.press('Enter');
  await expect(ana.page.getByRole('option', { name: 'Second visit', exact: true })).toBeVisible();
  await ana.page.keyboard.press('Escape');
  await expect(ana.page.getByRole('dialog')).toHaveCount(0);
  await expect(ana.row(HALLWAY)).toContainText('Second visit');

  await standOn(ana, AIR);
  await ana.page.keyboard.press('h');
  await expect(ana.page.getByRole('dialog', { name: 'Snooze until' })).toBeVisible();
  await ana.page.getByRole('button', { name: /Tomorrow morning/ }).press('Enter');
  await expect(ana.row(AIR)).toHaveCount(0);

  // All of it is there after the machine lost power, with no network.
  await desk.kill('SIGKILL');
  await desk.start();
  ana = new Screen(await world.page(desk));
  await expect(ana.row(HALLWAY)).toContainText('Second visit');
  await expect(ana.row(SINK)).toHaveCount(0);
  await view(ana, 'Snoozed');
  await expect(ana.row(AIR)).toContainText('until');
  await view(ana, 'Archive');
  await expect(ana.row(SINK)).toBeVisible();

  await network.mend();
  await expect(laptop.row(SINK)).toHaveCount(0, { timeout: 20_000 });
  await expect(laptop.row(AIR)).toHaveCount(0);
  await expect(laptop.row(HALLWAY)).toContainText('Second visit');
  await expect(laptop.row(HALLWAY)).toContainText(/Assigned to .*Ana/);

  // What others write brings it back, everywhere.
  const maria = new Screen(await world.page(await world.app(MARIA)));
  await maria.open(SINK);
  await maria.write('It leaks again');
  await expect(laptop.row(SINK)).toContainText('It leaks again');
  await view(ana, 'Inbox');
  await expect(ana.row(SINK)).toContainText('It leaks again');
  // A client sees nothing of what the agency says among itself.
  await expect(maria.page.getByRole('button', { name: /^Unassigned/ })).toHaveCount(0);
  await expect(maria.page.getByText('Second visit')).toHaveCount(0);
});

test('[INBOX-2] [INBOX-4] by mouse: pick several, change them together, narrow and sort; the choice is there after a restart', async ({
  world,
}) => {
  const app = await world.app(ANA);
  let ana = new Screen(await world.page(app));
  for (const job of [SINK, HALLWAY, AIR]) await expect(ana.row(job)).toBeVisible();
  await ana.row(SINK).click({ modifiers: ['ControlOrMeta'] });
  await ana.row(AIR).click({ modifiers: ['ControlOrMeta'] });
  await expect(ana.page.getByText('2 selected')).toBeVisible();
  const bulk = ana.page.getByRole('toolbar', { name: /selected conversations/ });
  await bulk.getByRole('button', { name: /^Assign…/ }).click();
  await ana.page.getByRole('option', { name: /\(you\)/ }).click();
  await expect(ana.page.getByText('2 selected')).toHaveCount(0);
  await view(ana, 'Assigned to me');
  await expect(ana.row(SINK)).toBeVisible();
  await expect(ana.row(AIR)).toBeVisible();
  await expect(ana.row(HALLWAY)).toHaveCount(0);

  await ana.open(AIR);
  const actions = ana.page.getByRole('group', { name: 'What you can do with this conversation' });
  await actions.getByRole('button', { name: /^Resolve/ }).click();
  await expect(ana.row(AIR)).toHaveCount(0);
  await ana.page.getByTestId('toast').getByRole('button', { name: 'Undo' }).click();
  await expect(ana.row(AIR)).toBeVisible();
  await expect(actions.getByRole('button', { name: /^Resolve/ })).toBeVisible();
  await actions.getByRole('button', { name: /^Resolve/ }).click();
  await expect(ana.row(AIR)).toHaveCount(0);

  await ana.page.getByRole('heading', { level: 2, name: 'Assigned to me' }).getByRole('button').click();
  await ana.page.getByRole('menuitemradio', { name: /^Resolved/ }).click();
  await expect(ana.row(AIR)).toBeVisible();
  await ana.page.getByRole('button', { name: 'Sort', exact: true }).click();
  await ana.page.getByRole('menuitemradio', { name: 'Waiting longest first' }).click();
  await ana.page.getByRole('button', { name: 'Filter', exact: true }).click();
  await ana.page.getByRole('menuitemradio', { name: /^Cancelled/ }).click();
  await expect(ana.page.getByText('No conversation fits')).toBeVisible();

  await app.kill('SIGTERM');
  await app.start();
  ana = new Screen(await world.page(app));
  await expect(ana.page.getByText('No conversation fits')).toBeVisible();
  await ana.page.getByRole('button', { name: 'Don’t narrow by Cancelled' }).click();
  await expect(ana.row(AIR)).toBeVisible();
  await expect(ana.row(SINK)).toHaveCount(0);
});
