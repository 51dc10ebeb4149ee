import { ALL_LOOKS } from './looks.ts';
import type { Scene } from './scenes.ts';

const LEAK = 'Leak under the kitchen sink';

export const inboxScenes: readonly Scene[] = [
  {
    name: 'inbox',
    title: 'Inbox',
    show: async (desk) => {
      await desk.inbox.focus();
    },
    looks: ['light', 'narrow', 'rtl', 'contrast', 'filipino'],
    main: true,
    // A desk at which somebody works.
    prepare: async (_demo, desk) => {
      await desk.mark('Breaker trips every evening', 'p', 'a');
      await desk.mark(LEAK, 'a');
      await desk.label(LEAK, 'Waiting for parts');
      await desk.label('Brown stain', 'Insurance');
      await desk.mark('Roof inspection', 'm');
    },
  },
  {
    name: 'thread',
    title: 'Inbox and thread',
    looks: ALL_LOOKS,
    main: true,
    show: async (desk) => {
      await desk.open(LEAK);
    },
  },
  {
    name: 'job-panel',
    title: 'Job panel',
    main: true,
    show: async (desk) => {
      await desk.open(LEAK);
      await desk.page.locator('.thread-pane header button').last().click();
      await desk.page.locator('.job-pane').waitFor();
    },
  },
  {
    name: 'bulk',
    title: 'Several conversations at once',
    show: async (desk) => {
      await desk.inbox.focus();
      await desk.press('Home', 'x', 'j', 'x', 'j', 'j', 'x');
      await desk.page.getByRole('toolbar').first().waitFor();
    },
  },
  {
    name: 'snooze',
    title: 'Snooze',
    looks: ['light', 'dark', 'rtl'],
    show: async (desk) => {
      await desk.inbox.focus();
      await desk.press('Home', 'h');
      await desk.dialog.waitFor();
    },
  },
  {
    name: 'assign',
    title: 'Assign',
    looks: ['light'],
    show: async (desk) => {
      await desk.inbox.focus();
      await desk.press('Home', 'Shift+A');
      await desk.dialog.getByRole('option').first().waitFor();
    },
  },
  {
    name: 'search',
    title: 'Search',
    show: async (desk) => {
      await desk.search('water');
    },
  },
  {
    name: 'palette',
    title: 'Command palette',
    show: async (desk) => {
      await desk.open(LEAK);
      await desk.palette('');
      await desk.dialog.getByRole('option').first().waitFor();
    },
  },
];

export const emptyScenes: readonly Scene[] = [
  {
    name: 'empty-archive',
    title: 'Empty view',
    show: async (desk) => {
      await desk.view(6);
      await desk.inbox.waitFor({ state: 'detached' });
    },
    // Which view one is in outlives the page.
    tidy: async (desk) => {
      await desk.view(0);
      await desk.inbox.waitFor();
    },
  },
  {
    name: 'empty-search',
    title: 'Nothing found',
    looks: ['light', 'rtl'],
    show: async (desk) => {
      await desk.search('zeppelin');
    },
  },
];
