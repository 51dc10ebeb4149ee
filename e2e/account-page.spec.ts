import { chromium, type Browser, type Page } from 'playwright';

import { browserOptions } from './harness/browser.ts';
import { LUIS } from './harness/histories.ts';
import { expect, test } from './harness/test.ts';
import type { World } from './harness/world.ts';

const PASSWORD = 'another horse, another staple';

let browser: Browser;
let page: Page;
let problems: string[];

test.beforeAll(async () => {
  browser = await chromium.launch(await browserOptions());
});
test.beforeEach(async () => {
  page = await browser.newPage();
  problems = [];
  page.on('pageerror', (error) => problems.push(error.message));
});
test.afterAll(() => browser.close());

async function statusOfSignIn(world: World, email: string): Promise<number> {
  const answer = await fetch(`${world.url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password: PASSWORD, device: { name: 'test' } }),
  });
  return answer.status;
}

test('[SERVER-8] an invitation’s link leads to a page that makes the account, and leaves no secret in the address', async ({
  world,
}) => {
  const email = `ines@${world.agency.toLowerCase().replace(' ', '-')}.example`;
  const { token } = await world.admin('invite', '--agency', world.agency, '--role', 'staff', '--email', email);
  await page.goto(`${world.url}/account#invitation=${String(token)}`);
  await expect(page.getByRole('heading', { name: `Welcome to ${world.agency}` })).toBeVisible();
  expect(page.url()).toBe(`${world.url}/account`);
  await expect(page.getByLabel('E-mail address')).toHaveValue(email);
  await page.getByLabel('Your name').fill('Ines');
  await page.getByLabel('New password').fill('password');
  await page.getByRole('button').click();
  await expect(page.getByRole('status')).toContainText('10 to 200 characters');
  await page.getByLabel('New password').fill(PASSWORD);
  await page.getByRole('button').click();
  await expect(page.getByRole('status')).toHaveText(`Done. Open Trialogue and sign in as ${email}.`);
  await expect(page.getByLabel('New password')).toBeHidden();
  await expect(page.getByText('Server address:')).toContainText(world.url);
  await expect(page.getByRole('link', { name: 'Open Trialogue' })).toHaveAttribute('href', 'trialogue://open');
  expect(await statusOfSignIn(world, email)).toBe(200);
  const used = await browser.newPage();
  await used.goto(`${world.url}/account#invitation=${String(token)}`);
  await expect(used.getByText('This link was used, withdrawn, or has expired.')).toBeVisible();
  expect(problems).toEqual([]);
});

test('[SERVER-8] a reset’s link leads to a page that sets the new password', async ({ world }) => {
  const { token } = await world.admin('reset-password', '--account', world.emailOf(LUIS));
  await page.goto(`${world.url}/account#reset=${String(token)}`);
  await expect(page.getByRole('heading', { name: 'New password' })).toBeVisible();
  await expect(page.getByLabel('Your name')).toBeHidden();
  await page.getByLabel('New password').fill(PASSWORD);
  await page.getByRole('button').click();
  await expect(page.getByRole('status')).toContainText('Done.');
  expect(await statusOfSignIn(world, world.emailOf(LUIS))).toBe(200);
  expect(problems).toEqual([]);
});
