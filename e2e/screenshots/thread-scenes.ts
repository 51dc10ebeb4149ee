import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Desk } from './desk.ts';
import { ALL_LOOKS, LOOKS } from './looks.ts';
import type { Scene } from './scenes.ts';

const LEAK = 'Leak under the kitchen sink';
const GARDEN = 'Back garden: clear, re-turf and plant';
const PHOTOS = join(import.meta.dirname, '../../resources/demo/photos');

async function emptyDraft(desk: Desk): Promise<void> {
  const files = desk.page.getByTestId('draft-file');
  while ((await files.count()) > 0) {
    const before = await files.count();
    await files.first().locator('[data-remove]').click();
    await files.nth(before - 1).waitFor({ state: 'detached' });
  }
  await desk.composer.fill('');
  await desk.press('Escape');
  // As when one looks away: it is kept at once, and not on the way out of the page.
  await desk.page.evaluate(() => void window.dispatchEvent(new Event('blur')));
}

export const threadScenes: readonly Scene[] = [
  {
    name: 'team-notes',
    title: 'Team notes',
    looks: ALL_LOOKS,
    main: true,
    show: async (desk) => {
      await desk.openNotes(LEAK);
      await desk.composer.fill('I can be there at two with the spare valve.');
    },
    tidy: emptyDraft,
  },
  {
    name: 'team-check',
    title: 'A check before a note goes to everyone',
    looks: ['light', 'dark'],
    show: async (desk) => {
      await desk.open(LEAK);
      await desk.composer.fill('internal: do we still owe them for the first visit?');
      await desk.composer.press('Enter');
      await desk.page.getByRole('alertdialog').waitFor();
    },
    tidy: async (desk) => {
      await desk.press('Escape');
      await emptyDraft(desk);
    },
  },
  {
    name: 'composer',
    title: 'Composer: reply, draft, files',
    looks: [...LOOKS, 'contrast'],
    main: true,
    show: async (desk) => {
      await desk.open(GARDEN);
      await desk.page.locator('#thread-messages').focus();
      await desk.press('ArrowUp', 'r');
      await desk.composer.fill('The corner was wet before too: the pump drips.\nWe bring a new seal on Monday, no charge.');
      const photo = { mimeType: 'image/jpeg', buffer: await readFile(join(PHOTOS, 'garden-before.jpg')) };
      await desk.page.getByTestId('file-input').setInputFiles([
        { name: 'pump corner.jpg', ...photo },
        { name: 'plant list.txt', mimeType: 'text/plain', buffer: Buffer.from('12 × Ixora\n4 × Fishtail palm\n') },
      ]);
      await desk.page.locator('[data-testid=draft-file][data-state=ready]').nth(1).waitFor();
    },
    tidy: emptyDraft,
  },
  {
    name: 'mentions',
    title: 'Mentions',
    show: async (desk) => {
      await desk.open(LEAK);
      await desk.composer.pressSequentially('@');
      await desk.page.getByRole('option').filter({ hasText: 'Rosa' }).last().waitFor();
    },
    tidy: emptyDraft,
  },
  {
    name: 'message-menu',
    title: 'What can be done with a message',
    show: async (desk) => {
      await desk.open(LEAK);
      await desk.page.locator('#thread-messages').focus();
      await desk.press('ArrowUp', 'ArrowUp', 'Enter');
      await desk.page.getByRole('menu').waitFor();
    },
  },
  {
    name: 'emoji',
    title: 'Emoji picker',
    looks: ['light', 'dark', 'rtl'],
    show: async (desk) => {
      await desk.open(LEAK);
      await desk.page.locator('#thread-messages').focus();
      await desk.press('ArrowUp', 'ArrowUp', '+');
      await desk.page.locator('.emoji-cell').first().waitFor();
    },
  },
  {
    name: 'arabic',
    title: 'A thread in Arabic and English',
    looks: ['light', 'rtl'],
    show: async (desk) => {
      await desk.find('تسرّب ماء من المكيّف');
    },
  },
  {
    name: 'locked',
    title: 'A thread that nobody can write in',
    looks: ['light', 'dark', 'narrow'],
    show: async (desk) => {
      await desk.find('Bathroom floor: cracked tiles');
    },
  },
  {
    name: 'image-viewer',
    title: 'Image viewer',
    looks: ['light', 'narrow', 'rtl'],
    show: async (desk) => {
      await desk.open(LEAK);
      await desk.page.locator('#thread-messages').press('Home');
      await desk.messages.locator('button:has(img)').first().click();
      await desk.dialog.locator('img').waitFor();
    },
  },
];
