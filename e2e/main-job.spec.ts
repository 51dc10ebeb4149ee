import { delaysTo } from './harness/delays.ts';
import { ANA, BEN, LUIS, MARIA } from './harness/histories.ts';
import { Screen } from './harness/screen.ts';
import { expect, test } from './harness/test.ts';

const JOB = 'Fix the leaking sink';
/** Twenty for a figure to go by: `MEASURED=20`. */
const MEASURED = Number(process.env['MEASURED'] ?? 4);

test('[THREAD-2] [THREAD-6] messages, typing and read-by of two staff, a client and a worker reach all the others', async ({
  world,
}) => {
  const people = [ANA, BEN, MARIA, LUIS];
  const screens = await Promise.all(people.map(async (person) => new Screen(await world.page(await world.app(person)))));
  const [ana, ben, maria, luis] = screens as [Screen, Screen, Screen, Screen];
  for (const screen of screens) {
    await screen.open(JOB);
  }

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

  const delays = await delaysTo(ana, [ben, maria, luis], MEASURED);
  console.log(
    `Enter → the three other screens: p50 ${at(delays, 0.5)} ms, p95 ${at(delays, 0.95)} ms (budget 150 ms; printed, not judged)`,
  );
});

function at(sorted: number[], share: number): number | undefined {
  return sorted[Math.floor(sorted.length * share)];
}
