import { ANA, MARIA } from './harness/histories.ts';
import { Notifications, setFocused } from './harness/notifications.ts';
import { Screen } from './harness/screen.ts';
import { expect, test } from './harness/test.ts';

const SINK = 'Fix the leaking sink';
const HALLWAY = 'Repaint the hallway';
const GRANTED = { permissions: ['notifications'] };

test.beforeEach(({ host }) => {
  // Electron's are the system's own, shown by its main process: `src/main/system.test.ts` has them.
  test.skip(!host.capabilities.pageNotifications, 'its notifications can’t be seen from a page');
});

test('[NOTIFY-1] a message is told of once, unless its thread is before the person, and withdrawn when it was read', async ({
  world,
}) => {
  const app = await world.app(ANA);
  const ana = new Screen(await world.page(app, GRANTED));
  const maria = new Screen(await world.page(await world.app(MARIA)));
  const told = await Notifications.of(ana.page);
  await ana.open(SINK);
  await maria.open(SINK);
  await maria.write('this one is on the screen');
  await expect(ana.message('this one is on the screen')).toBeVisible();

  await maria.open(HALLWAY);
  await maria.write('the colour is wrong');
  const colour = { title: `Maria Cruz · ${HALLWAY}`, body: 'the colour is wrong' };
  await expect.poll(() => told.all()).toEqual([{ ...colour, closed: false }]);

  await setFocused(ana.page, false);
  await maria.open(SINK);
  await maria.write('nobody looks at this one');
  const unseen = { title: `Maria Cruz · ${SINK}`, body: 'nobody looks at this one' };
  await expect
    .poll(() => told.all())
    .toEqual([
      { ...colour, closed: false },
      { ...unseen, closed: false },
    ]);
  await setFocused(ana.page, true);
  await expect
    .poll(() => told.all())
    .toEqual([
      { ...colour, closed: false },
      { ...unseen, closed: true },
    ]);

  const elsewhere = new Screen(await world.page(await world.app(ANA)));
  await elsewhere.open(HALLWAY);
  await expect
    .poll(() => told.all())
    .toEqual([
      { ...colour, closed: true },
      { ...unseen, closed: true },
    ]);
});

test('[NOTIFY-1] two pages of an app tell of a message once, and a click leads to it', async ({ world }) => {
  const app = await world.app(ANA);
  const pages = [await world.page(app, GRANTED), await world.page(app)];
  const told = await Promise.all(pages.map((page) => Notifications.of(page)));
  const all = async () => (await Promise.all(told.map((one) => one.all()))).flat();
  for (const page of pages) await new Screen(page).open(SINK);
  const maria = new Screen(await world.page(await world.app(MARIA)));
  await maria.open(HALLWAY);
  for (const [text, told] of [
    ['the colour is wrong', 'the colour is wrong'],
    ['and the ceiling too', 'Maria Cruz: and the ceiling too'],
  ] as const) {
    await maria.write(text);
    await expect.poll(async () => (await all()).map(({ body }) => body)).toContain(told);
  }
  // The second takes the first one's place.
  expect((await all()).map(({ title, closed }) => ({ title, closed }))).toEqual([
    { title: `Maria Cruz · ${HALLWAY}`, closed: true },
    { title: `2 new messages · ${HALLWAY}`, closed: false },
  ]);

  const teller = (await told[0]!.all()).length > 0 ? 0 : 1;
  await told[teller]!.clickNewest();
  const ana = new Screen(pages[teller]!);
  await expect(ana.page.getByRole('heading', { name: HALLWAY })).toBeVisible();
  await expect(ana.message('and the ceiling too')).toBeVisible();
  await expect.poll(async () => (await all()).map(({ closed }) => closed)).toEqual([true, true]);

  // The one that told is closed: the other goes on.
  await pages[teller]!.close();
  await maria.open('Service the air conditioner');
  await maria.write('it is warm');
  await expect.poll(async () => (await told[1 - teller]!.all()).map(({ body }) => body)).toEqual(['it is warm']);
});
