import type { Page } from 'playwright/test';

import { findings, WCAG } from './harness/accessibility.ts';
import { ANA, MARIA } from './harness/histories.ts';
import { Screen } from './harness/screen.ts';
import { expect, test } from './harness/test.ts';

const JOB = 'Fix the leaking sink';

/** A photo of its own, so large that it takes more than one piece. */
async function photo(page: Page, name: string): Promise<{ name: string; mimeType: string; buffer: Buffer }> {
  const url = await page.evaluate(() => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [800, 600];
    const context = canvas.getContext('2d')!;
    const fade = context.createLinearGradient(0, 0, 800, 600);
    fade.addColorStop(0, 'teal');
    fade.addColorStop(1, 'orange');
    context.fillStyle = fade;
    context.fillRect(0, 0, 800, 600);
    return canvas.toDataURL('image/png');
  });
  return { name, mimeType: 'image/png', buffer: Buffer.from(url.split(',')[1]!, 'base64') };
}

/** What a person drags in from another window, which a test can't. */
async function dragOver(page: Page, name: string, type: string, text: string): Promise<() => Promise<void>> {
  const data = await page.evaluateHandle(
    ([fileName, fileType, content]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([content!], fileName!, { type: fileType! }));
      return transfer;
    },
    [name, type, text],
  );
  await page.dispatchEvent('body', 'dragenter', { dataTransfer: data });
  return () => page.dispatchEvent('body', 'drop', { dataTransfer: data });
}

const drafted = (screen: Screen, name: string) => screen.page.getByTestId('draft-file').filter({ hasText: name });

test('[THREAD-5] files are picked, dropped and pasted, go with one message, and open for the others', async ({ world }) => {
  const page = await world.page(await world.app(ANA));
  const ana = new Screen(page);
  const maria = new Screen(await world.page(await world.app(MARIA)));
  await ana.open(JOB);
  await maria.open(JOB);

  const chooser = page.waitForEvent('filechooser');
  await ana.composer.press('ControlOrMeta+u');
  await (
    await chooser
  ).setFiles([await photo(page, 'tap.png'), { name: 'parts.txt', mimeType: 'text/plain', buffer: Buffer.from('a washer') }]);
  await expect(drafted(ana, 'tap.png').locator('img')).toBeVisible();
  await expect(drafted(ana, 'parts.txt')).toBeVisible();

  const drop = await dragOver(page, 'plan.txt', 'text/plain', 'where it is');
  await expect(page.getByTestId('drop-zone')).toContainText('Drop to add to your message to');
  await drop();
  await expect(page.getByTestId('drop-zone')).toHaveCount(0);
  await expect(drafted(ana, 'plan.txt')).toBeVisible();

  const picture = await photo(page, 'image.png');
  await ana.composer.evaluate((field, base64) => {
    const clipboardData = new DataTransfer();
    const bytes = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
    clipboardData.items.add(new File([bytes], 'image.png', { type: 'image/png' }));
    field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }, picture.buffer.toString('base64'));
  await expect(drafted(ana, 'Pasted image')).toBeVisible();

  // One is taken out again.
  await page.getByRole('button', { name: 'Take out plan.txt' }).click();
  await expect(drafted(ana, 'plan.txt')).toHaveCount(0);
  await ana.write('all of it');
  const sent = ana.message('all of it');
  await expect(sent).toHaveAttribute('data-state', 'sent', { timeout: 20_000 });
  await expect(sent.locator('img')).toHaveCount(2);
  await expect(page.getByTestId('draft-file')).toHaveCount(0);

  const seen = maria.message('all of it');
  await expect(seen.getByText('parts.txt')).toBeVisible();
  await expect(seen.getByRole('button', { name: 'Show tap.png' })).toBeVisible();
  const download = maria.page.waitForEvent('download');
  await seen.getByText('parts.txt').click();
  expect((await download).suggestedFilename()).toBe('parts.txt');
});

