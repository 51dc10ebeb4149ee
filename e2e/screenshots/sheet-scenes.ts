import type { Desk } from './desk.ts';
import { ALL_LOOKS, LOOKS } from './looks.ts';
import type { Scene } from './scenes.ts';

/** Shows a part of the settings, by its place: beside the list of them, or below it where the window is narrow. */
const settings =
  (place: number) =>
  async (desk: Desk): Promise<void> => {
    await desk.press('ControlOrMeta+,');
    const tab = desk.dialog.getByRole('tab').nth(place);
    const choice = desk.dialog.locator('select[aria-controls]');
    await tab.or(choice).waitFor();
    if (await choice.isVisible()) await choice.selectOption({ index: place });
    else await tab.click();
  };

const first: readonly Scene[] = [
  {
    name: 'sign-in',
    title: 'Sign-in',
    looks: ALL_LOOKS,
    app: 'nobody',
    main: true,
    show: async (desk) => {
      await desk.page.locator('input[type=password]').waitFor();
      await desk.page.locator('input[type=password]').blur();
    },
  },
];

const usual: readonly Scene[] = [
  {
    name: 'tour',
    title: 'First steps',
    looks: [...LOOKS, 'filipino'],
    show: async (desk) => {
      await desk.inbox.focus();
      await desk.press('?');
      await desk.dialog.locator('footer button').click();
      await desk.page.locator('section[aria-describedby].fixed').waitFor();
    },
  },
  { name: 'settings', title: 'Settings', looks: ALL_LOOKS, main: true, show: settings(0) },
  { name: 'settings-notifications', title: 'Settings: notifications', looks: ['light', 'rtl'], show: settings(1) },
  { name: 'settings-storage', title: 'Settings: on this computer', looks: ['light', 'dark'], show: settings(2) },
  {
    name: 'settings-people',
    title: 'Settings: people',
    show: async (desk) => {
      await settings(5)(desk);
      await desk.dialog.getByText('Grace Uy', { exact: true }).waitFor();
    },
  },
  {
    name: 'export',
    title: 'Export',
    show: async (desk) => {
      await desk.open('Leak under the kitchen sink');
      await desk.page.locator('[aria-haspopup=menu]:has(.lucide-ellipsis)').first().click();
      await desk.page.getByRole('menuitem').first().click();
      await desk.dialog.waitFor();
    },
  },
  {
    name: 'shortcuts',
    title: 'Shortcuts',
    looks: [...LOOKS, 'filipino'],
    show: async (desk) => {
      await desk.inbox.focus();
      await desk.press('?');
      await desk.dialog.waitFor();
    },
  },
  {
    name: 'canned',
    title: 'Canned replies',
    looks: ['light'],
    show: async (desk) => {
      await desk.page.getByRole('navigation').locator('[aria-haspopup=menu]').last().click();
      await desk.page.getByRole('menuitem').nth(2).click();
      await desk.dialog.waitFor();
    },
  },
  {
    name: 'me-menu',
    title: 'One’s own menu',
    looks: ['light', 'rtl'],
    show: async (desk) => {
      await desk.page.getByRole('navigation').locator('[aria-haspopup=menu]').last().click();
      await desk.page.getByRole('menu').waitFor();
    },
  },
];

export const sheetScenes = { first, usual };
