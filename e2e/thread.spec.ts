import { ANA, BEN, MARIA } from './harness/histories.ts';
import { Screen } from './harness/screen.ts';
import { expect, test } from './harness/test.ts';

test('[THREAD-1] the newest message stays in view while a reply grows and the window gets smaller', async ({ world }) => {
  const page = await world.page(await world.app(ANA), { viewport: { width: 1280, height: 470 } });
  const ana = new Screen(page);
  await ana.open('Fix the leaking sink');
  const newest = ana.message('I will bring the parts');
  await expect(newest).toBeInViewport({ ratio: 1 });
  await ana.composer.fill('one\ntwo\nthree\nfour\nfive');
  await expect(newest).toBeInViewport({ ratio: 1 });
  await page.setViewportSize({ width: 800, height: 400 });
  await expect(newest).toBeInViewport({ ratio: 1 });
});

test('[THREAD-1] who walks down to the newest message is at the very end of the thread', async ({ world }) => {
  const ana = new Screen(await world.page(await world.app(ANA), { viewport: { width: 1280, height: 400 } }));
  await ana.open('Fix the leaking sink');
  for (let number = 0; number < 8; number++) await ana.write(`part ${number} is on its way`);
  await ana.message('part 7').getByText('Sent', { exact: true }).waitFor();
  await ana.thread.focus();
  const fromEnd = (): Promise<number> => ana.thread.evaluate((list) => list.scrollHeight - list.scrollTop - list.clientHeight);
  const press = async (key: string): Promise<void> => {
    for (let step = 0; step < 12; step++) await ana.page.keyboard.press(key);
  };
  await press('ArrowUp');
  await expect.poll(fromEnd).toBeGreaterThan(50);
  await press('ArrowDown');
  await expect.poll(fromEnd).toBeLessThan(1);
});

test('[THREAD-1] a thread that fits is shown from its beginning, also when it has something unread', async ({ world }) => {
  const ana = new Screen(await world.page(await world.app(ANA)));
  const maria = new Screen(await world.page(await world.app(MARIA)));
  await maria.open('Fix the leaking sink');
  for (let number = 0; number < 4; number++) await maria.write(`unread ${number}`);
  await expect(ana.row('Fix the leaking sink')).toContainText('unread 3');
  await ana.open('Fix the leaking sink');
  await expect(ana.message('unread 3')).toBeInViewport({ ratio: 1 });
  await expect(ana.thread.getByText('This is where the conversation begins.')).toBeInViewport({ ratio: 1 });
  await expect(ana.page.getByTestId('floating-day')).toHaveCount(0);
});

const SINK = 'Fix the leaking sink';

test('[THREAD-3] what was sent is taken back, edited and removed, by mouse and by keyboard', async ({ world }) => {
  const ana = new Screen(await world.page(await world.app(ANA)));
  const maria = new Screen(await world.page(await world.app(MARIA)));
  await maria.open(SINK);
  await ana.open(SINK);
  await ana.message('I will bring the parts').hover();
  await ana
    .message('I will bring the parts')
    .getByRole('button', { name: /^Reply to/ })
    .click();
  await ana.keepBack(true);
  await ana.composer.click();
  await ana.write('to the wrong thread');
  await ana.page.getByRole('button', { name: 'Undo' }).click();
  await expect(ana.composer).toHaveValue('to the wrong thread');
  await expect(ana.page.getByText(/^Reply to .*Luis/)).toBeVisible();
  await ana.composer.fill('');
  await ana.page.keyboard.press('Escape');

  await ana.keepBack(false);
  await ana.composer.click();
  await ana.write('come at nien');
  await expect(maria.message('come at nien')).toBeVisible();
  await ana.page.keyboard.press('ArrowUp');
  await expect(ana.composer).toHaveValue('come at nien');
  await ana.write('come at nine');
  await expect(maria.message('come at nine')).toContainText('edited');

  await ana.page.keyboard.press('Escape');
  await expect(ana.thread).toBeFocused();
  await ana.page.keyboard.press('ArrowUp');
  await expect(ana.message('come at nine')).toBeFocused();
  await ana.page.keyboard.press('Enter');
  await expect(ana.page.getByRole('menuitem').first()).toBeFocused();
  await ana.page.keyboard.press('End');
  await expect(ana.page.getByRole('menuitem', { name: /^Remove/ })).toBeFocused();
  await ana.page.keyboard.press('Enter');
  await expect(maria.message('Message removed')).toHaveCount(1);
  await expect(maria.message('wrong thread')).toHaveCount(0);
});

test('[THREAD-3] [SYNC-2] a crash while a message can be taken back neither loses nor doubles it, and a draft comes back whole', async ({
  world,
}) => {
  const app = await world.app(ANA);
  let ana = new Screen(await world.page(app));
  const maria = new Screen(await world.page(await world.app(MARIA)));
  await maria.open(SINK);
  await ana.keepBack(true);
  await ana.open(SINK);
  await ana.write('kept through a crash');
  await expect(ana.page.getByRole('button', { name: 'Undo' })).toBeVisible();
  await ana.message('I will bring the parts').hover();
  await ana
    .message('I will bring the parts')
    .getByRole('button', { name: /^Reply to/ })
    .click();
  await ana.composer.fill('half a thought');
  await expect(ana.row(SINK)).toContainText('Draft: half a thought');
  await app.kill('SIGKILL');
  await app.start();
  ana = new Screen(await world.page(app));
  await ana.open(SINK);
  await expect(ana.composer).toHaveValue('half a thought');
  await expect(ana.page.getByText(/^Reply to .*Luis/)).toBeVisible();
  await expect(maria.message('kept through a crash')).toHaveCount(1, { timeout: 20_000 });
  await expect(ana.message('kept through a crash')).toHaveCount(1);
});

