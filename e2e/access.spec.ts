import { ANA, LUIS } from './harness/histories.ts';
import { Screen } from './harness/screen.ts';
import { expect, test } from './harness/test.ts';
import { PASSWORD, type World } from './harness/world.ts';

const JOB = 'Fix the leaking sink';

test('[SYNC-6] someone who is removed while connected loses the thread within a second, with its local copy', async ({
  world,
}) => {
  const app = await world.app(LUIS);
  let luis = new Screen(await world.page(app));
  await luis.open(JOB);
  await expect(luis.message('Thank you, Maria')).toBeVisible();
  await world.admin('remove-participant', '--conversation', await idOf(world, JOB), '--account', world.emailOf(LUIS));
  await expect(luis.row(JOB)).toHaveCount(0, { timeout: 5_000 });
  await expect(luis.message('Thank you, Maria')).toHaveCount(0);

  await app.kill('SIGKILL');
  await app.start();
  luis = new Screen(await world.page(app));
  await expect(luis.row('Repaint the hallway')).toBeVisible();
  await expect(luis.row(JOB)).toHaveCount(0);
});

test('[SYNC-2] a copied profile folder: both are used, nothing diverges, nothing is lost', async ({ world }) => {
  const app = await world.app(ANA);
  let first = new Screen(await world.page(app));
  await expect(first.row(JOB)).toBeVisible();
  await app.kill('SIGTERM');
  const copy = await world.copyOf(app);
  await app.start();
  first = new Screen(await world.page(app));
  const second = new Screen(await world.page(copy));
  await first.open(JOB);
  await second.open(JOB);
  for (let round = 0; round < 3; round++) {
    await first.write(`from the first ${round}`);
    await second.write(`from the copy ${round}`);
  }
  for (const screen of [first, second]) {
    for (let round = 0; round < 3; round++) {
      await expect(screen.message(`from the first ${round}`)).toHaveCount(1);
      await expect(screen.message(`from the copy ${round}`)).toHaveCount(1);
    }
    await expect(screen.page.getByText(/replies wait/)).toHaveCount(0);
  }
  expect(await keys(second)).toEqual(await keys(first));
});

function keys(screen: Screen): Promise<(string | undefined)[]> {
  return screen.thread.getByTestId('message').evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset['key']));
}

async function idOf(world: World, title: string): Promise<string> {
  const session = (await (
    await fetch(`${world.url}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: world.emailOf(ANA), password: PASSWORD, device: { name: 'test' } }),
    })
  ).json()) as { accessToken: string };
  const list = (await (
    await fetch(`${world.url}/api/v1/conversations`, { headers: { authorization: `Bearer ${session.accessToken}` } })
  ).json()) as { conversations: { id: string; job: { title: string } }[] };
  const found = list.conversations.find((conversation) => conversation.job.title === title);
  if (!found) throw new Error(`no conversation “${title}”`);
  return found.id;
}