test('[THREAD-5] a file that is given offline is there after a crash, waits with its message, and is sent once', async ({
  world,
}) => {
  const network = await world.network();
  const app = await world.app(ANA, network.url);
  let page = await world.page(app);
  let ana = new Screen(page);
  await ana.open(JOB);
  await network.cut();
  await page.getByTestId('file-input').setInputFiles([await photo(page, 'offline.png')]);
  await expect(drafted(ana, 'offline.png').locator('img')).toBeVisible();

  await app.kill('SIGKILL');
  await app.start();
  page = await world.page(app);
  ana = new Screen(page);
  await ana.open(JOB);
  await expect(drafted(ana, 'offline.png')).toBeVisible();
  await ana.write('from the cellar');
  await ana.write('and this behind it');
  const waiting = ana.message('from the cellar');
  await expect(waiting).toHaveAttribute('data-state', 'queued');
  await expect(waiting.locator('img')).toBeVisible();

  await network.mend();
  await expect(ana.message('and this behind it')).toHaveAttribute('data-state', 'sent', { timeout: 30_000 });
  await expect(waiting).toHaveAttribute('data-state', 'sent');
  const maria = new Screen(await world.page(await world.app(MARIA)));
  await maria.open(JOB);
  await expect(maria.message('from the cellar').locator('img')).toBeVisible();
  await expect(maria.message('from the cellar')).toHaveCount(1);
});

test('[THREAD-5] what can’t be sent is said at once, and nothing of it is uploaded', async ({ world }) => {
  const page = await world.page(await world.app(ANA));
  const ana = new Screen(page);
  await ana.open(JOB);
  await page.getByTestId('file-input').setInputFiles([
    { name: 'setup.exe', mimeType: 'application/octet-stream', buffer: Buffer.from('MZ') },
    { name: 'nothing.txt', mimeType: 'text/plain', buffer: Buffer.alloc(0) },
    { name: 'fine.txt', mimeType: 'text/plain', buffer: Buffer.from('fine') },
  ]);
  const alert = page.getByRole('alert').filter({ hasText: 'setup.exe' });
  await expect(alert).toContainText('Programs and scripts can’t be sent');
  await expect(alert).toContainText('This file is empty');
  await expect(drafted(ana, 'fine.txt')).toHaveAttribute('data-state', 'ready');
});

test('[THREAD-5] what was sent is no draft any more, neither its words nor its files', async ({ world }) => {
  const page = await world.page(await world.app(ANA));
  const ana = new Screen(page);
  await ana.open(JOB);
  await page.getByTestId('file-input').setInputFiles([{ name: 'sent.txt', mimeType: 'text/plain', buffer: Buffer.from('sent') }]);
  await expect(drafted(ana, 'sent.txt')).toBeVisible();
  // The caret is where no key put it, so that the browser tells of it with the next one.
  await ana.write('sent with it');
  await expect(ana.message('sent with it')).toBeVisible();
  await ana.composer.blur();
  await page.reload();
  await ana.open(JOB);
  await expect(ana.message('sent with it')).toHaveAttribute('data-state', 'sent');
  await expect(ana.composer).toHaveValue('');
  await expect(page.getByTestId('draft-file')).toHaveCount(0);
});

test('[THREAD-5] files are walked through and taken out by keyboard, with no accessibility finding, light and dark', async ({
  world,
}) => {
  const page = await world.page(await world.app(ANA));
  const ana = new Screen(page);
  await ana.open(JOB);
  await page.getByTestId('file-input').setInputFiles([
    await photo(page, 'tap.png'),
    // Its bytes are a program’s, its name is not.
    { name: 'script.txt', mimeType: 'text/plain', buffer: Buffer.from('#!/bin/sh') },
  ]);
  await expect(drafted(ana, 'script.txt')).toHaveAttribute('data-state', 'refused');
  await expect(page.getByRole('alert').filter({ hasText: 'script.txt' })).toContainText('Programs and scripts');
  expect(await findings(page, { tags: [...WCAG, 'best-practice'] })).toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await findings(page, { rules: ['color-contrast'] })).toEqual([]);
  await expect(page.getByRole('list', { name: 'Files to send' }).getByRole('listitem')).toHaveCount(2);

  await ana.composer.focus();
  await page.keyboard.press('Shift+Tab');
  await expect(page.getByRole('button', { name: 'Take out script.txt' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(drafted(ana, 'script.txt')).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Take out tap.png' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('draft-file')).toHaveCount(0);
  await expect(ana.composer).toBeFocused();
});