test('[THREAD-3] [SYNC-1] a reaction found by its name goes out when the network is back', async ({ world }) => {
  const network = await world.network();
  const ana = new Screen(await world.page(await world.app(ANA, network.url)));
  const maria = new Screen(await world.page(await world.app(MARIA)));
  await maria.open(SINK);
  await ana.open(SINK);
  await expect(ana.message('I will bring the parts')).toBeVisible();
  await network.cut();
  await expect(ana.page.getByText(/Offline since/).first()).toBeVisible({ timeout: 20_000 });
  await ana.thread.focus();
  await ana.page.keyboard.press('ArrowUp');
  await ana.page.keyboard.press('+');
  await ana.page.getByRole('combobox', { name: 'Search emoji' }).fill('thumbs up');
  await ana.page.keyboard.press('Enter');
  const waits = ana.thread.getByRole('button', { name: /👍.*waits to be sent/ });
  await expect(waits).toBeVisible();
  await network.mend();
  await expect(maria.thread.getByRole('button', { name: /👍.*Ana Reyes/ })).toBeVisible({ timeout: 20_000 });
  await expect(waits).toHaveCount(0);
});

test('[THREAD-9] team notes are the staff’s alone, and what looks meant for them is asked about first', async ({ world }) => {
  const ana = new Screen(await world.page(await world.app(ANA)));
  const ben = new Screen(await world.page(await world.app(BEN)));
  const maria = new Screen(await world.page(await world.app(MARIA)));
  for (const screen of [ana, ben, maria]) await screen.open(SINK);
  await expect(maria.page.getByRole('radio', { name: /Team notes/ })).toHaveCount(0);

  await ana.thread.focus();
  await ana.page.keyboard.press('t');
  await expect(ana.notes).toBeFocused();
  await expect(ana.page.getByTestId('notes-band')).toContainText('Team notes');
  await ana.notes.fill('she pays late');
  await ana.page.getByRole('button', { name: 'Add note' }).click();
  await expect(ben.page.getByTestId('unread-team')).toContainText('1');
  await ben.page.getByRole('radio', { name: /Team notes/ }).click();
  await expect(ben.message('she pays late')).toBeVisible();

  await ana.page.getByRole('radio', { name: 'Everyone' }).click();
  await ana.write('Internal: ask for a deposit');
  await expect(ana.page.getByRole('alertdialog')).toContainText('Is this for your team?');
  await ana.page.keyboard.press('Enter');
  await expect(ana.notes).toHaveValue('Internal: ask for a deposit');
  await ana.notes.press('Enter');
  await expect(ben.message('Internal: ask for a deposit')).toBeVisible();
  await expect(maria.message('deposit')).toHaveCount(0);
  await expect(maria.message('pays late')).toHaveCount(0);
});

test('[THREAD-11] [THREAD-1] a canned reply is written, kept and used; lists, code and numbers to call are shown as such', async ({
  world,
}) => {
  const app = await world.app(ANA);
  let ana = new Screen(await world.page(app));
  const maria = new Screen(await world.page(await world.app(MARIA)));
  await maria.open(SINK);
  await ana.open(SINK);
  await ana.composer.pressSequentially('/');
  await expect(ana.page.getByRole('option', { name: /You have no canned replies/ })).toBeVisible();
  await ana.page.keyboard.press('Enter');
  const dialog = ana.page.getByRole('dialog', { name: 'Canned replies' });
  await dialog.getByRole('button', { name: 'New reply' }).click();
  await dialog.getByLabel('Name').fill('What to bring');
  await dialog.getByLabel('Text').fill('Hello {client first name}:\n- the **valve**\n- `V-22`\nCall +63 917 123 4567.');
  await dialog.getByRole('button', { name: 'Keep' }).click();
  await ana.page.keyboard.press('Escape');

  await app.kill('SIGTERM');
  await app.start();
  ana = new Screen(await world.page(app));
  await ana.keepBack(true);
  await ana.open(SINK);
  await ana.composer.pressSequentially('/what');
  await expect(ana.page.getByRole('option', { name: /What to bring/, selected: true })).toBeVisible();
  await ana.page.keyboard.press('Enter');
  await expect(ana.composer).toHaveValue(/^Hello Maria:/);
  await ana.composer.press('Enter');
  await ana.page.getByRole('button', { name: 'Send now' }).click();
  const message = maria.message('Hello Maria');
  await expect(message.getByRole('listitem')).toHaveCount(2);
  await expect(message.getByRole('strong')).toHaveText('valve');
  await expect(message.getByRole('code')).toHaveText('V-22');
  await expect(message.getByRole('link')).toHaveAttribute('href', 'tel:+639171234567');
});

test('[THREAD-3] a reply that was begun on one device is gone on with on another, and gone there once it is sent', async ({
  world,
}) => {
  const desk = new Screen(await world.page(await world.app(ANA)));
  const laptop = new Screen(await world.page(await world.app(ANA)));
  for (const screen of [desk, laptop]) await screen.open(SINK);
  await desk.composer.fill('We can come on');
  await expect(laptop.composer).toHaveValue('We can come on');
  await laptop.composer.press('End');
  await laptop.composer.pressSequentially(' Friday.');
  // One looks away.
  await laptop.open('Repaint the hallway');
  await expect(desk.composer).toHaveValue('We can come on Friday.');
  await expect(laptop.row(SINK)).toContainText('We can come on Friday.');
  await desk.composer.press('Enter');
  await expect(desk.message('We can come on Friday.')).toBeVisible();
  await expect(desk.composer).toHaveValue('');
  await laptop.open(SINK);
  await expect(laptop.message('We can come on Friday.')).toBeVisible();
  await expect(laptop.composer).toHaveValue('');
});
