import { ALL_LOOKS } from './looks.ts';
import type { Scene } from './scenes.ts';

const LEAK = 'Leak under the kitchen sink';
const PUMP = 'Is this pump any good?';

export const offlineScenes: readonly Scene[] = [
  {
    name: 'offline',
    title: 'Offline, with replies that wait',
    looks: ALL_LOOKS,
    main: true,
    prepare: async ({ network }, desk) => {
      await network.cut();
      await desk.page.getByTestId('status-bar').waitFor({ timeout: 30_000 });
      // What goes to two conversations is sent side by side, and which is first then is chance: the other one will be refused.
      for (const [title, text] of [
        [LEAK, 'Rosa, the new valve is on the van. Joel is with you at two.'],
        [LEAK, 'Please keep the water off until then.'],
        [PUMP, 'We have it in stock and bring it tomorrow.'],
      ] as const) {
        await desk.open(title);
        await desk.composer.fill(text);
        await desk.composer.press('Enter');
        await desk.message(text).waitFor();
      }
    },
    show: async (desk) => {
      await desk.page.getByTestId('status-bar').waitFor({ timeout: 30_000 });
      await desk.open(LEAK);
      await desk.message('keep the water off').waitFor();
    },
  },
  {
    name: 'queue',
    title: 'The queue, offline',
    main: true,
    show: async (desk) => {
      await desk.page.getByTestId('status').click();
      await desk.page.getByTestId('queue-item').first().waitFor();
    },
  },
  {
    name: 'not-sent',
    title: 'A reply that was not sent',
    looks: ALL_LOOKS,
    main: true,
    prepare: async (demo, desk) => {
      await demo.admin('set-lock', '--conversation', await demo.conversation(PUMP), '--reason', 'closed', '--on');
      await demo.network.mend();
      await desk.open(PUMP);
      await desk.page.getByTestId('not-sent').waitFor({ timeout: 60_000 });
    },
    show: async (desk) => {
      await desk.open(PUMP);
      await desk.page.getByTestId('not-sent').waitFor({ timeout: 60_000 });
    },
  },
];
