import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright/test';

export const WCAG: readonly string[] = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'];

/**
 * What is seriously wrong for assistive technology in what a page shows just now: each rule that is broken, with where. `only`: what alone is looked
 * at, rules by their names or all of some kinds.
 */
export async function findings(
  page: Page,
  only: { rules?: readonly string[]; tags?: readonly string[] } = {},
): Promise<string[]> {
  const { rules, tags = WCAG } = only;
  const runOnly = rules ? { type: 'rule' as const, values: [...rules] } : { type: 'tag' as const, values: [...tags] };
  const { violations } = await new AxeBuilder({ page })
    // What is right isn't told: to say for each element where it is takes longer than to look at it.
    .options({ runOnly, resultTypes: ['violations'] })
    // Without a page of its own to put the results of several frames together: there are none.
    .setLegacyMode()
    .analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
}
