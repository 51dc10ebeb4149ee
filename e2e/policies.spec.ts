import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { findings } from './harness/accessibility.ts';
import { ANA, MARIA } from './harness/histories.ts';
import { Notifications } from './harness/notifications.ts';
import { Screen } from './harness/screen.ts';
import { expect, test } from './harness/test.ts';
import { PASSWORD } from './harness/world.ts';

const SINK = 'Fix the leaking sink';
const HALLWAY = 'Repaint the hallway';

test('[IT-2] policies of this machine lock, hide and remove, and their page says where they come from', async ({
  world,
  host,
}) => {
  const folder = await mkdtemp(join(tmpdir(), 'trialogue-policies-'));
  const settled = join(folder, '10-settled.json');
  await writeFile(
    settled,
    JSON.stringify({
      // All conversations of this world were written long ago, but those of the sink and the hallway, which go on below.
      enforced: { ServerAddress: world.url, NotificationText: false, AttachmentsEnabled: false, CacheDays: 30, Colour: 'red' },
    }),
  );
  await writeFile(join(folder, '20-broken.json'), '{');
  try {
    const maria = new Screen(await world.page(await world.app(MARIA)));
    for (const [title, text] of [
      [SINK, 'it still leaks'],
      [HALLWAY, 'which white is it?'],
    ] as const) {
      await maria.open(title);
      await maria.write(text);
      await expect(maria.message(text).getByText('Sent', { exact: true })).toBeVisible();
    }

    const app = await world.freshApp({ TRIALOGUE_POLICIES_DIR: folder });
    const page = await world.page(app, host.capabilities.pageNotifications ? { permissions: ['notifications'] } : {});
    const told = host.capabilities.pageNotifications ? await Notifications.of(page) : null;
    const server = page.getByLabel('Server address');
    await expect(server).toHaveValue(world.url);
    await expect(server).not.toBeEditable();
    await page.getByLabel('E-mail address').fill(world.emailOf(ANA));
    await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    const ana = new Screen(page);
    await expect(ana.row(SINK)).toBeVisible();
    await expect(ana.row(HALLWAY)).toBeVisible();
    await expect(ana.row('Service the air conditioner')).toHaveCount(0);

    await page.getByRole('button', { name: /account and settings$/ }).click();
    await page.getByRole('menuitem', { name: /^Settings…/ }).click();
    await page.getByRole('tab', { name: 'Notifications' }).click();
    await expect(page.getByRole('checkbox', { name: 'Names and text in notifications' })).toBeDisabled();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /account and settings$/ }).click();
    await page.getByRole('menuitem', { name: 'Set by your organisation…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Set by your organisation' });
    await expect(dialog.getByTestId('policy-ServerAddress')).toContainText(`${world.url}Enforced · ${settled}`);
    await expect(dialog.getByTestId('policy-CacheDays')).toContainText('30 days');
    await expect(dialog.getByRole('region', { name: 'Not understood' })).toContainText('Colour is no policy of this version');
    await expect(dialog.getByRole('region', { name: 'Not understood' })).toContainText('20-broken.json is no JSON');
    expect(await findings(page)).toEqual([]);
    await page.keyboard.press('Escape');

    if (!told) return;
    await ana.open(HALLWAY);
    await maria.open(SINK);
    await maria.write('my door code is 4711');
    await expect
      .poll(async () => (await told.all()).map(({ title, body }) => [title, body]))
      .toEqual([['Trialogue', 'Something new for you']]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
