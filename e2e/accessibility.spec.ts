import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Page } from 'playwright/test';

import { ANA, smallAgency } from './harness/histories.ts';
import { Screen } from './harness/screen.ts';
import { World } from './harness/world.ts';

let world: World;
test.beforeAll(async () => {
  world = await World.begin(smallAgency());
});
test.afterAll(() => world.end());

for (const look of ['light', 'dark'] as const) {
  test(`[DESK-2] no serious accessibility finding on inbox, thread and search, ${look}`, async () => {
    const page = await world.page(await world.app(ANA), { colorScheme: look });
    const screen = new Screen(page);
    await expect(screen.row('Fix the leaking sink')).toBeVisible();
    expect(await serious(page)).toEqual([]);
    await screen.open('Fix the leaking sink');
    await expect(screen.message('I will bring the parts')).toBeVisible();
    expect(await serious(page)).toEqual([]);
    await screen.search('parts');
    await expect(page.getByText('I will bring the').first()).toBeVisible();
    expect(await serious(page)).toEqual([]);
  });
}

async function serious(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
}
