import type { Page } from 'playwright';

import { ANA } from './harness/histories.ts';
import { Screen } from './harness/screen.ts';
import { expect, test } from './harness/test.ts';

const SINK = 'Fix the leaking sink';

/** What the page's policy refused, from the first line of its code on. */
async function refusals(page: Page): Promise<string[]> {
  return page.evaluate(() => (globalThis as unknown as { refused: string[] }).refused);
}

/** Begins anew, and notes what the policy refuses. Electron's window is there before a test is. */
async function watch(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const refused: string[] = [];
    Object.assign(globalThis, { refused });
    document.addEventListener('securitypolicyviolation', (event) => {
      refused.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
    });
  });
  await page.reload();
}

test('[HOST-2] nothing that the app does is against its own policy', async ({ world }) => {
  const page = await world.page(await world.app(ANA));
  await watch(page);
  const ana = new Screen(page);
  await ana.open(SINK);
  await ana.write('see https://example.com');
  await expect(ana.message('see https://example.com')).toBeVisible();
  await page.getByRole('button', { name: 'Job details' }).first().click();
  await page.getByRole('button', { name: /account and settings$/ }).click();
  await page.getByRole('menuitem', { name: 'Set by your organisation…' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await ana.search('sink');
  await page.keyboard.press('Escape');
  expect(await refusals(page)).toEqual([]);
});

test('[HOST-2] text never becomes code: no markup, no script, no eval, no frame, no call to elsewhere', async ({ world }) => {
  const page = await world.page(await world.app(ANA));
  await watch(page);
  await expect(new Screen(page).row(SINK)).toBeVisible();
  const outcome = await page.evaluate(async () => {
    // oxlint-disable-next-line unicorn/consistent-function-scoping -- it goes to the page with this function
    const attempt = (work: () => unknown): string => {
      try {
        work();
        return 'done';
      } catch (error) {
        return error instanceof Error ? error.name : 'thrown';
      }
    };
    const element = document.createElement('div');
    const script = document.createElement('script');
    script.append('globalThis.ran = true');
    document.body.append(script);
    const frame = document.createElement('iframe');
    frame.src = 'https://example.com/';
    document.body.append(frame);
    return {
      markup: attempt(() => (element.innerHTML = '<b>x</b>')),
      write: attempt(() => document.write('<b>x</b>')),
      // Later: within a call of the tools that drive the page, they are let off.
      eval: await new Promise((resolve) => {
        // oxlint-disable-next-line no-eval -- that it doesn't work is what is tested
        setTimeout(() => resolve(attempt(() => (0, eval)('1'))));
      }),
      policy: attempt(() =>
        (
          globalThis as unknown as { trustedTypes: { createPolicy(name: string, rules: object): unknown } }
        ).trustedTypes.createPolicy('x', {}),
      ),
      ran: 'ran' in globalThis,
      elsewhere: await fetch('https://example.com/').then(
        () => 'done',
        () => 'refused',
      ),
    };
  });
  expect(outcome).toEqual({
    markup: 'TypeError',
    write: 'TypeError',
    eval: 'EvalError',
    policy: 'TypeError',
    ran: false,
    elsewhere: 'refused',
  });
  // A frame is refused when the browser comes to load it.
  const directives = async (): Promise<(string | undefined)[]> => (await refusals(page)).map((line) => line.split(' ')[0]);
  const all = ['require-trusted-types-for', 'trusted-types', 'frame-src', 'connect-src'];
  await expect.poll(directives).toEqual(expect.arrayContaining(all));
});
