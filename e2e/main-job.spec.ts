import { expect, test } from 'playwright/test';

import { ANA, BEN, LUIS, MARIA, smallAgency } from './harness/histories.ts';
import { Screen } from './harness/screen.ts';
import { World } from './harness/world.ts';

const JOB = 'Fix the leaking sink';
let world: World;
test.beforeAll(async () => {
  world = await World.begin(smallAgency());
});
test.afterAll(() => world.end());

test('[THREAD-2] [THREAD-6] messages, typing and read-by of two staff, a client and a worker reach all the others', async () => {
  const people = [ANA, BEN, MARIA, LUIS];
  const screens = await Promise.all(people.map(async (person) => new Screen(await world.page(await world.app(person)))));
  const [ana, ben, maria, luis] = screens as [Screen, Screen, Screen, Screen];
  for (const screen of screens) await screen.open(JOB);

  await ana.composer.pressSequentially('Luis is on his way');
  for (const other of [ben, maria, luis]) await expect(other.typing).toHaveText(/Ana.* is typing…/);
  await ana.composer.press('Enter');
  for (const screen of screens) await expect(screen.message('Luis is on his way')).toHaveCount(1);
  for (const other of [ben, maria, luis]) await expect(other.typing).toHaveText('');

  await maria.page.bringToFront();
  await maria.composer.click();
  await expect(ana.message('Luis is on his way').getByRole('button', { name: /^Read by .*Maria Cruz/ })).toBeVisible();

  await luis.write('I am at the door');
  await maria.write('Opening, thank you');
  for (const screen of screens) {
    await expect(screen.message('I am at the door')).toHaveCount(1);
    await expect(screen.message('Opening, thank you')).toHaveCount(1);
  }
});

test('[THREAD-2] from one screen to another within 150 ms at the 95th percentile (printed, not judged)', async () => {
  const ana = new Screen(await world.page(await world.app(ANA)));
  const maria = new Screen(await world.page(await world.app(MARIA)));
  await ana.open(JOB);
  await maria.open(JOB);
  const delays: number[] = [];
  for (let count = 0; count < 25; count++) {
    const text = `delay ${count} of 25`;
    const shown = maria.message(text).waitFor();
    await ana.composer.fill(text);
    const from = performance.now();
    await ana.composer.press('Enter');
    await shown;
    delays.push(performance.now() - from);
  }
  delays.sort((a, b) => a - b);
  console.log(`Enter → other screen: p50 ${delays[12]!.toFixed(0)} ms, p95 ${delays[23]!.toFixed(0)} ms`);
  expect(delays).toHaveLength(25);
});
