import { noVolumes } from '../harness/volume.ts';
import { Desk } from './desk.ts';
import type { Scene } from './scenes.ts';

const LEAK = 'Leak under the kitchen sink';
const SMELL = 'Smell from the floor drain';
/** How much of the first sync is here when its picture is taken. */
const HERE = 12;
/** From then on hardly anything comes. */
const CRAWL = { delayMs: 1_000, bytesPerSecond: 50 };

const LONG_NOTE = 'Joel brings the camera, and the long snake for the drain. '.repeat(150);
const MOST_NOTES = 400;

/** Writes it, and says whether the app took it: what it doesn't take stays where it was written. */
async function isTaken({ composer, page }: Desk, words: string): Promise<boolean> {
  await composer.fill(words);
  await composer.press('Enter');
  const refused = page.getByRole('alert').filter({ visible: true }).first();
  for (;;) {
    if ((await composer.inputValue()) === '') return true;
    if (await refused.isVisible()) return false;
  }
}

/** What only a second device, a new one, or one without room meets. */
export const deviceScenes: readonly Scene[] = [
  {
    name: 'draft-aside',
    title: 'A draft that was gone on with on two devices',
    prepare: async (demo, desk) => {
      const laptop = new Desk(await (await (await demo.app('laptop'))('light')).newPage());
      await laptop.begin();
      await laptop.settled();
      await laptop.open(SMELL);
      await desk.open(SMELL);
      await demo.network.cut();
      await desk.page.getByTestId('status-bar').waitFor({ timeout: 30_000 });
      await desk.composer.fill('Joel can be there at five. Please pour a litre of water into the drain until then.');
      await laptop.composer.fill('Would tomorrow at nine work for you? Joel brings the camera.');
      await laptop.inbox.getByRole('option').filter({ hasText: 'Would tomorrow at nine' }).waitFor();
      // One looks away, and what was written goes to the other devices.
      await laptop.page.context().close();
      await demo.network.mend();
      await desk.page.getByTestId('draft-aside').waitFor({ timeout: 60_000 });
    },
    show: async (desk) => {
      await desk.open(SMELL);
      await desk.page.getByTestId('draft-aside').waitFor();
    },
  },
  {
    name: 'first-sync',
    title: 'The first sync, under way',
    app: 'new',
    prepare: async (demo, { page }) => {
      await page.waitForFunction(
        (here) => (document.querySelector<HTMLProgressElement>('[data-testid=first-sync] progress')?.value ?? 0) >= here,
        HERE,
        { timeout: 60_000 },
      );
      demo.slowNetwork.slow(CRAWL);
    },
    show: async (desk) => {
      await desk.page.getByTestId('first-sync').waitFor();
    },
  },
  {
    name: 'disk-full',
    title: 'A full disk',
    app: 'full',
    missing: noVolumes,
    prepare: async (demo, desk) => {
      await desk.settled();
      await desk.openNotes(SMELL);
      demo.fillDisk();
      // What it writes first still finds room in files that are there, and where a long note does not, a short one may.
      for (const length of [7_900, 20]) {
        let note = 0;
        while (note < MOST_NOTES && (await isTaken(desk, `${note} ${LONG_NOTE}`.slice(0, length)))) note++;
        if (note === MOST_NOTES) throw new Error('the disk does not get full');
      }
    },
    show: async (desk) => {
      await desk.open(LEAK);
      await desk.composer.fill('Joel is on his way.');
      await desk.composer.press('Enter');
      // A narrow window shows it in both of its panes, one of which is away.
      await desk.page.getByTestId('status-bar').filter({ visible: true }).first().waitFor();
      await desk.page.getByRole('alert').filter({ visible: true }).first().waitFor();
    },
  },
];
